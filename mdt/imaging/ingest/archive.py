"""Archives opened in a limited child: `unpack_archive(path, out_dir)`.

Call from a plain process (a job of the worker).
"""

import stat
from pathlib import Path

from pydantic import ValidationError

from mdt.imaging.ingest.child import Group, Line
from mdt.imaging.ingest.limited import Nursery, lines_of
from mdt.imaging.ingest.unpack import FULL, Halted, Taken
from mdt.imaging.ingest.verdicts import Refused
from mdt.kernel.errors import Full


def unpack_archive(path: Path, out_dir: Path, *, nursery: Nursery) -> list[Taken]:
    """Inflate an archive's members into `out_dir`, an empty folder that the caller removes whatever happens.

    Raises:
        Refused: the whole archive is not taken, also when the child was lost over it. Full: the disk.
    """
    lines, lost = lines_of(Group(job="unpack", paths=(str(path),), out_dir=str(out_dir)), nursery)
    if lost is not None:
        raise Refused(lost)
    try:
        return [_checked(line, out_dir) for line in lines]
    except ValidationError:
        raise Refused("crashed") from None


def _checked(line: Line, out_dir: Path) -> Taken:
    """A member as the child tells it, if it holds: its file is a file, in the folder and no link."""
    if line.kind == "halted":
        halted = Halted.model_validate_json(line.body)
        raise Full if halted.code == FULL else Refused(halted.code, **halted.params)
    taken = Taken.model_validate_json(line.body)
    if bool(taken.file) == bool(taken.code) or (taken.file and not _is_plain(out_dir / taken.file)):
        raise Refused("crashed")
    return taken


def _is_plain(place: Path) -> bool:
    try:
        return stat.S_ISREG(place.lstat().st_mode)
    except FileNotFoundError:
        return False
