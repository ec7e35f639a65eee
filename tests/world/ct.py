"""A chest CT to drop: real slices where the reference images are on this machine, else the phantom."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid

from tests.world.dicom import dicom_dir

REAL = "ct/病例甲_肺结节_胸部CT"
MANY, FEW = 250, 24


def chest_ct(count: int) -> list[tuple[str, bytes]]:
    """`count` files (path, bytes) of one chest CT, at most what there is."""
    folder = dicom_dir()
    if folder is not None and (folder / REAL).is_dir():
        places = sorted(place for place in (folder / REAL).rglob("*") if place.is_file())[:count]
        return [(str(place.relative_to(folder / "ct")), place.read_bytes()) for place in places]
    return _phantom(max(count, FEW))[:count]


@cache
def _phantom(slices: int) -> list[tuple[str, bytes]]:
    """One study for each number of slices: the same UID never names other pixels."""
    from mdt.imaging.phantom import chest_ct as phantom
    from mdt.imaging.phantom_file import PhantomPatient

    patient = PhantomPatient(name="演示甲", pinyin="Yanshi^Jia", local_id="QX0001", sex="F", birth_date="19770308")
    return list(phantom(patient, study_date="20261120", seed=700 + slices, slices=slices))


def chest_folder(place: Path, count: int = MANY) -> Path:
    """A folder with a Chinese name under `place`: one series of `count` slices. Of real ones there are 100; they come
    as they are, then again below one another, each copy with an identity and a position of its own."""
    made = place / "病例甲_肺结节_胸部CT" / "序列3_肺窗"
    made.mkdir(parents=True)
    real = chest_ct(count)
    for number in range(1, count + 1):
        content = real[(number - 1) % len(real)][1]
        (made / f"IM{number:04}.dcm").write_bytes(content if number <= len(real) else _moved(content, number))
    return made.parent


def _moved(content: bytes, number: int) -> bytes:
    """The same pixels as the slice `number` of their series."""
    made = pydicom.dcmread(BytesIO(content))
    x, y, z = made.ImagePositionPatient
    z -= (number - made.InstanceNumber) * made.SliceThickness
    made.ImagePositionPatient, made.SliceLocation, made.InstanceNumber = [x, y, z], z, number
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[f"copy {number}"])
    written = BytesIO()
    made.save_as(written)
    return written.getvalue()


def two_studies() -> list[tuple[str, bytes]]:
    """A present chest CT and an earlier one of the same patient: two ZIPs, or loose files of two phantoms."""
    folder = dicom_dir()
    if folder is not None and (folder / "ct").is_dir():
        return [(place.name, place.read_bytes()) for place in sorted((folder / "ct").glob("病例乙*.zip"))]
    from mdt.imaging.phantom import chest_ct as phantom
    from mdt.imaging.phantom_file import PhantomPatient

    patient = PhantomPatient(name="演示乙", pinyin="Yanshi^Yi", local_id="QX0002", sex="M", birth_date="19660102")
    present = phantom(patient, study_date="20261120", seed=8, slices=13)
    prior = phantom(patient, study_date="20251120", seed=9, slices=18)
    return [(f"复查/{name}", content) for name, content in present] + [(f"既往/{n}", c) for n, c in prior]


def sent_studies(place: Path) -> list[Path]:
    """The same as files under `place`."""
    made = []
    for number, (name, content) in enumerate(two_studies()):
        target = place / f"{number:03} {name.rsplit('/', 1)[-1]}"
        target.write_bytes(content)
        made.append(target)
    return made
