"""Reading one's inbox."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.kernel.actor import Actor
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing, query
from mdt.notices import policy
from mdt.notices.models import Notice
from mdt.notices.terms import icon_of, told


class NoticeView(BaseModel):
    """`text` is the sentence in the reader's language; `read_at` is null while unread."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    text: str
    link: str
    at: datetime
    read_at: datetime | None
    subject_kind: str
    subject_id: str
    params: dict[str, str]

    @property
    def icon(self) -> str:
        return icon_of(self.kind)


class FindNotices(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    unread: bool = False
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=36)


class Inbox(BaseModel):
    """A page of one's notices, newest first; `next` is the cursor of the older ones."""

    items: list[NoticeView]
    next: str | None
    unread: int


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id,
        kind=row.kind,
        text=told(row.kind, row.params),
        link=row.link,
        at=row.at,
        read_at=row.read_at,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        params=row.params,
    )


@query(policy.OWN)
def notice(_session: Session, _actor: Actor, row: Notice, _ask: None) -> NoticeView:
    """One of one's notices."""
    return _view(row)


@listing(signed_in)
def inbox(session: Session, actor: Actor, ask: FindNotices) -> Inbox:
    """One's notices, newest first."""
    chosen = select(Notice).where(policy.own(actor)).order_by(Notice.id.desc()).limit(ask.limit + 1)
    if ask.unread:
        chosen = chosen.where(Notice.read_at.is_(None))
    if ask.cursor:
        chosen = chosen.where(Notice.id < ask.cursor)
    rows = list(session.execute(chosen).scalars())
    more = rows[ask.limit - 1].id if len(rows) > ask.limit else None
    items = [_view(row) for row in rows[: ask.limit]]
    return Inbox(items=items, next=more, unread=count_unread(session, actor.person_id))


@listing(signed_in)
def unread_count(session: Session, actor: Actor, _ask: None) -> int:
    """How many of one's notices are unread."""
    return count_unread(session, actor.person_id)


def count_unread(session: Session, person_id: str) -> int:
    chosen = select(func.count()).select_from(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.execute(chosen).scalar_one()


def notices_after(session: Session, person_id: str, after: str, limit: int = 20) -> list[NoticeView]:
    """Unread notices newer than the one with id `after`, oldest first (for a socket that shows them as they come)."""
    chosen = select(Notice).where(Notice.person_id == person_id, Notice.id > after, Notice.read_at.is_(None))
    return [_view(row) for row in session.execute(chosen.order_by(Notice.id).limit(limit)).scalars()]
