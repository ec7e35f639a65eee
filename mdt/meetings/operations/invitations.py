"""Inviting and answering. An invitation opens a look at the agenda, accepting opens the cases, declining closes all
at once."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import Field
from sqlalchemy import select

from mdt.cases.operations.members import Grant, Revoke, grant, revoke
from mdt.cases.operations.write import Line
from mdt.cases.queries.cards import case_cards
from mdt.cases.terms import OVER, Relation
from mdt.identity.operations import Change, Nothing
from mdt.identity.queries import person_cards, reachable_people
from mdt.identity.terms import CLINICAL
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, gives, signed_in
from mdt.kernel.transaction import Tx
from mdt.meetings import policy
from mdt.meetings.events import InvitationAnswered, PersonInvited
from mdt.meetings.models import Invitation, Meeting
from mdt.meetings.operations import announce
from mdt.meetings.operations.access import renew_people
from mdt.meetings.terms import OPEN_MEETING, STANDING, AbsenceCode, InvitationAnswer, InvitationState

UNKNOWN_PERSON = N_("请从通讯录选择在岗人员。")
ANSWERABLE = (
    InvitationState.INVITED,
    InvitationState.TENTATIVE,
    InvitationState.ACCEPTED,
    InvitationState.DECLINED,
)


class Invite(Change):
    person_ids: list[Line] = Field(min_length=1, max_length=100)


@operation(policy.MANAGE, audit="meeting.invited", action="invite", states=OPEN_MEETING)
def invite_people(tx: Tx, meeting: Meeting, change: Invite) -> None:
    """Invite to a meeting. Who is invited already stays as they are."""
    wanted = list(dict.fromkeys(change.person_ids))
    reachable = reachable_people(tx.session, tx.actor, set(wanted))
    if set(wanted) - reachable.keys():
        raise Invalid("invitation.person", fields={"person_ids": [UNKNOWN_PERSON]})
    held = tx.session.execute(select(Invitation.person_id).where(Invitation.meeting_id == meeting.id)).scalars().all()
    for person_id in wanted:
        if person_id not in held:
            _invite(tx, meeting, person_id)


def _invite(tx: Tx, meeting: Meeting, person_id: str) -> Invitation:
    invitation = _new(tx, person_id, meeting_id=meeting.id)
    meeting.changed_at = tx.at
    renew_people(tx, meeting, [person_id])
    announce.invited(tx, invitation, meeting)
    return invitation


def _new(tx: Tx, person_id: str, *, meeting_id: str | None = None, case_id: str | None = None) -> Invitation:
    invitation = Invitation(
        meeting_id=meeting_id,
        case_id=case_id,
        person_id=person_id,
        state=InvitationState.INVITED,
        invited_by=tx.actor.person_id,
        invited_at=tx.at,
    )
    tx.session.add(invitation)
    tx.session.flush()  # rights and events name it
    tx.emit(PersonInvited(invitation.subject, invitation_id=invitation.id, person_id=person_id))
    return invitation


class InviteToCase(Invite):
    """`chair`: who is to lead; without it the first one invited does."""

    case_id: Line
    chair: Line | None = Field(default=None, max_length=36)


@dataclass(frozen=True, slots=True)
class InvitedToCase:
    """`id` is the case's."""

    id: str

    @property
    def subject(self) -> Subject:
        return Subject("case", self.id)


@creation(signed_in, audit="case.invited")
def invite_to_case(tx: Tx, change: InviteToCase) -> InvitedToCase:
    """Invite clinicians to one case without a meeting (the written route); only a coordinator may."""
    subject = Subject("case", change.case_id)
    if not gives(tx.session, subject, "coordinate", tx.actor):
        raise Forbidden if gives(tx.session, subject, "glimpse", tx.actor) else NotFound
    state = case_cards(tx.session, [change.case_id])[change.case_id].state
    if state in OVER:
        raise Conflict("wrong_state", state=state.value, allowed=[])
    _demand_clinicians(tx, [*change.person_ids, *([change.chair] if change.chair else [])])
    mine = select(Invitation.person_id).where(Invitation.case_id == change.case_id)
    held = tx.session.execute(mine).scalars().all()
    for person_id in dict.fromkeys(change.person_ids):
        if person_id not in held:
            invitation = _new(tx, person_id, case_id=change.case_id)
            _renew_own(tx, invitation)
            announce.invited_to_case(tx, invitation)
    _choose_leader(tx, change.case_id, change.chair)
    return InvitedToCase(change.case_id)


def _demand_clinicians(tx: Tx, person_ids: Collection[str]) -> None:
    reachable = reachable_people(tx.session, tx.actor, set(person_ids))
    if any(reachable.get(person_id, frozenset()).isdisjoint(CLINICAL) for person_id in person_ids):
        raise Invalid("invitation.person", fields={"person_ids": [UNKNOWN_PERSON]})


def _choose_leader(tx: Tx, case_id: str, named: str | None = None) -> None:
    """Let one of those invited to a case lead: whoever is named, who leads already, or else the first who has not
    declined."""
    standing = (Invitation.case_id == case_id) & Invitation.state.in_(STANDING)
    people = tx.session.execute(select(Invitation).where(standing).order_by(Invitation.invited_at, Invitation.id))
    invitations = people.scalars().all()
    present = next((each for each in invitations if each.leads), invitations[0] if invitations else None)
    leader = next((each for each in invitations if each.person_id == named), present)
    for each in invitations:
        if each.leads != (each is leader):
            each.leads = each is leader
            _renew_own(tx, each)


def _renew_own(tx: Tx, invitation: Invitation) -> None:
    """Bring what a case's own invitation gives into line with its state."""
    case_id = str(invitation.case_id)
    if invitation.state not in STANDING:
        revoke.inside(tx, case_id, Revoke(via=invitation.via))
        return
    relation = Relation.INVITED
    if invitation.state is InvitationState.ACCEPTED:
        relation = Relation.CHAIR if invitation.leads else Relation.EXPERT
    grant.inside(tx, case_id, Grant(person_id=invitation.person_id, relation=relation, via=invitation.via))


class Reply(Change):
    answer: InvitationAnswer
    code: AbsenceCode | None = None
    reason: Line = Field(default="", max_length=400)
    substitute: Line | None = Field(default=None, max_length=36)


STATES = {
    InvitationAnswer.ACCEPT: InvitationState.ACCEPTED,
    InvitationAnswer.TENTATIVE: InvitationState.TENTATIVE,
    InvitationAnswer.DECLINE: InvitationState.DECLINED,
}


@operation(policy.REPLY, audit="invitation.answered", action="reply", states=ANSWERABLE)
def reply_to_invitation(tx: Tx, invitation: Invitation, change: Reply) -> None:
    """Accept, decline with a code (and perhaps a colleague of the same specialty instead), or leave it open."""
    meeting = tx.session.get_one(Meeting, invitation.meeting_id) if invitation.meeting_id else None
    if meeting is not None and meeting.state not in OPEN_MEETING:
        raise Conflict("wrong_state", state=meeting.state.value, allowed=[])
    _demand_reply(tx, invitation, change)
    is_decline = change.answer is InvitationAnswer.DECLINE
    invitation.state = STATES[change.answer]
    invitation.code = change.code if is_decline else None
    invitation.reason, invitation.answered_at = change.reason, tx.at
    if is_decline and change.substitute:
        invitation.state, invitation.substitute_id = InvitationState.SUBSTITUTED, change.substitute
    tx.session.flush()  # the rights are worked out from the row
    _renew(tx, invitation, meeting)
    tx.emit(
        InvitationAnswered(
            invitation.subject,
            invitation_id=invitation.id,
            person_id=invitation.person_id,
            state=invitation.state.value,
        )
    )
    if change.answer is not InvitationAnswer.TENTATIVE:
        announce.answered(tx, invitation, meeting, "invitation.declined" if is_decline else "invitation.accepted")


def _renew(tx: Tx, invitation: Invitation, meeting: Meeting | None) -> None:
    if meeting is None:
        _renew_own(tx, invitation)
        _choose_leader(tx, str(invitation.case_id))
    else:
        meeting.changed_at = tx.at
        renew_people(tx, meeting, [invitation.person_id])
    if invitation.substitute_id:
        _invite_substitute(tx, invitation, meeting)
    tx.ring("rights", invitation.person_id)


def _demand_reply(tx: Tx, invitation: Invitation, change: Reply) -> None:
    wrong: dict[str, list[str]] = {}
    if change.answer is InvitationAnswer.DECLINE and change.code is None:
        wrong["code"] = [N_("请选择不能参加的原因。")]
    if change.substitute:
        wrong |= _wrong_substitute(tx, invitation, change)
    if wrong:
        raise Invalid("invitation.reply", fields=wrong)


def _wrong_substitute(tx: Tx, invitation: Invitation, change: Reply) -> dict[str, list[str]]:
    substitute = str(change.substitute)
    reachable = reachable_people(tx.session, tx.actor, {substitute})
    cards = person_cards(tx.session, {substitute, invitation.person_id})
    own = cards.get(invitation.person_id)
    is_other = substitute in reachable and substitute != invitation.person_id
    if change.answer is not InvitationAnswer.DECLINE or not is_other:
        return {"substitute": [UNKNOWN_PERSON]}
    if own is None or cards[substitute].specialty != own.specialty:
        return {"substitute": [N_("代替者须为同一专业。")]}
    return {}


def _invite_substitute(tx: Tx, invitation: Invitation, meeting: Meeting | None) -> None:
    place = Invitation.meeting_id == invitation.meeting_id if meeting else Invitation.case_id == invitation.case_id
    held = select(Invitation.id).where(place, Invitation.person_id == invitation.substitute_id)
    if tx.session.execute(held).first() is not None:
        return
    if meeting is not None:
        _invite(tx, meeting, str(invitation.substitute_id))
        return
    made = _new(tx, str(invitation.substitute_id), case_id=invitation.case_id)
    _renew_own(tx, made)
    _choose_leader(tx, str(invitation.case_id))
    announce.invited_to_case(tx, made)


@operation(policy.MANAGE_INVITATION, audit="invitation.removed", action="remove")
def remove_invitation(tx: Tx, invitation: Invitation, _change: Nothing) -> None:
    """Take an invitation back; what it gave ends at once. The person can be invited anew."""
    meeting = tx.session.get_one(Meeting, invitation.meeting_id) if invitation.meeting_id else None
    if meeting is not None and meeting.state not in OPEN_MEETING:
        raise Conflict("wrong_state", state=meeting.state.value, allowed=[])
    person_id, case_id, via = invitation.person_id, invitation.case_id, invitation.via
    tx.session.delete(invitation)
    tx.session.flush()  # the rights are worked out from what is left
    if meeting is not None:
        meeting.changed_at = tx.at
        renew_people(tx, meeting, [person_id])
    elif case_id:
        revoke.inside(tx, case_id, Revoke(via=via))
        _choose_leader(tx, case_id)
    tx.ring("rights", person_id)
