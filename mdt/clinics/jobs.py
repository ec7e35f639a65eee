"""What the worker does for free-clinic days: look at photographs, print slips."""

import shutil
from typing import Any

from mdt.clinics.operations.photos import Cleaned, keep_photo
from mdt.clinics.operations.slips import Printed, keep_slip
from mdt.clinics.queries.printing import raw_photo, sheet_of
from mdt.clinics.slip import NOT_DIAGNOSTIC, render_slip
from mdt.imaging.ingest.photo import Stamp
from mdt.imaging.ingest.picture import clean_picture
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.files import flush_folder, refusing_full_disk
from mdt.kernel.work import job
from mdt.press import typst


@job("clinics.photo")
def look_at_photo(payload: dict[str, Any]) -> None:
    """Have the limited child make the stamped copy, and keep it."""
    photo_id = str(payload["photo_id"])
    with runtime.database().reading() as session:
        raw = raw_photo(session, photo_id)
    if raw is None:
        return
    text = f"{NOT_DIAGNOSTIC} · 胶片翻拍 · {raw.taken_on}"
    made = _stamped(raw.sha256, Stamp(text=text, font=str(typst.FONTS / typst.FACES[3])))
    try:
        # in the name of who sent it: a copy may go into a case, whose materials say by whom
        keep_photo(Actor(person_id=raw.added_by, kind="system"), photo_id, made)
    except NotFound:
        return  # taken back while the child looked at it


def _stamped(sha256: str, stamp: Stamp) -> Cleaned:
    """The stamped copy in the store; empty when it is no photograph."""
    files = runtime.files()
    folder = files.temporary()
    try:
        with refusing_full_disk():
            folder.mkdir()
            made = clean_picture(files.path(sha256), folder, stamp=stamp)
            flush_folder(folder)
        if made.kind != "photo" or made.code:
            return Cleaned()
        stored = files.adopt(folder / made.pages[0].name)
        return Cleaned(sha256=stored.sha256, size=stored.size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@job("clinics.slip")
def print_slip(payload: dict[str, Any]) -> None:
    """Print the slip of an encounter as it stands now."""
    encounter_id = str(payload["encounter_id"])
    with runtime.database().reading() as session:
        sheet = sheet_of(session, encounter_id)
    if sheet is None:
        return
    try:
        stored = runtime.files().put_bytes(render_slip(sheet.slip))
        printed = Printed(version=sheet.version, sha256=stored.sha256)
    except typst.MissingGlyphs as missing:
        printed = Printed(version=sheet.version, problem=str(missing)[:200])
    keep_slip(SYSTEM, encounter_id, printed)
