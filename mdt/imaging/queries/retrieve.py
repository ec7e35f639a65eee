"""WADO-RS: whose instances, their headers, their prepared pictures. Unknown and foreign are the same 404."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.models import Instance, Series, Study
from mdt.imaging.prepared import Frame, folder_of, shown_frames, table_of
from mdt.imaging.queries.elements import Elements, metadata_elements
from mdt.imaging.queries.pictures import NotPrepared, frame_of, poster_of
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
    size: int
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
def parts(session: Session, actor: Actor, study: Study, ask: Address) -> list[Part]:
    """The instances of what was addressed, in order. Raises NotFound if there is none."""
    return [
        Part(
            id=instance.id,
            series_id=series.id,
            series_uid=series.series_uid,
            sop_uid=instance.sop_uid,
            syntax=instance.transfer_syntax_uid,
            sha256=instance.sha256,
            size=instance.size,
            frames=instance.frames,
            place=runtime.files().path(instance.sha256),
        )
        for series, instance in _rows(session, actor, study, ask)
    ]


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def metadata(session: Session, actor: Actor, study: Study, ask: tuple[Address, str]) -> list[Elements]:
    """The headers of what was addressed; `ask` is the address and the root of DICOMweb."""
    address, root = ask
    return [
        metadata_elements(study, series, instance, root) for series, instance in _rows(session, actor, study, address)
    ]


def _rows(session: Session, actor: Actor, study: Study, ask: Address) -> list[tuple[Series, Instance]]:
    rows = (
        select(Series, Instance)
        .join(Instance, Instance.series_id == Series.id)
        .where(Series.study_id == study.id, policy.instance_rule(actor))
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
    """One frame of an instance (from 1)."""

    address: Address
    frame: int = 1


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def frame_to_draw(session: Session, actor: Actor, study: Study, ask: Drawing) -> Frame:
    """One prepared frame. Raises NotFound, NotPrepared."""
    series, instance = _rows(session, actor, study, ask.address)[0]
    if series.prepared_version == 0:
        raise NotPrepared(retry_after=1)
    frame = frame_of(series, instance.sop_uid, ask.frame)
    if frame is None:
        raise NotFound
    return frame


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def frames_to_draw(session: Session, actor: Actor, study: Study, ask: Address) -> list[tuple[str, Frame]]:
    """Every prepared frame of a study or series, each series in the order of its table, with the UID of its series.
    Raises NotFound, also where nothing can be shown; NotPrepared."""
    seen: dict[str, tuple[Series, set[str]]] = {}
    for series, instance in _rows(session, actor, study, ask):
        seen.setdefault(series.id, (series, set()))[1].add(instance.sop_uid)
    if any(series.prepared_version == 0 for series, _uids in seen.values()):
        raise NotPrepared(retry_after=1)
    found = []
    for series, uids in seen.values():
        folder = folder_of(series.id, series.prepared_version)
        found += [(series.series_uid, each) for each in shown_frames(table_of(folder) or {"frames": []}, folder, uids)]
    if not found:
        raise NotFound
    return found


@query(policy.READ_STUDY, reads="images.read", about=policy.shown_with)
def study_poster(session: Session, actor: Actor, study: Study, series_uid: str) -> Path | Frame:
    """The small picture of a series, or of a study's first series that has one. Raises NotFound."""
    rows = select(Series).where(Series.study_id == study.id, policy.series_rule(actor))
    if series_uid:
        rows = rows.where(Series.series_uid == series_uid)
    for series in session.execute(rows.order_by(Series.number, Series.id)).scalars():
        with suppress(NotFound):
            return poster_of(session, actor, series, "thumb.jpg")
    raise NotFound
