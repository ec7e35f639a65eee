"""What an opinion stands on, gathered from the slices below: case, discussion, people, pictures."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mdt.cases.queries.basis import CaseBasis, case_basis, experts_of_case, people_of_case
from mdt.cases.terms import Route
from mdt.consensus.freeze import Basis, Someone, someone_of
from mdt.consensus.terms import KIND_MEETING, KIND_WRITTEN
from mdt.identity.queries import active_of, alliance_name, hospital_cards, person_cards
from mdt.kernel.errors import NotFound
from mdt.meetings.queries.discussion import discussed_at
from mdt.meetings.queries.facts import quorum_of, signers


@dataclass(frozen=True, slots=True)
class Ground:
    """The case and its discussion as they are now; `basis` is the part that is frozen, `asked` are the chair and the
    accepted invitees (trainees watch), `voices` all whose stance counts (see docs/adr/0008), `chair_id` is empty where
    nobody chairs."""

    case: CaseBasis
    basis: Basis
    asked: tuple[str, ...]
    voices: frozenset[str]
    chair_id: str

    @property
    def question_ids(self) -> set[str]:
        return {question_id for question_id, _words in self.case.questions}


def ground_of(session: Session, case_id: str) -> Ground:
    """Everything a proposal is built on. Raises NotFound for a case that does not exist."""
    case = case_basis(session, case_id)
    if case is None:
        raise NotFound
    listed = signers(session, case_id)
    voices = active_of(session, experts_of_case(session, case_id))
    asked = tuple(one.person_id for one in listed if one.person_id in voices)
    chair_id = next((one.person_id for one in listed if one.is_chair), "")
    return Ground(case, _basis(session, case, chair_id), asked, voices, chair_id)


def owners_of(session: Session, case_id: str) -> set[str]:
    """Who may own a recommendation beside the requesting team."""
    return people_of_case(session, case_id)


def _people(session: Session, case: CaseBasis, chair_id: str) -> dict[str, Someone]:
    ids = people_of_case(session, case.id) | {case.requester_id, chair_id} - {""}
    return {card.id: someone_of(card) for card in person_cards(session, ids).values()}


def _basis(session: Session, case: CaseBasis, chair_id: str) -> Basis:
    people = _people(session, case, chair_id)
    hospital = hospital_cards(session, {case.hospital_id})[case.hospital_id].name
    chair = people.get(chair_id)
    requester = people[case.requester_id]
    return Basis(
        case_id=case.id,
        number=case.number,
        kind=KIND_WRITTEN if case.route is Route.WRITTEN else KIND_MEETING,
        patient_name=case.patient_name,
        patient_sex=case.patient_sex,
        patient_birth_date=case.patient_birth_date,
        patient_age="" if case.patient_age is None else f"{case.patient_age} 岁",
        patient_local_id=case.patient_local_id,
        summary=case.summary,
        working_diagnosis=case.diagnosis,
        questions=case.questions,
        requesting_hospital=hospital,
        requesting_department=case.department,
        requester=requester.name,
        requested_at=case.submitted_at,
        invited_hospital=chair.hospital if chair else "",
        alliance=alliance_name(session, case.hospital_id),
        chair=chair.name if chair else "",
        discussed_at=discussed_at(session, case.id),
        quorum=quorum_of(session, case.id),
        people=people,
    )
