"""From the draft to the board: submitting, and what the coordinator makes of it."""

from pydantic import Field
from sqlalchemy import select

from mdt.cases import policy
from mdt.cases.events import CaseAccepted, CaseDeclined, CasePostponed, CaseReturned, CaseSubmitted
from mdt.cases.models import Case, ReadinessSnapshot, ReturnItem
from mdt.cases.operations.course import Postpone, move
from mdt.cases.operations.score import renew_readiness
from mdt.cases.operations.write import Line
from mdt.cases.queries.facts import questions_of
from mdt.cases.queries.people import coordinators_of
from mdt.cases.queries.snapshots import text_of
from mdt.cases.readiness import LABELS, Item, open_items, score
from mdt.cases.terms import DeclineCode, Route, State
from mdt.identity.operations import Change, Nothing
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx
from mdt.notices.operations import notify
from mdt.rooms.operations import OpenRoom, open_room
from mdt.rooms.queries import room_ids


def tell(tx: Tx, case: Case, people: list[str], kind: str) -> None:
    """A notice about this case, by its number only."""
    notify(tx, people, kind, case.subject, f"/cases/{case.id}", number=case.number)


@operation(policy.TEAM, audit="case.submitted", action="submit", states=(State.DRAFT,))
def submit_case(tx: Tx, case: Case, _change: Nothing) -> None:
    """Send a draft to the coordinator. Readiness never blocks: what is missing is kept as it was known now."""
    _submit(tx, case, again=False)


class Answer(Change):
    """What became of one thing the coordinator asked for."""

    key: str = Field(max_length=40)
    done: bool = False
    note: Line = Field(default="", max_length=500)


class Resubmit(Change):
    answers: list[Answer] = Field(default_factory=list, max_length=50)


@operation(policy.TEAM, audit="case.resubmitted", action="resubmit", states=(State.RETURNED,))
def resubmit_case(tx: Tx, case: Case, change: Resubmit) -> None:
    """Send a returned case again; what was asked for and is not ticked off does not block."""
    items = _last_return(tx, case)
    known = {item.key for item in items}
    unknown = sorted({answer.key for answer in change.answers} - known)
    if unknown:
        raise Invalid(fields={"answers": [N_("清单中没有这一项。")]}, keys=unknown)
    for answer in change.answers:
        for item in items:
            if item.key == answer.key:
                item.done, item.note = answer.done, answer.note
    _submit(tx, case, again=True)


def _submit(tx: Tx, case: Case, *, again: bool) -> None:
    _demand_substance(tx, case)
    items = renew_readiness(tx, case)
    keep_snapshot(tx, case, "submitted", items)
    case.submitted_at = tx.at
    move(tx, case, State.SUBMITTED)
    if not room_ids(tx.session, [case.subject]):
        open_room.inside(tx, OpenRoom(subject_kind="case", subject_id=case.id))
    tx.emit(CaseSubmitted(case.subject, again=again, score=score(items), missing=open_items(items)))
    kind = "case.resubmitted" if again else "case.submitted"
    tell(tx, case, coordinators_of(tx.session, tx.actor, case), kind)


def _demand_substance(tx: Tx, case: Case) -> None:
    fields: dict[str, list[str]] = {}
    if not any(each.text.strip() for each in questions_of(tx.session, case)):
        fields["questions"] = [N_("请写下至少一个要请专家回答的问题。")]
    if not case.summary.strip():
        fields["summary"] = [N_("请写几句病历摘要。")]
    if fields:
        raise Invalid("case.incomplete", N_("还差几项才能提交。"), fields=fields)


def keep_snapshot(tx: Tx, case: Case, reason: str, items: list[Item]) -> None:
    """What was known when: the list and the text, for good."""
    row = ReadinessSnapshot(
        case_id=case.id,
        at=tx.at,
        reason=reason,
        score=score(items),
        items=[{"key": i.key, "level": i.level.value, "verdict": i.found.verdict.value} for i in items],
        text=text_of(tx.session, case),
    )
    tx.session.add(row)


def _last_return(tx: Tx, case: Case) -> list[ReturnItem]:
    rows = tx.session.execute(
        select(ReturnItem).where(ReturnItem.case_id == case.id).order_by(ReturnItem.asked_at.desc())
    ).scalars()
    found = list(rows)
    return [row for row in found if row.asked_at == found[0].asked_at]


class AskedFor(Change):
    """`key`: a readiness key, or one of the coordinator's own; `text`: what to bring."""

    key: Line = Field(min_length=1, max_length=40)
    text: Line = Field(default="", max_length=500)


class Return(Change):
    items: list[AskedFor] = Field(min_length=1, max_length=50)


@operation(policy.REVIEW, audit="case.returned", action="return", states=(State.SUBMITTED,))
def return_case(tx: Tx, case: Case, change: Return) -> None:
    """Give a case back with a list of what to add; the clock stands still until it comes again."""
    if any(not item.text and item.key not in LABELS for item in change.items):
        raise Invalid(fields={"items": [N_("请写明要补充什么。")]})
    for position, item in enumerate(change.items):
        row = ReturnItem(
            case_id=case.id,
            position=position,
            key=item.key,
            text=item.text,
            asked_by=tx.actor.person_id,
            asked_at=tx.at,
        )
        tx.session.add(row)
    keep_snapshot(tx, case, "returned", renew_readiness(tx, case))
    move(tx, case, State.RETURNED)
    tx.emit(CaseReturned(case.subject, keys=[item.key for item in change.items]))
    tell(tx, case, [case.requester_id], "case.returned")


class Accept(Change):
    route: Route = Route.MEETING
    specialties: list[Line] = Field(default_factory=list, max_length=20)


@operation(policy.REVIEW, audit="case.accepted", action="accept", states=(State.SUBMITTED,))
def accept_case(tx: Tx, case: Case, change: Accept) -> None:
    """Take a case on: for a meeting, or for written opinions."""
    case.route = change.route
    case.specialties = [each[:60] for each in change.specialties if each]
    move(tx, case, State.ACCEPTED)
    tx.emit(CaseAccepted(case.subject, route=change.route.value))
    tell(tx, case, [case.requester_id], "case.accepted")


class Decline(Change):
    code: DeclineCode
    reason: Line = Field(min_length=1, max_length=1000)


@operation(policy.REVIEW, audit="case.declined", action="decline", states=(State.SUBMITTED, State.ACCEPTED))
def decline_case(tx: Tx, case: Case, change: Decline) -> None:
    """Refuse a case, with a code and words."""
    move(tx, case, State.DECLINED)
    tx.emit(CaseDeclined(case.subject, code=change.code.value, reason=change.reason))
    tell(tx, case, [case.requester_id], "case.declined")


@operation(policy.LEAD, audit="case.postponed", action="postpone", states=(State.SCHEDULED,))
def postpone_case(tx: Tx, case: Case, change: Postpone) -> Case:
    """Take a case off its agenda; the meeting lets its item go when it hears of it."""
    move(tx, case, State.ACCEPTED)
    tx.emit(CasePostponed(case.subject, code=change.code.value))
    tell(tx, case, [case.requester_id], "case.postponed")
    return case
