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
