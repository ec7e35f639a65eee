"""Reading rooms: which room a subject has, what stands in its log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Exists, and_, or_, select
from sqlalchemy.orm import Session

from mdt.kernel.actor import Actor
from mdt.kernel.policy import Subject, ask, subject_ids
from mdt.kernel.query import query
from mdt.rooms import policy
from mdt.rooms.models import Room, RoomEntry

PAGE = 1000
SNAPSHOT_PAGE = 200
STANDING = {
    "view": 20,
    "lead": 1,
    "agenda": 5,
    "annotation": 300,
    "annotation_removed": 300,
    "poll": 3,
    "vote": 300,
    "poll_closed": 3,
    "hand": 60,
    "call": 2,
    "consensus": 20,
}
"""How many of the newest entries of a type a snapshot carries."""


class Author(BaseModel):
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
    by: Author
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
    """`cursor` is what `next` of a page said: the same as `after`."""

    after: int = Field(default=0, ge=0, le=2**53)
    cursor: int = Field(default=0, ge=0, le=2**53)
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
        by=Author(id=entry.author_id, name=entry.author_name),
        at=entry.at,
        item=entry.item_id or None,
    )


def entries_after(session: Session, room_id: str, after: int, limit: int = PAGE) -> list[RoomEntry]:
    """The entries with `seq` > `after`, in order."""
    wanted = select(RoomEntry).where(RoomEntry.room_id == room_id, RoomEntry.seq > after)
    return list(session.execute(wanted.order_by(RoomEntry.seq).limit(limit)).scalars())


def rooms_given(session: Session, asked: Iterable[tuple[str, Actor]]) -> dict[tuple[str, str], frozenset[str]]:
    """What each (room, actor) pair is given now, by (room id, person id); nothing for a room that is no more."""
    pairs = list(asked)
    wanted = select(Room.id, Room.subject_kind, Room.subject_id).where(Room.id.in_({room_id for room_id, _ in pairs}))
    subjects = {room_id: Subject(kind, subject_id) for room_id, kind, subject_id in session.execute(wanted)}
    nothing: frozenset[str] = frozenset()
    return {
        (room_id, who.person_id): accesses(session, subjects[room_id], who) if room_id in subjects else nothing
        for room_id, who in pairs
    }


def heads(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """`last_seq` by room id."""
    found = session.execute(select(Room.id, Room.last_seq).where(Room.id.in_(list(ids))))
    return {row.id: row.last_seq for row in found}


def accesses(session: Session, subject: Subject, actor: Actor) -> frozenset[str]:
    """Which of `read`, `post`, `lead` the subject gives to the actor now, in one query."""
    names = ("read", "post", "lead")
    row = session.execute(select(*[_gives(subject, name, actor).label(name) for name in names])).one()
    return frozenset(name for name in names if getattr(row, name))


def _gives(subject: Subject, access: str, actor: Actor) -> Exists:
    ids = subject_ids(subject.kind, access, actor).subquery()
    return select(1).where(ids.c[0] == subject.id).exists()


@query(policy.READ, reads="room.read")
def room(session: Session, actor: Actor, row: Room, _ask: None) -> RoomView:
    """The room's state and what the reader may do in it."""
    return view_of(session, actor, row)


def view_of(session: Session, actor: Actor, row: Room) -> RoomView:
    given = accesses(session, row.subject, actor)
    may = sorted(given - {"read"})
    if policy.only_watches(actor):
        may = []
    elif row.chair_id == actor.person_id and "lead" not in may:
        may.insert(0, "lead")
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


class Standing(BaseModel):
    """Stands for the log up to `seq`: the entries that still matter, in order, to be folded before the page."""

    seq: int
    state: list[EntryView]


class Entered(BaseModel):
    """What a person who enters is given: their missed entries, or a snapshot and the newest page."""

    room: RoomView
    head: int
    entries: list[EntryView]
    snapshot: Standing | None


@query(policy.READ, reads="room.read")
def entered(session: Session, actor: Actor, row: Room, after: int) -> Entered:
    """The room with what happened after `after`, at most 1,000 entries; beyond that a snapshot and 200."""
    head, snapshot, start = row.last_seq, None, min(after, row.last_seq)
    if head - start > PAGE:
        start = head - SNAPSHOT_PAGE
        state = [entry_view(each, actor.person_id) for each in standing(session, row.id, start)]
        snapshot = Standing(seq=start, state=state)
    found = entries_after(session, row.id, start, PAGE)
    views = [entry_view(each, actor.person_id) for each in found if each.seq <= head]
    return Entered(room=view_of(session, actor, row), head=head, entries=views, snapshot=snapshot)


def standing(session: Session, room_id: str, until: int) -> list[RoomEntry]:
    """The entries up to `until` that a later fold still needs, in order."""
    kept: list[RoomEntry] = []
    for kind, number in STANDING.items():
        wanted = select(RoomEntry).where(RoomEntry.room_id == room_id, RoomEntry.type == kind, RoomEntry.seq <= until)
        kept += session.execute(wanted.order_by(RoomEntry.seq.desc()).limit(number)).scalars()
    return sorted(kept, key=lambda entry: entry.seq)


@query(policy.READ, reads="room.read")
def entries(session: Session, actor: Actor, row: Room, ask: AfterSeq) -> EntryPage:
    """A page of the log after `after`; `next` is the `after` of the following page."""
    after = max(ask.after, ask.cursor)
    found = entries_after(session, row.id, after, ask.limit)
    last = found[-1].seq if found else after
    return EntryPage(
        items=[entry_view(each, actor.person_id) for each in found],
        next=str(last) if found and last < row.last_seq else None,
        head=row.last_seq,
    )
