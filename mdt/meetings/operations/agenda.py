"""The agenda of a meeting: putting cases on it (the hard gate of readiness), order, minutes, taking them off."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select

from mdt.cases.operations.course import Postpone, Schedule, schedule, unschedule
from mdt.cases.operations.write import Line
from mdt.cases.queries.cards import case_cards
from mdt.cases.terms import PostponeCode
from mdt.identity.operations import Change
from mdt.identity.queries import reachable_people
from mdt.kernel.errors import Conflict, Invalid, NotFound
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import Tx
from mdt.meetings import policy
from mdt.meetings.events import ItemAdded, ItemOverridden, ItemRemoved, MeetingChanged
from mdt.meetings.models import AgendaItem, Meeting
from mdt.meetings.operations import announce
from mdt.meetings.operations.access import end_case, renew_case
from mdt.meetings.terms import DEFAULT_MINUTES, OPEN_ITEM, OPEN_MEETING, ItemState

ItemMinutes = Annotated[int, Field(ge=1, le=240)]


class NotReady(Conflict):
    """409 with `missing`: the keys of the musts that are missing."""

    code = "case.not_ready"
    sentence = N_("病例资料尚缺必需项，请补齐，或由会诊秘书写明理由后列入议程。")


class Override(Change):
    reason: Line = Field(min_length=1, max_length=400)


class AddItem(Change):
    case_id: Line = Field(min_length=1, max_length=36)
    minutes: ItemMinutes = DEFAULT_MINUTES
    presenter: Line | None = Field(default=None, max_length=36)
    override: Override | None = None


@operation(policy.MANAGE, audit="agenda.added", action="add_item", states=OPEN_MEETING)
def add_item(tx: Tx, meeting: Meeting, change: AddItem) -> AgendaItem:
    """Put an accepted case on the agenda; everybody of the meeting gets their right to it. Raises NotReady."""
    if not gives(tx.session, Subject("case", change.case_id), "coordinate", tx.actor):
        raise NotFound
    _demand_free(tx, change.case_id)
    _demand_presenter(tx, change.presenter)
    missing = case_cards(tx.session, [change.case_id])[change.case_id].missing
    if missing and change.override is None:
        raise NotReady(missing=missing)
    schedule.inside(tx, change.case_id, Schedule(meeting_id=meeting.id))
    item = AgendaItem(
        meeting_id=meeting.id,
        case_id=change.case_id,
        position=_last_position(tx, meeting.id) + 1,
        minutes=change.minutes,
        presenter_id=change.presenter,
        state=ItemState.PLANNED,
        override_reason=change.override.reason if change.override and missing else "",
        missing=missing,
        added_at=tx.at,
    )
    tx.session.add(item)
    meeting.changed_at = tx.at
    tx.session.flush()  # rights and events name it
    renew_case(tx, meeting, change.case_id)
    tx.emit(ItemAdded(Subject("case", item.case_id), meeting_id=meeting.id, item_id=item.id))
    if missing:
        subject = Subject("case", item.case_id)
        tx.emit(ItemOverridden(subject, meeting_id=meeting.id, item_id=item.id, missing=tuple(missing)))
    announce.scheduled(tx, item, "case.scheduled")
    return item


def _demand_free(tx: Tx, case_id: str) -> None:
    open_item = (AgendaItem.case_id == case_id) & (AgendaItem.state != ItemState.FINISHED)
    held = tx.session.execute(select(AgendaItem.meeting_id).where(open_item)).scalar()
    if held is not None:
        raise Conflict("case.on_agenda", N_("该病例已在一个未结束的议程中。"), meeting_id=held)


def _demand_presenter(tx: Tx, person_id: str | None) -> None:
    if person_id and person_id not in reachable_people(tx.session, tx.actor, {person_id}):
        raise Invalid("agenda.presenter", fields={"presenter": [N_("请从通讯录选择。")]})


def _last_position(tx: Tx, meeting_id: str) -> int:
    last = select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id)
    return tx.session.execute(last).scalar() or 0


class ChangeItem(Change):
    """Fields left out stay. `position` counts from 1; the others make room."""

    minutes: ItemMinutes | None = None
    position: int | None = Field(default=None, ge=1, le=500)
    presenter: Line | None = Field(default=None, max_length=36)


@operation(policy.LEAD_ITEM, audit="agenda.changed", action="edit", states=OPEN_ITEM)
def change_item(tx: Tx, item: AgendaItem, change: ChangeItem) -> AgendaItem:
    """Another budget (also of the running item), another place, another presenter."""
    wanted = change.model_fields_set
    meeting = _open_meeting(tx, item)
    if "presenter" in wanted:
        _demand_presenter(tx, change.presenter)
        item.presenter_id = change.presenter
    if change.minutes is not None and change.minutes != item.minutes:
        item.minutes = change.minutes
        if item.state is ItemState.RUNNING:
            announce.write_agenda(tx, item, "extend")
    if change.position is not None:
        _move(tx, item, change.position)
    meeting.changed_at = tx.at
    tx.emit(MeetingChanged(meeting.subject, meeting_id=meeting.id))
    return item


def _open_meeting(tx: Tx, item: AgendaItem) -> Meeting:
    meeting = tx.session.get_one(Meeting, item.meeting_id)
    if meeting.state not in OPEN_MEETING:
        raise Conflict("wrong_state", state=meeting.state.value, allowed=[])
    return meeting


def _move(tx: Tx, item: AgendaItem, position: int) -> None:
    mine = select(AgendaItem).where(AgendaItem.meeting_id == item.meeting_id, AgendaItem.id != item.id)
    others = list(tx.session.execute(mine.order_by(AgendaItem.position)).scalars())
    others.insert(min(position, len(others) + 1) - 1, item)
    for place, each in enumerate(others, start=1):
        if each.position != place:
            each.position = place


class RemoveItem(Change):
    code: PostponeCode = PostponeCode.TIME


@operation(policy.LEAD_ITEM, audit="agenda.removed", action="remove", states=(ItemState.PLANNED,))
def remove_item(tx: Tx, item: AgendaItem, change: RemoveItem) -> None:
    """Take a case off the agenda again: it waits for another meeting, and what this one gave on it ends."""
    case_id = item.case_id
    meeting = _open_meeting(tx, item)
    meeting.changed_at = tx.at
    announce.scheduled(tx, item, "case.postponed")
    take_off(tx, item)
    unschedule.inside(tx, case_id, Postpone(code=change.code))


def take_off(tx: Tx, item: AgendaItem) -> None:
    """Remove a planned item without touching the case's state (it changed already, or is about to)."""
    subject = Subject("case", item.case_id)
    tx.emit(ItemRemoved(subject, meeting_id=item.meeting_id, item_id=item.id))
    tx.session.delete(item)
    tx.session.flush()  # the case must be off this agenda before others hear of it
    end_case(tx, item.meeting_id, item.case_id)
