"""Where prepared series are on disk: `derived/<xx>/<series id>/<version>/`: the frames first written in that version,
posters, the table of all frames (`series.json`), and what each file gave (`files.json`)."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from mdt.kernel import runtime


@dataclass(frozen=True, slots=True)
class Frame:
    """One normalised frame: what the table says of it, and where its pixels are."""

    facts: dict[str, Any]
    place: Path


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose frames a folder has: file name → SOP instance UID; `poster` is the instance of the table's middle frame."""

    of: dict[str, str]
    poster: str


def folder_of(series_id: str, version: int) -> Path:
    """The folder of one version of a series."""
    return runtime.files().derived / series_id[-2:] / series_id / str(version)


def table_of(folder: Path) -> dict[str, Any] | None:
    """The table of a prepared folder; None if there is none."""
    try:
        table: dict[str, Any] = orjson.loads((folder / "series.json").read_bytes())
    except FileNotFoundError:
        return None
    for frame in table["frames"]:
        frame.setdefault("version", int(folder.name))  # older tables have all their frames beside them
    return table


def shown_frames(table: dict[str, Any], folder: Path, instance_uids: set[str] | None = None) -> list[Frame]:
    """The frames with pixels, in order; of some instances, or of all."""
    return [
        Frame(each, folder.with_name(str(each["version"])) / each["file"])
        for each in table["frames"]
        if each["file"] and (instance_uids is None or each["instance_uid"] in instance_uids)
    ]


@lru_cache(maxsize=128)
def owners(folder: Path) -> Owners:
    """Kept in memory: a folder does not change once it is told of, and each frame that leaves is asked about. A folder
    that was never told of has nothing."""
    frames = shown_frames(table_of(folder) or {"frames": []}, folder)
    own = (each.facts for each in frames if each.place.parent == folder)
    poster = frames[len(frames) // 2].facts["instance_uid"] if frames else ""
    return Owners({facts["file"]: facts["instance_uid"] for facts in own}, poster)
