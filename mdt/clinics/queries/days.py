"""Reading free-clinic days. The day itself holds no patient data; its figures count people."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.clinics import policy
from mdt.clinics.models import ClinicDay, Encounter, RosterEntry
from mdt.clinics.queries.shapes import ClinicCard, ClinicList, ClinicView, FilingView, ScreenRow, ScreenView
from mdt.clinics.queries.silence import silent_tablets
from mdt.clinics.queries.summary import summary_of
from mdt.clinics.terms import ON_ROSTER, DayState, Turn, ticket
from mdt.identity.queries import FindPeople, PersonCard, hospital_cards, people, person_cards, reachable_people
from mdt.kernel.actor import Actor
from mdt.kernel.operation import allowed_actions, holds
from mdt.kernel.policy import Subject, signed_in
from mdt.kernel.query import listing, query
from mdt.rooms.queries import room_ids

ON_SCREEN = 8


class FindClinics(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    state: DayState | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str = Field(default="", max_length=36)


def _filing(day: ClinicDay) -> FilingView | None:
    if not day.filing_number and not day.filing_authority:
        return None
    return FilingView(authority=day.filing_authority, number=day.filing_number)


def _roster(session: Session, clinic_ids: list[str]) -> dict[str, list[PersonCard]]:
    held = select(RosterEntry).where(RosterEntry.clinic_id.in_(clinic_ids)).order_by(RosterEntry.position)
    rows = session.execute(held).scalars().all()
    cards = person_cards(session, {row.person_id for row in rows})
    found: dict[str, list[PersonCard]] = {clinic_id: [] for clinic_id in clinic_ids}
    for row in rows:
        if row.person_id in cards:
            found[row.clinic_id].append(cards[row.person_id])
    return found


@query(policy.READ)
def clinic_view(session: Session, actor: Actor, day: ClinicDay, _ask: None) -> ClinicView:
    """A day with its roster and figures."""
    meeting = Subject("meeting", day.meeting_id)
    roster = _roster(session, [day.id])[day.id]
    return ClinicView(
        id=day.id,
        meeting_id=day.meeting_id,
        room_id=room_ids(session, [meeting]).get(meeting),
        title=day.title,
        place=day.place,
        content=day.content,
        starts_at=day.starts_at,
        ends_at=day.starts_at + timedelta(minutes=day.duration_min),
        duration_min=day.duration_min,
        filing=_filing(day),
        roster=roster,
        hospital=hospital_cards(session, {day.hospital_id})[day.hospital_id],
        state=day.state,
        override_reason=day.override_reason,
        opened_at=day.opened_at,
        closed_at=day.closed_at,
        reported_at=day.reported_at,
        summary=summary_of(session, day.id),
        may_take=holds(session, policy.TAKE, actor, day.id),
        silent=silent_tablets(session, day, roster),
        version=day.version,
        allowed=allowed_actions(session, actor, day),
    )


@listing(signed_in)
def clinics(session: Session, actor: Actor, ask: FindClinics) -> ClinicList:
    """The days one is on the roster of or coordinates, latest first."""
    found = select(ClinicDay).where(policy.readable(actor)).order_by(ClinicDay.starts_at.desc(), ClinicDay.id.desc())
    if ask.state:
        found = found.where(ClinicDay.state == ask.state)
    if ask.cursor:
        last = select(ClinicDay.starts_at).where(ClinicDay.id == ask.cursor).scalar_subquery()
        found = found.where(
            (ClinicDay.starts_at < last) | ((ClinicDay.starts_at == last) & (ClinicDay.id < ask.cursor))
        )
    rows = list(session.execute(found.limit(ask.limit + 1)).scalars())
    page = rows[: ask.limit]
    return ClinicList(items=_cards(session, actor, page), next=page[-1].id if len(rows) > ask.limit else None)


def _cards(session: Session, actor: Actor, page: list[ClinicDay]) -> list[ClinicCard]:
    ids = [day.id for day in page]
    rosters = _roster(session, ids)
    counted = select(Encounter.clinic_id, func.count()).where(
        Encounter.clinic_id.in_(ids), Encounter.disposition.is_not(None)
    )
    seen: dict[str, int] = {row[0]: row[1] for row in session.execute(counted.group_by(Encounter.clinic_id))}
    return [
        ClinicCard(
            id=day.id,
            title=day.title,
            place=day.place,
            starts_at=day.starts_at,
            ends_at=day.starts_at + timedelta(minutes=day.duration_min),
            state=day.state,
            filing=_filing(day),
            roster=rosters[day.id],
            seen=seen.get(day.id, 0),
            may_take=any(card.id == actor.person_id for card in rosters[day.id]),
        )
        for day in page
    ]


def hidden_name(name: str) -> str:
    """“王*”: the first character only."""
    return f"{name[:1]}*"


@query(policy.READ)
def screen_view(session: Session, _actor: Actor, day: ClinicDay, _ask: None) -> ScreenView:
    """What hangs in the waiting room: numbers and first characters, nothing else."""
    shown = select(Encounter).where(
        Encounter.clinic_id == day.id, Encounter.state.in_((Turn.CALLED, Turn.IN, Turn.WAITING))
    )
    found = session.execute(shown.order_by(Encounter.number)).scalars().all()
    waiting = [row for row in found if row.state is Turn.WAITING]
    called = sorted((row for row in found if row.state is not Turn.WAITING), key=_called_at, reverse=True)
    return ScreenView(
        title=day.title,
        state=day.state,
        called=[_screen_row(row.number, row.name) for row in called[:ON_SCREEN]],
        waiting=[_screen_row(row.number, row.name) for row in waiting[:ON_SCREEN]],
        waiting_count=len(waiting),
    )


def _called_at(row: Encounter) -> datetime:
    return row.called_at or row.taken_at or row.registered_at


def _screen_row(number: int, name: str) -> ScreenRow:
    return ScreenRow(ticket=ticket(number), name=hidden_name(name))


@listing(policy.CREATE)
def roster_choice(session: Session, actor: Actor, _ask: None) -> list[PersonCard]:
    """Whom a coordinator may put on a roster: the directory of the alliances."""
    found = people.within(session, actor, FindPeople(limit=200))
    roles = reachable_people(session, actor, {person.id for person in found})
    return [person for person in found if not roles.get(person.id, frozenset()).isdisjoint(ON_ROSTER)]
