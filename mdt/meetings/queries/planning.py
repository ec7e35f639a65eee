"""What a coordinator chooses from: cases that wait for a meeting, people by specialty with who is busy then."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.queries.cards import CaseCard
from mdt.cases.queries.waiting import waiting_cases
from mdt.identity.queries import FindPeople, PersonCard, people, reachable_people
from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.actor import Actor
from mdt.kernel.query import listing, query
from mdt.meetings import policy
from mdt.meetings.models import Invitation, Meeting
from mdt.meetings.queries.clashes import busy_people
from mdt.meetings.queries.shapes import Shape

DIRECTORY = 200
LISTENERS = CLINICAL | {Role.TRAINEE}


class Candidate(Shape):
    """`is_busy`: in another meeting at that time. `is_clinical`: may chair, and sees cases once accepted."""

    person: PersonCard
    is_busy: bool
    is_clinical: bool


class Specialty(Shape):
    name: str
    people: list[Candidate]


class Planning(Shape):
    waiting: list[CaseCard]
    specialties: list[Specialty]


@query(policy.MANAGE)
def planning(session: Session, actor: Actor, meeting: Meeting, search: str) -> Planning:
    """Cases and people that could still come into this meeting."""
    invited = select(Invitation.person_id).where(Invitation.meeting_id == meeting.id)
    held = set(session.execute(invited).scalars())
    found = people.within(session, actor, FindPeople(q=search[:60], limit=DIRECTORY))
    free = [card for card in found if card.id not in held]
    busy = busy_people(session, meeting, {card.id for card in free})
    return Planning(
        waiting=waiting_cases(session, actor), specialties=_by_specialty(_candidates(session, actor, free, busy))
    )


@listing(policy.PLAN)
def possible_chairs(session: Session, actor: Actor, _ask: None) -> list[PersonCard]:
    """Clinicians who may chair, by specialty."""
    found = people.within(session, actor, FindPeople(limit=DIRECTORY))
    clinical = [each.person for each in _candidates(session, actor, found, set()) if each.is_clinical]
    return sorted(clinical, key=lambda card: (card.hospital.name if card.hospital else "", card.specialty, card.name))


def _candidates(session: Session, actor: Actor, cards: Sequence[PersonCard], busy: set[str]) -> list[Candidate]:
    roles = reachable_people(session, actor, {card.id for card in cards})
    return [
        Candidate(person=card, is_busy=card.id in busy, is_clinical=not roles[card.id].isdisjoint(CLINICAL))
        for card in cards
        if not roles.get(card.id, frozenset()).isdisjoint(LISTENERS)
    ]


def _by_specialty(candidates: Sequence[Candidate]) -> list[Specialty]:
    found: dict[str, list[Candidate]] = {}
    for each in candidates:
        found.setdefault(each.person.specialty or each.person.department, []).append(each)
    return [Specialty(name=name, people=found[name]) for name in sorted(found)]
