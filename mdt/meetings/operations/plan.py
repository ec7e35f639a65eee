"""Planning a meeting: making, changing, cancelling it."""

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select, text, update

from mdt.cases.operations.course import Postpone, unschedule
from mdt.cases.operations.write import Line
from mdt.cases.terms import PostponeCode
from mdt.identity.operations import Change
from mdt.identity.queries import reachable_people
from mdt.identity.terms import CLINICAL, Moment
from mdt.kernel.clock import SHANGHAI
from mdt.kernel.errors import Conflict, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import nobody
from mdt.kernel.transaction import Tx
from mdt.meetings import policy
from mdt.meetings.calllink import is_call_link
from mdt.meetings.events import MeetingCancelled, MeetingChanged, MeetingPlanned
from mdt.meetings.models import AgendaItem, Meeting, MeetingCounter
from mdt.meetings.operations import announce
from mdt.meetings.operations.access import renew_people
from mdt.meetings.operations.agenda import take_off
from mdt.meetings.terms import DEFAULT_QUORUM, OPEN_MEETING, ItemState, MeetingKind, MeetingState
from mdt.rooms.operations import OpenRoom, open_room

Minutes = Annotated[int, Field(ge=5, le=1440)]
Quorum = Annotated[int, Field(ge=1, le=50)]
Title = Annotated[Line, Field(min_length=1, max_length=120)]
PersonId = Annotated[Line, Field(min_length=1, max_length=36)]


class CreateMeeting(Change):
    title: Title
    kind: Literal["mdt", "urgent", "teaching"] = "mdt"
    starts_at: Moment
    duration_min: Minutes = 60
    chair: PersonId
    deputy: PersonId | None = None
    quorum: Quorum | None = None
    call_link: Line = Field(default="", max_length=500)


class PlanClinicMeeting(Change):
    """The hidden meeting of a free-clinic day."""

    title: Title
    starts_at: Moment
    duration_min: Minutes
    chair: PersonId
    call_link: str = ""


@creation(policy.PLAN, audit="meeting.created")
def create_meeting(tx: Tx, change: CreateMeeting) -> Meeting:
    """Plan a meeting with its own room. Chair and deputy have access to every case of its agenda from now on."""
    return _plan(tx, change, MeetingKind(change.kind), change.deputy, change.quorum or DEFAULT_QUORUM)


@creation(nobody, audit="meeting.created")
def plan_clinic_meeting(tx: Tx, change: PlanClinicMeeting) -> Meeting:
    """The meeting behind a free-clinic day, for its room and for the consensus of cases that come out of it."""
    return _plan(tx, change, MeetingKind.CLINIC, None, DEFAULT_QUORUM)


def _plan(
    tx: Tx, change: CreateMeeting | PlanClinicMeeting, kind: MeetingKind, deputy_id: str | None, quorum: int
) -> Meeting:
    _demand_leaders(tx, {"chair": change.chair, "deputy": deputy_id})
    _demand_call_link(change.call_link)
    meeting = Meeting(
        number=_next_number(tx),
        hospital_id=tx.actor.hospital_id,
        title=change.title,
        kind=kind,
        state=MeetingState.PLANNED,
        starts_at=change.starts_at,
        duration_min=change.duration_min,
        chair_id=change.chair,
        deputy_id=deputy_id,
        quorum=quorum,
        call_link=change.call_link,
        created_by=tx.actor.person_id,
        created_at=tx.at,
        changed_at=tx.at,
    )
    tx.session.add(meeting)
    tx.session.flush()  # the room hangs on the id
    open_room.inside(tx, OpenRoom(subject_kind="meeting", subject_id=meeting.id))
    tx.emit(MeetingPlanned(meeting.subject, meeting_id=meeting.id))
    return meeting


def _next_number(tx: Tx) -> str:
    year = tx.at.astimezone(SHANGHAI).year
    tx.session.execute(
        text("INSERT INTO meeting_counter (year, last) VALUES (:year, 0) ON CONFLICT (year) DO NOTHING"), {"year": year}
    )
    count = update(MeetingCounter).where(MeetingCounter.year == year).values(last=MeetingCounter.last + 1)
    last = tx.session.execute(count.returning(MeetingCounter.last)).scalar_one()
    return f"HY-{year}-{last:04}"


def _demand_leaders(tx: Tx, leaders: dict[str, str | None]) -> None:
    """Chair and deputy must be clinicians whom the actor may reach, and two people."""
    ids = {person_id for person_id in leaders.values() if person_id}
    reachable = reachable_people(tx.session, tx.actor, ids)
    wrong: dict[str, list[str]] = {}
    for name, person_id in leaders.items():
        if person_id and reachable.get(person_id, frozenset()).isdisjoint(CLINICAL):
            wrong[name] = [N_("请从通讯录选择一位在岗的医师。")]
    if leaders.get("chair") == leaders.get("deputy"):
        wrong["deputy"] = [N_("副主持人不能与主持人相同。")]
    if wrong:
        raise Invalid("meeting.people", fields=wrong)


def _demand_call_link(link: str) -> None:
    if link and not is_call_link(link):
        raise Invalid("meeting.call_link", fields={"call_link": [N_("请填写以 https:// 开头的完整会议链接。")]})


class ChangeMeeting(Change):
    """Fields left out stay as they are; `deputy: null` takes the deputy away."""

    title: Title | None = None
    starts_at: Moment | None = None
    duration_min: Minutes | None = None
    chair: PersonId | None = None
    deputy: PersonId | None = None
    quorum: Quorum | None = None
    call_link: Line | None = Field(default=None, max_length=500)


COLUMNS = {"chair": "chair_id", "deputy": "deputy_id"}


@operation(policy.MANAGE, audit="meeting.changed", action="edit", states=OPEN_MEETING)
def change_meeting(tx: Tx, meeting: Meeting, change: ChangeMeeting) -> None:
    """Change a meeting; those who lost the chair lose what it gave, calendars see a higher SEQUENCE."""
    wanted = {name: getattr(change, name) for name in change.model_fields_set}
    _demand_values(wanted)
    if "starts_at" in wanted and meeting.state is MeetingState.LIVE and wanted["starts_at"] != meeting.starts_at:
        raise Conflict("meeting.already_live", N_("会议已经开始，不能再改时间。"))
    if {"chair", "deputy"} & wanted.keys():
        leaders = {"chair": wanted.get("chair", meeting.chair_id), "deputy": wanted.get("deputy", meeting.deputy_id)}
        _demand_leaders(tx, leaders)
    before = {meeting.chair_id, meeting.deputy_id}
    changed = {name for name, value in wanted.items() if getattr(meeting, COLUMNS.get(name, name)) != value}
    for name in changed:
        setattr(meeting, COLUMNS.get(name, name), wanted[name])
    if "starts_at" in changed:
        meeting.reminded_min = None
    meeting.changed_at = tx.at
    tx.session.flush()  # the rights are worked out from the row
    moved = before ^ {meeting.chair_id, meeting.deputy_id}
    renew_people(tx, meeting, sorted(person_id for person_id in moved if person_id))
    tx.emit(MeetingChanged(meeting.subject, meeting_id=meeting.id))
    if {"starts_at", "duration_min", "call_link"} & changed:
        announce.changed(tx, meeting)


def _demand_values(wanted: dict[str, object]) -> None:
    empty = [name for name, value in wanted.items() if value is None and name not in ("deputy", "call_link")]
    if empty:
        raise Invalid(fields={name: [N_("必填。")] for name in empty})
    if wanted.get("call_link", "") is None:
        wanted["call_link"] = ""
    _demand_call_link(str(wanted.get("call_link", "")))


class Cancel(Change):
    reason: Line = Field(min_length=1, max_length=400)


@operation(policy.MANAGE, audit="meeting.cancelled", action="cancel", states=(MeetingState.PLANNED,))
def cancel_meeting(tx: Tx, meeting: Meeting, change: Cancel) -> None:
    """Call a meeting off: its cases wait for another, what its invitations gave ends."""
    meeting.state, meeting.reason, meeting.ended_at = MeetingState.CANCELLED, change.reason, tx.at
    announce.cancelled(tx, meeting)
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.PLANNED)
    for item in tx.session.execute(query).scalars().all():
        case_id = item.case_id
        take_off(tx, item)
        unschedule.inside(tx, case_id, Postpone(code=PostponeCode.TIME))
    tx.emit(MeetingCancelled(meeting.subject, meeting_id=meeting.id))


class Remind(Change):
    minutes: int


@operation(policy.REMIND, audit="meeting.reminded", states=(MeetingState.PLANNED,))
def remind_people(tx: Tx, meeting: Meeting, change: Remind) -> None:
    """Tell everybody expected that the meeting begins soon; once for each distance."""
    if meeting.reminded_min is not None and meeting.reminded_min <= change.minutes:
        return
    meeting.reminded_min = change.minutes
    announce.soon(tx, meeting)
