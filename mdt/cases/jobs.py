"""What the worker does for cases: photographs and scans that people attached are made anew from their pixels."""

import shutil
from typing import Any

from mdt.cases.operations.materials import CLEAN, Cleaned, keep_clean
from mdt.cases.queries.materials import sent_picture
from mdt.imaging.ingest.picture import clean_picture
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import NotFound
from mdt.kernel.files import flush_folder, refusing_full_disk
from mdt.kernel.work import job


@job(CLEAN)
def clean_material(payload: dict[str, Any]) -> None:
    """Upright, without place and device, nothing of the sender's bytes; what is no picture stays as it was sent."""
    material_id = str(payload["material_id"])
    with runtime.database().reading() as session:
        place = sent_picture(session, material_id)
    if place is None:
        return
    folder = runtime.files().temporary()
    try:
        with refusing_full_disk():
            folder.mkdir()
            made = clean_picture(place, folder)
            flush_folder(folder)
        if made.code or len(made.pages) != 1:
            return
        stored = runtime.files().adopt(folder / made.pages[0].name)
        keep_clean(SYSTEM, material_id, Cleaned(sha256=stored.sha256))
    except NotFound:
        return  # taken back while the child looked at it
    finally:
        shutil.rmtree(folder, ignore_errors=True)
