"""Prepared series for the viewer, their frames as files, and the picture of a key image. A series is prepared whole;
of what is prepared, each leaves as much as the person may see."""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.drawing import draw
from mdt.imaging.ingest.sort import Place, completeness
from mdt.imaging.models import Instance, Series
from mdt.imaging.prepared import Frame, folder_of, owners, shown_frames, table_of
from mdt.imaging.terms import PreparedState
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound, Unavailable
from mdt.kernel.i18n import N_
from mdt.kernel.policy import Subject, gives
from mdt.kernel.query import query

FRAME_NAME = re.compile(r"[0-9]{6,}-[0-9]{5,}\.raw")


class NotPrepared(Unavailable):
    code = "imaging.preparing"
    sentence = N_("影像正在准备，请稍候。")


class PreparedAsk(BaseModel):
    """`case`: only what this case shows, for who sees more of the series elsewhere."""

    case: str = Field(default="", max_length=64)


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def prepared_series(session: Session, actor: Actor, series: Series, ask: PreparedAsk) -> dict[str, Any]:
    """The series as the viewer takes it: frames in order with the addresses of their pixels. While files still arrive
    it holds those that came so far, `complete` is false, and every frame keeps its address.

    Raises NotPrepared while the first frames are being written, NotFound for a case that the person may not see.
    """
    seen = _seen(session, actor, series, ask.case)
    table = table_of(folder_of(series.id, series.prepared_version)) if series.prepared_version else None
    if table is None:
        raise NotPrepared(retry_after=1)
    frames = [frame for frame in table["frames"] if frame["instance_uid"] in seen]
    if len(frames) < len(table["frames"]):
        table |= {"frames": frames, "notes": _notes(frames, is_whole=series.prepared is not PreparedState.WAITING)}
    base = f"/api/v1/series/{series.id}"
    has_picture = any(frame["file"] for frame in frames)
    for frame in frames:
        name, version = frame.pop("file"), frame.pop("version")
        frame["url"] = f"{base}/frames/{version}/{name}" if name else None
    table["id"] = series.id
    table["complete"] = series.prepared is not PreparedState.WAITING
    has_poster = bool(table.pop("poster", None)) and has_picture
    table.pop("thumbnail", None)
    table["poster_url"] = f"{base}/poster?v={series.prepared_version}" if has_poster else ""
    return table


def _seen(session: Session, actor: Actor, series: Series, case_id: str = "") -> set[str]:
    """SOP UIDs of the instances of a series that the person may see, of those that a case shows. Raises NotFound if
    they see none."""
    seen = select(Instance.sop_uid).where(Instance.series_id == series.id, policy.instance_rule(actor))
    if case_id:
        case = Subject("case", case_id)
        if not gives(session, case, "read", actor):
            raise NotFound
        seen = seen.where(policy.shown_by(case))
    found = set(session.execute(seen).scalars())
    if not found:
        raise NotFound
    return found


def sees(session: Session, actor: Actor, series: Series, sop_uid: str) -> bool:
    """Whether the person may see this instance of a series."""
    one = select(Instance.id).where(Instance.series_id == series.id, Instance.sop_uid == sop_uid)
    return session.execute(one.where(policy.instance_rule(actor)).limit(1)).first() is not None


def _notes(frames: list[dict[str, Any]], *, is_whole: bool) -> list[dict[str, str]]:
    """What is to be said of some frames of a series; of gaps, when no more files are to come."""
    hidden = [frame["why"] for frame in frames if frame["why"]]
    notes = [{"code": code, "detail": str(hidden.count(code))} for code in sorted(set(hidden))]
    if any(frame["lossy"] for frame in frames):
        notes.append({"code": "lossy", "detail": ""})
    gaps = completeness([Place(frame["position_mm"], frame["orientation"]) for frame in frames]).gaps
    if gaps and is_whole:
        notes.append({"code": "gaps", "detail": str(sum(gap.missing for gap in gaps))})
    return notes


class FrameAsk(BaseModel):
    """`name` is one file of the folder of `version`."""

    version: int = Field(ge=1, le=100000)
    name: str


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def frame_file(session: Session, actor: Actor, series: Series, ask: FrameAsk) -> Path:
    """The file of one normalised frame. Raises NotFound."""
    if ask.version > series.prepared_version or not FRAME_NAME.fullmatch(ask.name):
        raise NotFound
    folder = folder_of(series.id, ask.version)
    place = folder / ask.name
    uid = owners(folder).of.get(ask.name, "")
    if not place.exists() or not sees(session, actor, series, uid):
        raise NotFound
    return place


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def poster_file(session: Session, actor: Actor, series: Series, name: str) -> Path | Frame:
    """`poster.jpg` (≤ 512 px) or `thumb.jpg`; the frame to draw it from where the kept one is of an instance that the
    person may not see. Raises NotFound."""
    return poster_of(session, actor, series, name)


def poster_of(session: Session, actor: Actor, series: Series, name: str) -> Path | Frame:
    """The same, of a series that the person was found to see something of."""
    folder = folder_of(series.id, series.prepared_version)
    place = folder / name
    if not place.exists():
        raise NotFound
    if sees(session, actor, series, owners(folder).poster):
        return place
    frames = shown_frames(table_of(folder) or {"frames": []}, folder, _seen(session, actor, series))
    if not frames:
        raise NotFound
    return frames[len(frames) // 2]


class KeyImageAsk(BaseModel):
    """Which frame, in which window (centre, width in real-world units; None: the frame's own)."""

    series_uid: str
    instance_uid: str
    frame: int = 1
    window: tuple[float, float] | None = None


def key_picture(session: Session, subject: Subject, ask: KeyImageAsk) -> bytes | None:
    """A JPEG of one frame that a subject shows, in the window asked for; None if there is none to show."""
    of = select(Series).join(Instance, Instance.series_id == Series.id)
    shown = of.where(
        Series.series_uid == ask.series_uid, Instance.sop_uid == ask.instance_uid, policy.shown_by(subject)
    )
    series = session.execute(shown.limit(1)).scalar()
    frame = frame_of(series, ask.instance_uid, ask.frame) if series is not None else None
    return draw(frame, ask.window) if frame is not None else None


def frame_of(series: Series, instance_uid: str, number: int) -> Frame | None:
    """A prepared frame that can be shown, by its instance and number (from 1)."""
    folder = folder_of(series.id, series.prepared_version)
    found = shown_frames(table_of(folder) or {"frames": []}, folder, {instance_uid})
    return next((each for each in found if each.facts["frame"] == number), None)
