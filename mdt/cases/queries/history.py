"""What happened to a case, and who read and changed it: from the kernel's facts and audit rows."""

import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case
from mdt.identity.queries import person_cards
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.ledger import AuditRow, EventRow
from mdt.kernel.policy import governed, signed_in
from mdt.kernel.query import listing, query


class Paged(BaseModel):
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=36)


class FindAudit(Paged):
    """`object`: the id of a case, or `kind:id` of anything that belongs to one; empty: of every case whose audit one
    may read."""

    object: str = Field(default="", max_length=140)


class Doer(BaseModel):
    id: str
    name: str
    hospital: str = ""
    department: str = ""


class HistoryRow(BaseModel):
    """`object` is `kind:id`; `outcome` is `ok` or `refused`; `about` is the person whom it happened to, `facts` are
    codes and ids of what happened."""

    id: str
    at: datetime
    person: Doer
    action: str
    object: str
    outcome: str
    about: Doer | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


class HistoryPage(BaseModel):
    items: list[HistoryRow]
    next: str | None


@query(policy.READ, reads="case.read")
def timeline(session: Session, _actor: Actor, case: Case, ask: Paged) -> HistoryPage:
    """The facts of a case, newest first."""
    mine = [EventRow.subject_kind == "case", EventRow.subject_id == case.id]
    if ask.cursor:
        mine.append(EventRow.id < ask.cursor)
    wanted = select(EventRow).where(*mine).order_by(EventRow.id.desc()).limit(ask.limit + 1)
    found = list(session.execute(wanted).scalars())
    page = found[: ask.limit]
    people = _people(session, {row.person_id for row in page} | {str(row.body.get("person_id", "")) for row in page})
    items = [
        HistoryRow(
            id=row.id,
            at=row.at,
            person=people[row.person_id],
            about=people[row.body["person_id"]] if row.body.get("person_id") else None,
            action=_verb(row.name),
            object=f"{row.subject_kind}:{row.subject_id}",
            outcome="ok",
            facts=row.body,
        )
        for row in page
    ]
    return HistoryPage(items=items, next=page[-1].id if len(found) > ask.limit else None)


@query(policy.AUDIT, reads="audit.read")
def case_audit(session: Session, _actor: Actor, case: Case, ask: Paged) -> HistoryPage:
    """Who read and changed this case and what belongs to it, newest first."""
    return _audit_page(session, and_(AuditRow.subject_kind == "case", AuditRow.subject_id == case.id), ask)


@listing(signed_in, reads="audit.read")
def object_audit(session: Session, actor: Actor, ask: FindAudit) -> HistoryPage:
    """The rows of one thing that belongs to a case whose audit the person may read. Raises NotFound if there are
    none for them."""
    kind, _colon, key = ask.object.rpartition(":")
    of_cases = and_(
        AuditRow.subject_kind == "case", governed(AuditRow.subject_id, "case", "audit", actor), _named(kind, key)
    )
    page = _audit_page(session, of_cases, ask)
    if ask.object and not page.items and not ask.cursor:
        raise NotFound
    return page


def _named(kind: str, key: str) -> ColumnElement[bool]:
    if not key:
        return true()
    if kind:
        return and_(AuditRow.object_kind == kind, AuditRow.object_id == key)
    return or_(AuditRow.object_id == key, AuditRow.subject_id == key)


def _audit_page(session: Session, condition: ColumnElement[bool], ask: Paged) -> HistoryPage:
    wanted = select(AuditRow).where(condition)
    if ask.cursor:
        wanted = wanted.where(AuditRow.id < ask.cursor)
    found = list(session.execute(wanted.order_by(AuditRow.id.desc()).limit(ask.limit + 1)).scalars())
    page = found[: ask.limit]
    people = _people(session, {row.person_id for row in page})
    items = [
        HistoryRow(
            id=row.id,
            at=row.at,
            person=people[row.person_id],
            action=row.action,
            object=f"{row.object_kind}:{row.object_id}",
            outcome="ok" if row.outcome == 0 else "refused",
        )
        for row in page
    ]
    return HistoryPage(items=items, next=page[-1].id if len(found) > ask.limit else None)


def _people(session: Session, ids: set[str]) -> dict[str, Doer]:
    people = {person_id: Doer(id=person_id, name=gettext(N_("系统"))) for person_id in ids}
    for card in person_cards(session, ids).values():
        place = card.hospital.name if card.hospital else ""
        people[card.id] = Doer(id=card.id, name=card.name, hospital=place, department=card.department)
    return people


def _verb(event: str) -> str:
    """`CaseSubmitted` → `case_submitted`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower()
