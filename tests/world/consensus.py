"""A case on its way to an opinion, made by the operations that people use."""

from dataclasses import dataclass
from datetime import timedelta

from mdt.cases.operations.review import Accept, accept_case, submit_case
from mdt.cases.operations.write import CaseText, create_case
from mdt.cases.terms import Outcome, Route
from mdt.consensus.operations.draft import OpenDraft, open_draft, write_draft
from mdt.consensus.operations.issue import issue_consensus
from mdt.consensus.operations.sign import Propose, Sign, propose_consensus, sign_consensus
from mdt.consensus.queries import consensus_view
from mdt.consensus.sheet import Stance
from mdt.consensus.text import ConsensusText
from mdt.consensus.views import ConsensusView
from mdt.identity.operations import Nothing
from mdt.kernel import clock
from mdt.meetings.operations.agenda import AddItem, Override, add_item
from mdt.meetings.operations.invitations import (
    Invite,
    InviteToCase,
    Reply,
    invite_people,
    invite_to_case,
    reply_to_invitation,
)
from mdt.meetings.operations.plan import CreateMeeting, create_meeting
from mdt.meetings.operations.running import Finish, finish_item, start_item, start_meeting
from mdt.meetings.queries.views import meeting_view
from mdt.meetings.terms import InvitationAnswer
from tests.world.people import People

QUESTIONS = ("该结节良恶性如何判断？", "下一步随访还是手术？")
EXPERTS = ("expert1", "expert2")


@dataclass(frozen=True)
class Discussed:
    """A case in its meeting: ids, and who signs."""

    case_id: str
    meeting_id: str
    item_id: str
    experts: tuple[str, ...]


def accepted_case(people: People, *, route: Route = Route.MEETING, by: str = "county") -> str:
    """A complete request that the coordinator took on."""
    text = CaseText.model_validate(
        {
            "title": "右上肺混合磨玻璃结节",
            "patient": {"name": "演示丙", "sex": "F", "birth_date": "1977-05-04", "local_id": "ZY20261101-007"},
            "summary": "体检发现右上肺结节，无咳嗽、咯血。母亲肺癌史。",
            "diagnosis": "右上肺结节性质待定",
            "questions": [{"text": words} for words in QUESTIONS],
            "urgency": "routine",
            "consent": {"given": True, "by": "本人", "at": "2026-11-20"},
        }
    )
    case_id = create_case(people[by], text).id
    submit_case(people[by], case_id, Nothing())
    accept_case(people["coordinator"], case_id, Accept(route=route))
    return case_id


def discussed_case(people: People, experts: tuple[str, ...] = EXPERTS, *, quorum: int = 2) -> Discussed:
    """A case whose agenda item runs: chair and experts have accepted."""
    case_id = accepted_case(people)
    coordinator = people["coordinator"]
    plan = CreateMeeting(
        title="胸部多学科会诊", starts_at=clock.now(), duration_min=60, chair=people["chair"].person_id, quorum=quorum
    )
    meeting = create_meeting(coordinator, plan)
    override = Override(reason="影像随后补传")
    item = add_item(coordinator, meeting.id, AddItem(case_id=case_id, minutes=10, override=override))
    invite_people(coordinator, meeting.id, Invite(person_ids=[people[name].person_id for name in experts]))
    for invitation in meeting_view(coordinator, meeting.id, None).invitations:
        who = next(actor for actor in people.values() if actor.person_id == invitation.person.id)
        reply_to_invitation(who, invitation.id, Reply(answer=InvitationAnswer.ACCEPT))
    start_meeting(people["chair"], meeting.id, Nothing())
    start_item(people["chair"], item.id, Nothing())
    return Discussed(case_id, meeting.id, item.id, experts)


def finish_discussion(people: People, made: Discussed) -> None:
    """The item ends as decided; the opinion is awaited."""
    finish_item(people["chair"], made.item_id, Finish(outcome=Outcome.DECIDED))


def written_case(people: People, experts: tuple[str, ...] = EXPERTS) -> str:
    """A case on the written route whose experts have accepted; nobody chairs it."""
    case_id = accepted_case(people, route=Route.WRITTEN)
    coordinator = people["coordinator"]
    ids = [people[name].person_id for name in experts]
    invite_to_case(coordinator, InviteToCase(case_id=case_id, person_ids=ids))
    for invitation_id, person_id in case_invitations(case_id):
        who = next(actor for actor in people.values() if actor.person_id == person_id)
        reply_to_invitation(who, invitation_id, Reply(answer=InvitationAnswer.ACCEPT))
    return case_id


def case_invitations(case_id: str) -> list[tuple[str, str]]:
    """(invitation, person) of a case invited without a meeting."""
    from sqlalchemy import select

    from mdt.kernel import runtime
    from mdt.meetings.models import Invitation

    with runtime.database().reading() as session:
        rows = session.execute(select(Invitation.id, Invitation.person_id).where(Invitation.case_id == case_id))
        return [(row.id, row.person_id) for row in rows]


def opinion_text(view: ConsensusView, people: People, **other: object) -> ConsensusText:
    """A complete opinion on the case of `view`; `other` replaces parts of it."""
    parts: dict[str, object] = {
        "diagnosis": "右上肺尖段混合磨玻璃结节，考虑微浸润腺癌",
        "answers": [
            {"question_id": view.questions[0].id, "text": "增大且新出实性成分，恶性可能大。"},
            {"question_id": view.questions[1].id, "cannot_answer_because": "缺少薄层重建"},
        ],
        "recommendations": [
            {
                "text": "两周内胸外科门诊评估手术",
                "owner": "requesting_team",
                "due": str((clock.now() + timedelta(days=14)).date()),
                "urgency": "urgent",
            },
            {"text": "术中冰冻定切缘", "owner": people["expert2"].person_id, "due": None, "urgency": "routine"},
        ],
        "narrative": "与会专家逐层阅片。实性成分 5 mm，浅分叶、胸膜牵拉。",
        "key_images": [],
    }
    return ConsensusText.model_validate(parts | other)


def drafted(people: People, case_id: str, *, by: str = "chair", **other: object) -> ConsensusView:
    """An open edition with a complete text."""
    actor = people[by]
    row = open_draft(actor, OpenDraft(case_id=case_id))
    write_draft(actor, row.id, opinion_text(consensus_view(actor, row.id, None), people, **other))
    return consensus_view(actor, row.id, None)


def proposed(people: People, case_id: str, *, by: str = "chair", **other: object) -> ConsensusView:
    """An open edition that waits for its signers."""
    draft = drafted(people, case_id, by=by, **other)
    propose_consensus(people[by], draft.id, Propose())
    return consensus_view(people[by], draft.id, None)


def sign(people: People, name: str, view: ConsensusView, stance: Stance = Stance.AGREE, text: str = "") -> None:
    """One person's stance to the text in `view`."""
    change = Sign(fingerprint=view.fingerprint or "", stance=stance, text=text)
    sign_consensus(people[name], view.id, change)


def signed(people: People, made: Discussed, **other: object) -> ConsensusView:
    """Everybody has a stance: the last expert dissents."""
    view = proposed(people, made.case_id, **other)
    for name in ("chair", *made.experts[:-1]):
        sign(people, name, view)
    sign(people, made.experts[-1], view, Stance.DISSENT, "实性成分仅 5 mm，可先随访三个月。")
    return consensus_view(people["chair"], view.id, None)


def issued(people: People, made: Discussed, **other: object) -> ConsensusView:
    """An issued edition."""
    view = signed(people, made, **other)
    issue_consensus(people["chair"], view.id, Nothing())
    return consensus_view(people["chair"], view.id, None)
