"""Cases on their way to a meeting, meetings with agenda and answers – made by calling operations."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mdt.cases.operations.review import Accept, accept_case, submit_case
from mdt.cases.operations.waive import Waive, waive_item
from mdt.cases.operations.write import CaseText, create_case
from mdt.identity.operations import Nothing
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.meetings.operations.agenda import AddItem, add_item
from mdt.meetings.operations.invitations import Invite, Reply, invite_people, reply_to_invitation
from mdt.meetings.operations.plan import CreateMeeting, create_meeting
from mdt.meetings.operations.running import start_meeting
from mdt.meetings.queries.views import meeting_invitations
from tests.world.people import People


@dataclass(frozen=True, slots=True)
class LiveMeeting:
    id: str
    cases: list[str]
    items: list[str]


QUESTION = "右上肺磨玻璃结节是否需要手术切除？"


def accepted_case(people: People, *, by: str = "county", is_ready: bool = True, title: str = "右上肺磨玻璃结节") -> str:
    """A case the coordinator has accepted. Ready: the absence of images is explained."""
    text = CaseText.model_validate(
        {
            "title": title,
            "patient": {"name": "陈某某", "sex": "M", "age": 71, "local_id": "ZY20261120"},
            "summary": "体检发现右上肺磨玻璃结节两月，无咳嗽咯血。",
            "diagnosis": "右上肺结节",
            "questions": [{"text": QUESTION}],
            "urgency": "routine",
            "consent": {"given": True, "by": "患者本人", "at": date(2026, 11, 20).isoformat()},
        }
    )
    case_id = create_case(people[by], text).id
    if is_ready:
        waive_item(people[by], case_id, Waive(key="img_present", reason="仅咨询用药，无影像"))
    submit_case(people[by], case_id, Nothing())
    accept_case(people["coordinator"], case_id, Accept())
    return case_id


def at_noon(days: int = 0) -> datetime:
    """Noon in China, so many days from today."""
    noon = clock.now().astimezone(clock.SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=days)


def meeting(
    people: People,
    *,
    days: int = 0,
    starts_at: datetime | None = None,
    deputy: str | None = None,
    call_link: str = "https://meeting.tencent.com/dm/abc",
    minutes: int = 60,
) -> str:
    """A planned meeting of today (or `days` later), chaired by `chair`."""
    change = CreateMeeting(
        title="呼吸多学科会诊",
        kind="mdt",
        starts_at=starts_at or at_noon(days),
        duration_min=minutes,
        chair=people["chair"].person_id,
        deputy=people[deputy].person_id if deputy else None,
        call_link=call_link,
    )
    return create_meeting(people["coordinator"], change).id


def item(people: People, meeting_id: str, case_id: str, minutes: int = 10) -> str:
    """The case on the meeting's agenda; the item's id."""
    return add_item(people["coordinator"], meeting_id, AddItem(case_id=case_id, minutes=minutes)).id


def invite(people: People, meeting_id: str, *usernames: str) -> dict[str, str]:
    """Invite by account name; invitation id by account name."""
    ids = {people[name].person_id: name for name in usernames}
    invite_people(people["coordinator"], meeting_id, Invite(person_ids=list(ids)))
    listed = meeting_invitations(people["coordinator"], meeting_id, None).items
    return {ids[each.person.id]: each.id for each in listed if each.person.id in ids}


def answer(actor: Actor, invitation_id: str, word: str, **more: str) -> None:
    reply_to_invitation(actor, invitation_id, Reply.model_validate({"answer": word, **more}))


def live_meeting(people: People, *, cases: int = 1, experts: tuple[str, ...] = ("expert1", "expert2")) -> LiveMeeting:
    """A meeting going on, its experts having accepted."""
    meeting_id = meeting(people)
    case_ids = [accepted_case(people) for _ in range(cases)]
    items = [item(people, meeting_id, case_id) for case_id in case_ids]
    for name, invitation_id in invite(people, meeting_id, *experts).items():
        answer(people[name], invitation_id, "accept")
    start_meeting(people["chair"], meeting_id, Nothing())
    return LiveMeeting(meeting_id, case_ids, items)
