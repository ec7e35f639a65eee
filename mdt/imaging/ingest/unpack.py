"""The child's side of archives: every member inflated into a file of its own, under a number and no sender's name."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.zipread import NAME_LENGTH, Archive, Member
from mdt.kernel.files import NO_SPACE

FULL = "full"
"""Not the archive's fault: the disk is full."""


class Taken(BaseModel):
    """One member. `file` is its name in the folder; without one, `code` says why it was not opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=NAME_LENGTH)
    file: str = Field(default="", pattern=r"^[0-9]{0,6}$")
    code: str = Field(default="", max_length=60)


class Halted(BaseModel):
    """Why nothing of the archive is taken; `params` fill the sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(max_length=60)
    params: dict[str, str | int] = {}


def unpack(path: Path, out_dir: Path) -> Iterator[Taken | Halted]:
    """Each member as it is written; a Halted is the last."""
    try:
        with path.open("rb") as source:
            archive = Archive(source)
            for number, member in enumerate(archive.members()):
                yield _taken(archive, member, out_dir / f"{number}")
    except Refused as refused:
        yield Halted(code=refused.code, params=refused.params)
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        yield Halted(code=FULL)


def _taken(archive: Archive, member: Member, place: Path) -> Taken:
    if member.code:
        return Taken(name=member.name, code=member.code)
    try:
        with place.open("xb") as target:
            archive.copy(member, target)
    except Refused as refused:
        place.unlink()  # a part of a file is no file
        return Taken(name=member.name, code=refused.code)
    return Taken(name=member.name, file=place.name)
