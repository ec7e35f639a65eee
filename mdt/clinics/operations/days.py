"""The day itself: planned, filed, opened, closed, reported."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select, update

from mdt.cases.operations.write import Line
from mdt.clinics import policy
from mdt.clinics.events import ClinicClosed, ClinicFiled, ClinicOpened, ClinicPlanned, ClinicReported
from mdt.clinics.models import ClinicDay, Encounter, RosterEntry, TicketCounter
from mdt.clinics.terms import BEFORE_CLOSED, ON_ROSTER, UNSEEN, DayState, Turn
from mdt.identity.operations import Change, Nothing
from mdt.identity.queries import reachable_people
from mdt.identity.terms import CLINICAL, Moment, Role
from mdt.kernel.errors import Conflict, Forbidden, Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.transaction import Tx
from mdt.meetings.operations.announce import when
from mdt.meetings.operations.invitations import Invite, invite_people, remove_invitation
from mdt.meetings.operations.plan import ChangeMeeting, PlanClinicMeeting, change_meeting, plan_clinic_meeting
from mdt.meetings.queries.views import meeting_invitations
from mdt.notices.operations import notify

Text = Annotated[Line, Field(min_length=1, max_length=120)]
PersonId = Annotated[Line, Field(min_length=1, max_length=36)]
Minutes = Annotated[int, Field(ge=5, le=1440)]
Roster = Annotated[list[PersonId], Field(min_length=1, max_length=60)]


class Filing(Change):
    """With whom the day is filed (备案), under which number."""

    authority: Line = Field(default="", max_length=120)
    number: Line = Field(default="", max_length=80)


class PlanClinic(Change):
    title: Text
    place: Text
    starts_at: Moment
    duration_min: Minutes = 480
    filing: Filing | None = None
    roster: Roster
    content: Line = Field(default="", max_length=400)


@creation(policy.CREATE, audit="clinic.planned")
def plan_clinic(tx: Tx, change: PlanClinic) -> ClinicDay:
    """Make a day with its roster and the hidden meeting whose room serves it; one with a filing number is filed."""
    chair = _demand_roster(tx, change.roster)
    wanted = PlanClinicMeeting(
        title=change.title, starts_at=change.starts_at, duration_min=change.duration_min, chair=chair
    )
    meeting = plan_clinic_meeting.inside(tx, wanted)
    day = ClinicDay(
        hospital_id=tx.actor.hospital_id,
        meeting_id=meeting.id,
        created_by=tx.actor.person_id,
        created_at=tx.at,
        **change.model_dump(exclude={"filing", "roster"}),
    )
    _write_filing(day, change.filing)
    tx.session.add(day)
    tx.session.flush()  # roster and counter point at it
    tx.session.add(TicketCounter(clinic_id=day.id, last=0))
    _write_roster(tx, day, change.roster)
    tx.emit(ClinicPlanned(day.subject, meeting_id=meeting.id))
    if day.state is DayState.FILED:
        tx.emit(ClinicFiled(day.subject))
    return day


def _demand_roster(tx: Tx, roster: list[str]) -> str:
    """Everybody must be reachable and have a part in care; the first clinician is the result: who chairs."""
    roles = reachable_people(tx.session, tx.actor, set(roster))
    if any(roles.get(each, frozenset()).isdisjoint(ON_ROSTER) for each in roster):
        raise Invalid("clinic.roster", fields={"roster": [N_("请从通讯录选择在岗人员。")]})
    chair = next((each for each in roster if not roles[each].isdisjoint(CLINICAL)), None)
    if chair is None:
        raise Invalid("clinic.roster", fields={"roster": [N_("至少要有一位医师。")]})
    return chair


def _write_filing(day: ClinicDay, filing: Filing | None) -> None:
    day.filing_authority = filing.authority if filing else ""
    day.filing_number = filing.number if filing else ""
    if day.state in (None, DayState.PLANNED, DayState.FILED):
        day.state = DayState.FILED if day.filing_number else DayState.PLANNED


def _write_roster(tx: Tx, day: ClinicDay, roster: list[str]) -> None:
    """Replace the roster; the meeting's invitations follow, so that its room does."""
    wanted = list(dict.fromkeys(roster))
    held = _roster(tx, day)
    _tell(tx, day, "clinic.rostered", [each for each in wanted if each not in held])
    tx.session.execute(delete(RosterEntry).where(RosterEntry.clinic_id == day.id))
    tx.session.add_all(
        RosterEntry(clinic_id=day.id, person_id=each, position=position) for position, each in enumerate(wanted)
    )
    tx.session.flush()  # the rights are worked out from the rows
    invited = meeting_invitations.within(tx.session, tx.actor, day.meeting_id, None)
    for invitation in invited.items:
        if invitation.person.id not in wanted:
            remove_invitation.inside(tx, invitation.id, Nothing())
            tx.ring("rights", invitation.person.id)
    invite_people.inside(tx, day.meeting_id, Invite(person_ids=wanted))


def _roster(tx: Tx, day: ClinicDay) -> list[str]:
    mine = select(RosterEntry.person_id).where(RosterEntry.clinic_id == day.id)
    return list(tx.session.execute(mine).scalars())


def _tell(tx: Tx, day: ClinicDay, kind: str, people: Iterable[str]) -> None:
    notify(tx, people, kind, day.subject, f"/clinics/{day.id}", when=when(day.starts_at))


class ChangeClinic(Change):
    """Fields left out stay as they are; a roster is replaced whole; `filing: null` takes the filing away."""

    title: Text | None = None
    place: Text | None = None
    starts_at: Moment | None = None
    duration_min: Minutes | None = None
    filing: Filing | None = None
    roster: Roster | None = None
    content: Line | None = Field(default=None, max_length=400)


@operation(policy.MANAGE, audit="clinic.changed", action="edit", states=BEFORE_CLOSED)
def change_clinic(tx: Tx, day: ClinicDay, change: ChangeClinic) -> None:
    """Change a day before it is closed."""
    named = change.model_fields_set
    empty = [each for each in named - {"filing", "content"} if getattr(change, each) is None]
    if empty:
        raise Invalid(fields={each: [N_("必填。")] for each in empty})
    before, held = (day.starts_at, day.duration_min, day.place), _roster(tx, day)
    for each in named - {"filing", "roster"}:
        setattr(day, each, getattr(change, each) or "")
    if "filing" in named:
        was_filed = bool(day.filing_number)
        _write_filing(day, change.filing)
        if day.filing_number and not was_filed:
            tx.emit(ClinicFiled(day.subject))
    _change_meeting(tx, day, change)
    if change.roster is not None:
        _write_roster(tx, day, change.roster)
    if (day.starts_at, day.duration_min, day.place) != before:
        _tell(tx, day, "clinic.changed", [each for each in _roster(tx, day) if each in held])
    tx.session.flush()


def _change_meeting(tx: Tx, day: ClinicDay, change: ChangeClinic) -> None:
    values: dict[str, str | int | datetime | None] = {
        each: getattr(change, each) for each in {"title", "starts_at", "duration_min"} & change.model_fields_set
    }
    if change.roster is not None:
        values["chair"] = _demand_roster(tx, change.roster)
    if values:
        change_meeting.inside(tx, day.meeting_id, ChangeMeeting.model_validate(values))


class UnfiledOverride(Change):
    reason: Line = Field(min_length=2, max_length=400)


class OpenClinic(Change):
    """`override`: why a day without a filing number opens all the same."""

    override: UnfiledOverride | None = None


@operation(policy.RUN, audit="clinic.opened", action="open", states=(DayState.PLANNED, DayState.FILED))
def open_clinic(tx: Tx, day: ClinicDay, change: OpenClinic) -> None:
    """Open a day. Without a filing only the coordinator may, and says why."""
    if day.state is DayState.PLANNED:
        if change.override is None:
            raise Conflict(
                "clinic.not_filed",
                N_("义诊尚未备案。确需开诊请由会诊秘书填写原因。"),
                state=day.state.value,
                allowed=["open"],
            )
        if not tx.actor.has(Role.COORDINATOR):
            raise Forbidden
        day.override_reason = change.override.reason
    mark_open(tx, day)


def mark_open(tx: Tx, day: ClinicDay) -> None:
    """The day is open from now on."""
    overridden = day.state is DayState.PLANNED
    day.state, day.opened_at = DayState.OPEN, tx.at
    tx.emit(ClinicOpened(day.subject, overridden=overridden))
    tx.ring("clinic", day.id)


class CloseClinic(Change):
    """`not_uploaded`: encounters that the closing tablet still holds; a day closes with none."""

    not_uploaded: int = Field(default=0, ge=0, le=10_000)


@operation(policy.RUN, audit="clinic.closed", action="close", states=(DayState.OPEN,))
def close_clinic(tx: Tx, day: ClinicDay, change: CloseClinic) -> None:
    """End the day: who still waits has left, who was given a disposition is done."""
    if change.not_uploaded:
        raise Conflict(
            "clinic.not_uploaded",
            N_("本机还有 %(number)s 份接诊未上传，请等网络恢复后再结束。"),
            number=change.not_uploaded,
            allowed=["close"],
        )
    waiting = (Encounter.clinic_id == day.id) & Encounter.state.in_(UNSEEN)
    rows = tx.session.execute(select(Encounter).where(waiting)).scalars().all()
    for row in rows:
        row.state = Turn.LEFT if row.disposition is None else Turn.DONE
        if row.state is Turn.DONE:
            row.done_at = row.done_at or tx.at
    day.state, day.closed_at = DayState.CLOSED, tx.at
    tx.emit(ClinicClosed(day.subject))
    tx.ring("clinic", day.id)


@operation(policy.MANAGE, audit="clinic.reported", action="report", states=(DayState.CLOSED,))
def report_clinic(tx: Tx, day: ClinicDay, _change: Nothing) -> None:
    """The figures went to the health authority; nothing is added any more."""
    day.state, day.reported_at = DayState.REPORTED, tx.at
    tx.emit(ClinicReported(day.subject))


def next_ticket(tx: Tx, day: ClinicDay) -> int:
    """The next number of the day, without a gap: the counter's row is locked until the commit."""
    count = update(TicketCounter).where(TicketCounter.clinic_id == day.id).values(last=TicketCounter.last + 1)
    return tx.session.execute(count.returning(TicketCounter.last)).scalar_one()
