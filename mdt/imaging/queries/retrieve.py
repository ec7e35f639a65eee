"""WADO-RS: whose instances, their headers, their prepared pictures. Unknown and foreign are the same 404."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.models import Instance, Series, Study
from mdt.imaging.prepared import folder_of
from mdt.imaging.queries.elements import Elements, metadata_elements
from mdt.imaging.queries.pictures import NotPrepared, draw, values_of
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing, query


class Address(BaseModel):
    """A study, or one series or instance of it."""

    study_uid: str
    series_uid: str = ""
    instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One stored instance: its bytes at `place`, packed as `syntax`."""

    id: str
    series_id: str
    series_uid: str
    sop_uid: str
    syntax: str
    sha256: str
    frames: int
    place: Path


@listing(signed_in)
def study_key(session: Session, actor: Actor, study_uid: str) -> str:
    """The row of a study that the person may see. Raises NotFound."""
    rows = select(Study.id).where(Study.study_uid == study_uid, policy.study_rule(actor)).order_by(Study.id)
    key = session.execute(rows.limit(1)).scalar()
    if key is None:
        raise NotFound
    return key


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def parts(session: Session, _actor: Actor, study: Study, ask: Address) -> list[Part]:
    """The instances of what was addressed, in order. Raises NotFound if there is none."""
    return [
        Part(
            id=instance.id,
            series_id=series.id,
            series_uid=series.series_uid,
            sop_uid=instance.sop_uid,
            syntax=instance.transfer_syntax_uid,
            sha256=instance.sha256,
            frames=instance.frames,
            place=runtime.files().path(instance.sha256),
        )
        for series, instance in _rows(session, study, ask)
    ]


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def metadata(session: Session, _actor: Actor, study: Study, ask: tuple[Address, str]) -> list[Elements]:
    """The headers of what was addressed; `ask` is the address and the root of DICOMweb."""
    address, root = ask
    return [metadata_elements(study, series, instance, root) for series, instance in _rows(session, study, address)]


def _rows(session: Session, study: Study, ask: Address) -> list[tuple[Series, Instance]]:
    rows = (
        select(Series, Instance)
        .join(Instance, Instance.series_id == Series.id)
        .where(Series.study_id == study.id)
        .order_by(Series.number, Series.id, Instance.number, Instance.sop_uid)
    )
    if ask.series_uid:
        rows = rows.where(Series.series_uid == ask.series_uid)
    if ask.instance_uid:
        rows = rows.where(Instance.sop_uid == ask.instance_uid)
    found = [(series, instance) for series, instance in session.execute(rows)]
    if not found:
        raise NotFound
    return found


class Drawing(BaseModel):
    """One frame of an instance (from 1), in `window` (centre, width) or its own."""

    address: Address
    frame: int = 1
    window: tuple[float, float] | None = None


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def drawn(session: Session, _actor: Actor, study: Study, ask: Drawing) -> bytes:
    """A prepared frame as JPEG. Raises NotFound, NotPrepared."""
    series, _instance = _rows(session, study, ask.address)[0]
    if series.prepared_version == 0:
        raise NotPrepared(retry_after=1)
    folder = folder_of(series.id, series.prepared_version)
    table: dict[str, Any] = orjson.loads(_table(folder).read_bytes())
    of = (f for f in table["frames"] if f["instance_uid"] == ask.address.instance_uid and f["frame"] == ask.frame)
    frame = next(of, None)
    if frame is None or not frame["file"]:
        raise NotFound
    return draw(frame, values_of(series, frame), ask.window)


def _table(folder: Path) -> Path:
    place = folder / "series.json"
    if not place.exists():
        raise NotFound
    return place


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def study_poster(session: Session, _actor: Actor, study: Study, series_uid: str) -> Path:
    """The small picture of a series, or of a study's first series that has one. Raises NotFound."""
    rows = select(Series).where(Series.study_id == study.id).order_by(Series.number, Series.id)
    if series_uid:
        rows = rows.where(Series.series_uid == series_uid)
    for series in session.execute(rows).scalars():
        place = folder_of(series.id, series.prepared_version) / "thumb.jpg"
        if place.exists():
            return place
    raise NotFound
