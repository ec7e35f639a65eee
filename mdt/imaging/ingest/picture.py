"""Photographs and PDF pages cleaned in a limited child: `clean_picture(path, out_dir)`.

Call from a plain process (a job of the worker).
"""

from pathlib import Path

from pydantic import ValidationError

from mdt.imaging.ingest.child import Group
from mdt.imaging.ingest.limited import Nursery, lines_of
from mdt.imaging.ingest.photo import Cleaned, Stamp

Picture = Cleaned


def clean_picture(path: Path, out_dir: Path, *, stamp: Stamp | None = None, nursery: Nursery | None = None) -> Picture:
    """Pages of a JPEG, PNG or PDF as fresh JPEGs in `out_dir`, upright, ≤ 3,000 px, without metadata,
    the stamp below each.

    `code` of the result says why there is none: `heic`, `not_a_picture`, `undecodable`, `password`, `no_pages`,
    `too_large`, `time`, `crashed`.
    """
    if nursery is None:
        with Nursery() as own:
            return clean_picture(path, out_dir, stamp=stamp, nursery=own)
    group = Group(job="photo", paths=(str(path),), out_dir=str(out_dir), stamp=stamp)
    lines, lost = lines_of(group, nursery)
    if lost is None and len(lines) == 1:
        try:
            return Cleaned.model_validate_json(lines[0].body)
        except ValidationError:
            lost = "crashed"
    return Cleaned(kind="", code=lost or "crashed")
