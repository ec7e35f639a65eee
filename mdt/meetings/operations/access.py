"""The invitation is the access right: what a meeting gives its people on the cases of its agenda, kept with each case
under the meeting's name and renewed whenever agenda, invitations or chair change."""

from collections.abc import Collection

from sqlalchemy import select

from mdt.cases.operations.members import Grant, Revoke, grant, revoke
from mdt.cases.terms import Relation
from mdt.identity.queries import roles_of
from mdt.identity.terms import CLINICAL
from mdt.kernel.transaction import Tx
from mdt.meetings.models import AgendaItem, Invitation, Meeting, via_meeting
from mdt.meetings.terms import InvitationState

ENDED = frozenset({InvitationState.DECLINED, InvitationState.SUBSTITUTED, InvitationState.NO_REPLY})


def relation_of(
    meeting: Meeting, person_id: str, state: InvitationState | None, *, is_clinical: bool
) -> Relation | None:
    """What `person_id` holds on the cases of the agenda; None: nothing. `state` is their invitation's, if they have
    one; whoever takes no part in patients' care (a trainee) sees the meeting but no case."""
    if state in ENDED:
        return None
    if person_id in (meeting.chair_id, meeting.deputy_id):
        return Relation.CHAIR
    if not is_clinical or state is None:
        return None
    return Relation.EXPERT if state is InvitationState.ACCEPTED else Relation.INVITED


def renew_case(tx: Tx, meeting: Meeting, case_id: str) -> None:
    """Give everybody of the meeting their right on one case (it came onto the agenda)."""
    for person_id in _people(tx, meeting):
        _renew(tx, meeting, person_id, [case_id])


def renew_people(tx: Tx, meeting: Meeting, person_ids: Collection[str]) -> None:
    """Bring the rights of some people into line on every case of the agenda (invited, answered, chair changed)."""
    cases = tx.session.execute(select(AgendaItem.case_id).where(AgendaItem.meeting_id == meeting.id)).scalars().all()
    for person_id in person_ids:
        _renew(tx, meeting, person_id, sorted(set(cases)))
        tx.ring("rights", person_id)


def end_case(tx: Tx, meeting_id: str, case_id: str) -> None:
    """Take from everybody what this meeting gave on one case (it left the agenda)."""
    revoke.inside(tx, case_id, Revoke(via=via_meeting(meeting_id)))


def _people(tx: Tx, meeting: Meeting) -> list[str]:
    invited = tx.session.execute(select(Invitation.person_id).where(Invitation.meeting_id == meeting.id)).scalars()
    return sorted({meeting.chair_id, *invited} | ({meeting.deputy_id} if meeting.deputy_id else set()))


def _renew(tx: Tx, meeting: Meeting, person_id: str, case_ids: Collection[str]) -> None:
    if not case_ids:
        return
    state = tx.session.execute(
        select(Invitation.state).where(Invitation.meeting_id == meeting.id, Invitation.person_id == person_id)
    ).scalar()
    is_clinical = not roles_of(tx.session, person_id).isdisjoint(CLINICAL)
    relation = relation_of(meeting, person_id, state, is_clinical=is_clinical)
    for case_id in case_ids:
        if relation is None:
            revoke.inside(tx, case_id, Revoke(via=via_meeting(meeting.id), person_id=person_id))
        else:
            grant.inside(tx, case_id, Grant(person_id=person_id, relation=relation, via=via_meeting(meeting.id)))
