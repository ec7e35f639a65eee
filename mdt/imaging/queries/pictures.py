"""Prepared series for the viewer, their frames as files, and the picture of a key image."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.models import Instance, Series, Study, StudyLink
from mdt.imaging.prepared import folder_of
from mdt.imaging.terms import PreparedState
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound, Unavailable
from mdt.kernel.i18n import N_
from mdt.kernel.policy import Subject
from mdt.kernel.query import query

FRAME_NAME = re.compile(r"[0-9]{6,}-[0-9]{5,}\.raw")


class NotPrepared(Unavailable):
    code = "imaging.preparing"
    sentence = N_("影像正在准备，请稍候。")


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def prepared_series(_session: Session, _actor: Actor, series: Series, _ask: None) -> dict[str, Any]:
    """The series as the viewer takes it: frames in order with the addresses of their pixels. While files still arrive
    it holds those that came so far, `complete` is false, and every frame keeps its address.

    Raises NotPrepared while the first frames are being written.
    """
    if series.prepared_version == 0:
        raise NotPrepared(retry_after=1)
    place = folder_of(series.id, series.prepared_version) / "series.json"
    if not place.exists():
        raise NotPrepared(retry_after=1)
    table: dict[str, Any] = orjson.loads(place.read_bytes())
    base = f"/api/v1/series/{series.id}"
    for frame in table["frames"]:
        name, version = frame.pop("file"), frame.pop("version")
        frame["url"] = f"{base}/frames/{version}/{name}" if name else None
    table["id"] = series.id
    table["complete"] = series.prepared is not PreparedState.WAITING
    has_poster = bool(table.pop("poster", None))
    table.pop("thumbnail", None)
    table["poster_url"] = f"{base}/poster?v={series.prepared_version}" if has_poster else ""
    return table


class FrameAsk(BaseModel):
    """`name` is one file of the folder of `version`."""

    version: int = Field(ge=1, le=100000)
    name: str


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def frame_file(_session: Session, _actor: Actor, series: Series, ask: FrameAsk) -> Path:
    """The file of one normalised frame. Raises NotFound."""
    place = folder_of(series.id, ask.version) / ask.name
    if not FRAME_NAME.fullmatch(ask.name) or not place.exists():
        raise NotFound
    return place


@query(policy.READ_SERIES, reads="images.read", about=policy.series_shown_with)
def poster_file(_session: Session, _actor: Actor, series: Series, name: str) -> Path:
    """`poster.jpg` (≤ 512 px) or `thumb.jpg`. Raises NotFound."""
    place = folder_of(series.id, series.prepared_version) / name
    if series.prepared is PreparedState.FAILED or not place.exists():
        raise NotFound
    return place


class KeyImageAsk(BaseModel):
    """Which frame, in which window (centre, width in real-world units; None: the frame's own)."""

    series_uid: str
    instance_uid: str
    frame: int = 1
    window: tuple[float, float] | None = None


def key_picture(session: Session, subject: Subject, ask: KeyImageAsk) -> bytes | None:
    """A JPEG of one frame that a subject shows, in the window asked for; None if there is none to show."""
    series = session.execute(
        select(Series)
        .join(Study, Study.id == Series.study_id)
        .join(StudyLink, StudyLink.study_id == Study.id)
        .join(Instance, Instance.series_id == Series.id)
        .where(
            StudyLink.subject_kind == subject.kind,
            StudyLink.subject_id == subject.id,
            Series.series_uid == ask.series_uid,
            Instance.sop_uid == ask.instance_uid,
        )
        .limit(1)
    ).scalar()
    if series is None or series.prepared_version == 0:
        return None
    place = folder_of(series.id, series.prepared_version) / "series.json"
    if not place.exists():
        return None
    table = orjson.loads(place.read_bytes())
    same = (f for f in table["frames"] if f["instance_uid"] == ask.instance_uid and f["frame"] == ask.frame)
    frame = next(same, None)
    if frame is None or not frame["file"]:
        return None
    return draw(frame, values_of(series, frame), ask.window)


def values_of(series: Series, frame: dict[str, Any]) -> bytes:
    """The values of one frame of a series' table."""
    name: str = frame["file"]
    return (folder_of(series.id, frame["version"]) / name).read_bytes()


def draw(frame: dict[str, Any], raw: bytes, window: tuple[float, float] | None) -> bytes:
    """One prepared frame as JPEG, quality 88; 16-bit frames through `window`."""
    rows, columns = frame["rows"], frame["columns"]
    if frame["kind"] == "rgb8":
        picture = Image.fromarray(np.frombuffer(raw, np.uint8).reshape(rows, columns, 3))
    else:
        centre, width = window or frame["window"] or (0.0, 2000.0)
        values = np.frombuffer(raw, "<i2").astype(np.float32).reshape(rows, columns)
        values = values * frame["slope"] + frame["intercept"]
        grey = np.clip((values - (centre - width / 2)) / max(width, 1e-6) * 255, 0, 255).astype(np.uint8)
        picture = Image.fromarray(255 - grey if frame["invert"] else grey)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()
