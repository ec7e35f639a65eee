"""Reading rooms: which room a subject has, what stands in its log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from mdt.kernel.actor import Actor
from mdt.kernel.policy import Subject, ask, gives
from mdt.kernel.query import query
from mdt.rooms import policy
from mdt.rooms.models import Room, RoomEntry

PAGE = 1000


class By(BaseModel):
    id: str
    name: str


class EntryView(BaseModel):
    """An entry on the wire."""

    room: str
    seq: int
    id: str
    client_id: str
    type: str
    body: dict[str, Any]
    by: By
    at: datetime
    item: str | None = None


class RoomView(BaseModel):
    """A room as its reader finds it. `may`: `post`, `lead` (poll, hand over, move on); `to`: where the meeting is."""

    id: str
    subject: dict[str, str]
    title: str
    head: int
    item: str | None
    chair: str | None
    leader: str | None
    to: str | None
    may: list[str]


class EntryPage(BaseModel):
    items: list[EntryView]
    next: str | None
    head: int


class AfterSeq(BaseModel):
    after: int = Field(default=0, ge=0, le=2**53)
    limit: int = Field(default=200, ge=1, le=PAGE)


def room_ids(session: Session, subjects: Sequence[Subject]) -> dict[Subject, str]:
    """The ids of the rooms of `subjects`; a subject without a room is left out."""
    if not subjects:
        return {}
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        by_kind.setdefault(subject.kind, set()).add(subject.id)
    wanted = or_(*[and_(Room.subject_kind == kind, Room.subject_id.in_(ids)) for kind, ids in by_kind.items()])
    found = session.execute(select(Room.id, Room.subject_kind, Room.subject_id).where(wanted))
    return {Subject(kind, subject_id): room_id for room_id, kind, subject_id in found}


def entry_view(entry: RoomEntry, reader_id: str) -> EntryView:
    """An entry as `reader_id` may see it: the option of a secret vote is its author's alone."""
    body = entry.body
    if entry.is_secret and entry.author_id != reader_id:
        body = {"ref": entry.ref, "secret": True}
    return EntryView(
        room=entry.room_id,
        seq=entry.seq,
        id=entry.id,
        client_id=entry.client_id,
        type=entry.type,
        body=body,
        by=By(id=entry.author_id, name=entry.author_name),
        at=entry.at,
        item=entry.item_id or None,
    )


def entries_after(session: Session, room_id: str, after: int, limit: int = PAGE) -> list[RoomEntry]:
    """The entries with `seq` > `after`, in order."""
    wanted = select(RoomEntry).where(RoomEntry.room_id == room_id, RoomEntry.seq > after)
    return list(session.execute(wanted.order_by(RoomEntry.seq).limit(limit)).scalars())


def heads(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """`last_seq` by room id."""
    found = session.execute(select(Room.id, Room.last_seq).where(Room.id.in_(list(ids))))
    return {row.id: row.last_seq for row in found}


@query(policy.READ, reads="room.read")
def room(session: Session, actor: Actor, row: Room, _ask: None) -> RoomView:
    """The room's state and what the reader may do in it."""
    return view_of(session, actor, row)


def view_of(session: Session, actor: Actor, row: Room) -> RoomView:
    may = [access for access in ("post", "lead") if gives(session, row.subject, access, actor)]
    if policy.only_watches(actor):
        may = []
    elif row.chair_id == actor.person_id and "lead" not in may:
        may.append("lead")
    return RoomView(
        id=row.id,
        subject={"kind": row.subject_kind, "id": row.subject_id},
        title=ask(session, actor, row.subject, "title") or "",
        head=row.last_seq,
        item=row.item_id or None,
        chair=row.chair_id or None,
        leader=row.leader_id or None,
        to=_reachable(session, actor, row.moved_to),
        may=may,
    )


def _reachable(session: Session, actor: Actor, room_id: str) -> str | None:
    """`room_id` if the actor may enter that room."""
    if not room_id:
        return None
    found = session.execute(select(Room.id).where(Room.id == room_id, policy.READ.rule(actor))).scalar()
    return found or None


def who_may_enter(session: Session, actors: Iterable[Actor], room_id: str) -> set[str]:
    """The persons among `actors` who may enter the room."""
    return {actor.person_id for actor in actors if _reachable(session, actor, room_id)}


@query(policy.READ, reads="room.read")
def entries(session: Session, actor: Actor, row: Room, ask: AfterSeq) -> EntryPage:
    """A page of the log after `after`; `next` is the `after` of the following page."""
    found = entries_after(session, row.id, ask.after, ask.limit)
    last = found[-1].seq if found else ask.after
    return EntryPage(
        items=[entry_view(each, actor.person_id) for each in found],
        next=str(last) if found and last < row.last_seq else None,
        head=row.last_seq,
    )
