"""A chest CT to drop: real slices where the reference images are on this machine, else the phantom."""

from pathlib import Path

from tests.world.dicom import dicom_dir

REAL = "ct/病例甲_肺结节_胸部CT"


def chest_ct(count: int) -> list[tuple[str, bytes]]:
    """`count` files (path, bytes) of one chest CT, at most what there is."""
    folder = dicom_dir()
    if folder is not None and (folder / REAL).is_dir():
        places = sorted(place for place in (folder / REAL).rglob("*") if place.is_file())[:count]
        return [(str(place.relative_to(folder / "ct")), place.read_bytes()) for place in places]
    from mdt.imaging.phantom import chest_ct as phantom
    from mdt.imaging.phantom_file import PhantomPatient

    patient = PhantomPatient(name="演示甲", pinyin="Yanshi^Jia", local_id="QX0001", sex="F", birth_date="19770308")
    return list(phantom(patient, study_date="20261120", seed=7, slices=count))


def chest_folder(place: Path) -> Path:
    """The same as a folder with a Chinese name: the real one, or a phantom of 100 slices written under `place`."""
    folder = dicom_dir()
    if folder is not None and (folder / REAL).is_dir():
        return folder / REAL
    made = place / "病例甲_肺结节_胸部CT"
    for name, content in chest_ct(100):
        target = made / name.rsplit("/", 1)[-1]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return made


def two_studies() -> list[tuple[str, bytes]]:
    """A present chest CT and an earlier one of the same patient: two ZIPs, or loose files of two phantoms."""
    folder = dicom_dir()
    if folder is not None and (folder / "ct").is_dir():
        return [(place.name, place.read_bytes()) for place in sorted((folder / "ct").glob("病例乙*.zip"))]
    from mdt.imaging.phantom import chest_ct as phantom
    from mdt.imaging.phantom_file import PhantomPatient

    patient = PhantomPatient(name="演示乙", pinyin="Yanshi^Yi", local_id="QX0002", sex="M", birth_date="19660102")
    present = phantom(patient, study_date="20261120", seed=8, slices=13)
    prior = phantom(patient, study_date="20251120", seed=8, slices=18)
    return [(f"复查/{name}", content) for name, content in present] + [(f"既往/{n}", c) for n, c in prior]
