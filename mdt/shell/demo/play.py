"""Plays the demo's stories: every step is an operation called as the person who would do it, at the time when it
would have happened (the clock is shifted)."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from mdt.cases.operations.review import (
    Accept,
    AskedFor,
    Resubmit,
    Return,
    accept_case,
    resubmit_case,
    return_case,
    submit_case,
)
from mdt.cases.operations.review import Answer as ReturnAnswer
from mdt.cases.operations.write import CaseText, create_case
from mdt.cases.terms import Outcome
from mdt.consensus.operations.draft import OpenDraft, open_draft, write_draft
from mdt.consensus.operations.issue import issue_consensus
from mdt.consensus.operations.sign import Propose, Sign, propose_consensus, sign_consensus
from mdt.consensus.queries import consensus_view
from mdt.consensus.sheet import Stance
from mdt.consensus.text import ConsensusText
from mdt.followup.operations import Done, NotDone, RecordOutcome, finish_task, record_outcome, refuse_task
from mdt.followup.queries import FindTasks
from mdt.followup.queries import tasks as tasks_of
from mdt.followup.terms import OutcomeStatus, ReasonCode
from mdt.identity.operations import Nothing
from mdt.identity.signin import actor_of_person
from mdt.imaging.operations.arrange import Link, link_study
from mdt.imaging.operations.receive import BeginUpload, Finish, begin_upload, close_batch, finish_upload
from mdt.imaging.operations.receive import Nothing as NoInput
from mdt.imaging.queries.batches import BatchAsk, batch_key, batch_view
from mdt.imaging.queries.studies import own_study_key
from mdt.kernel import clock, runtime
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Subject
from mdt.kernel.work import run_until_idle
from mdt.meetings.operations.agenda import AddItem, Override, add_item
from mdt.meetings.operations.invitations import Invite, Reply, invite_people, reply_to_invitation
from mdt.meetings.operations.plan import CreateMeeting, create_meeting
from mdt.meetings.operations.running import Finish as FinishItem
from mdt.meetings.operations.running import end_meeting, finish_item, start_item, start_meeting
from mdt.meetings.queries.views import meeting_view
from mdt.meetings.terms import InvitationAnswer as Answer
from mdt.rooms.entries import Message
from mdt.rooms.posting import Post, post_entries
from mdt.rooms.queries import room_ids
from mdt.shell.demo.stories import Files, Story

CALL_LINK = "https://meeting.tencent.com/dm/demo-only"


@dataclass
class Cast:
    """Who plays whom; `case_ids` by story key."""

    people: dict[str, str]
    case_ids: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, username: str) -> Actor:
        return actor_of_person(self.people[username])


def request(cast: Cast, story: Story, today: date) -> str:
    """The request as its physician writes it, images first; submitted unless it stays a draft."""
    who = cast[story.by]
    case_id = create_case(who, case_text(story, today)).id
    cast.case_ids[story.key] = case_id
    for files, is_prior in story.images(story.patient, today) if story.images else ():
        send(who, case_id, files, prior=is_prior)
    if story.until != "draft":
        submit_case(who, case_id, Nothing())
    if story.until == "returned":
        items = [AskedFor(key=key, text=text) for key, text in story.returned_for]
        return_case(cast["coordinator"], case_id, Return(items=items))
    return case_id


def case_text(story: Story, today: date) -> CaseText:
    birth = story.patient.birth_date
    person = {
        "name": story.patient.name,
        "sex": story.patient.sex,
        "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
        "local_id": story.patient.local_id,
    }
    consent = {"given": True, "by": "本人", "at": today.isoformat()} if story.summary else None
    body = {
        "title": story.title,
        "patient": person if birth else {},
        "summary": story.summary,
        "diagnosis": story.diagnosis,
        "questions": [{"text": text} for text in story.questions],
        "urgency": story.urgency,
    }
    return CaseText.model_validate(body | ({"consent": consent} if consent else {}))


def send(who: Actor, case_id: str, files: Files, *, prior: bool) -> None:
    """One drop of files, as the upload door receives them, indexed before it returns."""
    batch = str(uuid.uuid4())
    for name, content in files:
        begun = BeginUpload(batch=batch, name=name, length=len(content), subject_kind="case", subject_id=case_id)
        upload = begin_upload(who, begun)
        stored = runtime.files().put_bytes(content)
        finish_upload(who, upload.id, Finish(sha256=stored.sha256, size=stored.size))
    close_batch(who, batch_key(who, batch), NoInput())
    run_until_idle()
    if prior:
        for study in batch_view(who, batch_key(who, batch), BatchAsk()).studies:
            change = Link(subject_kind="case", subject_id=case_id, prior=True)
            link_study(who, own_study_key(who, study.study_uid), change)


def meeting(cast: Cast, title: str, starts_at: datetime, stories: list[Story]) -> str:
    """A meeting with these cases on its agenda; everybody but one has accepted."""
    coordinator = cast["coordinator"]
    plan = CreateMeeting(
        title=title, starts_at=starts_at, duration_min=60, chair=cast.people["chair"], call_link=CALL_LINK
    )
    made = create_meeting(coordinator, plan)
    for story in stories:
        override = Override(reason="演示：资料随后补齐")
        add_item(coordinator, made.id, AddItem(case_id=cast.case_ids[story.key], minutes=10, override=override))
    names = ["chair", *dict.fromkeys(name for story in stories for name in story.experts)]
    invite_people(coordinator, made.id, Invite(person_ids=[cast.people[name] for name in names]))
    return made.id


def accept_invitations(cast: Cast, meeting_id: str, *, but: tuple[str, ...] = ()) -> None:
    usernames = {person_id: username for username, person_id in cast.people.items()}
    for invitation in meeting_view(cast["coordinator"], meeting_id, None).invitations:
        username = usernames[invitation.person.id]
        if username not in but:
            reply_to_invitation(cast[username], invitation.id, Reply(answer=Answer.ACCEPT))


def discuss(cast: Cast, meeting_id: str, story: Story, *, finish: bool) -> None:
    """The case's turn: everybody says what they have to say in its room."""
    case_id = cast.case_ids[story.key]
    items = meeting_view(cast["chair"], meeting_id, None).agenda
    item = next(each for each in items if each.case_id == case_id)
    start_item(cast["chair"], item.id, Nothing())
    room = room_of(case_id)
    for username, text in story.said:
        say(cast[username], room, text)
    if finish:
        finish_item(cast["chair"], item.id, FinishItem(outcome=Outcome.DECIDED))


def room_of(case_id: str) -> str:
    subject = Subject("case", case_id)
    with runtime.database().reading() as session:
        return room_ids(session, [subject])[subject]


def say(who: Actor, room_id: str, text: str) -> None:
    post_entries([Post(who, room_id, str(uuid.uuid4()), "message", Message(text=text))])


def decide(cast: Cast, story: Story, *, issue: bool) -> None:
    """The consensus: drafted by the chair, proposed, signed, issued if all have signed."""
    if story.opinion is None:
        return
    chair, opinion = cast["chair"], story.opinion
    draft = open_draft(chair, OpenDraft(case_id=cast.case_ids[story.key]))
    view = consensus_view(chair, draft.id, None)
    today = clock.now().date()
    text = {
        "diagnosis": opinion.diagnosis,
        "answers": [
            {"question_id": question.id, "text": answer}
            for question, answer in zip(view.questions, opinion.answers, strict=True)
        ],
        "recommendations": [
            {"text": advice, "owner": "requesting_team", "due": str(today + timedelta(days=max(days, 1)))}
            for advice, days in opinion.advice
        ],
        "narrative": opinion.narrative,
    }
    write_draft(chair, draft.id, ConsensusText.model_validate(text))
    propose_consensus(chair, draft.id, Propose())
    fingerprint = consensus_view(chair, draft.id, None).fingerprint or ""
    for username in ("chair", *story.experts) if issue else opinion.stances:
        stance, words = opinion.stances.get(username, ("agree", ""))
        sign_consensus(cast[username], draft.id, Sign(fingerprint=fingerprint, stance=Stance(stance), text=words))
    if issue:
        issue_consensus(chair, draft.id, Nothing())
        run_until_idle()


def follow_up(cast: Cast, story: Story) -> None:
    """What the requesting team did: a note is done, `!code` is not done, the rest stays open."""
    who, case_id = cast[story.by], cast.case_ids[story.key]
    tasks = [task for task in tasks_of(who, FindTasks(mine=True)).items if task.case_id == case_id]
    for task, answer in zip(sorted(tasks, key=lambda task: task.due or date.max), story.tasks, strict=False):
        if answer.startswith("!"):
            refuse_task(who, task.id, NotDone(reason_code=ReasonCode(answer[1:])))
        else:
            finish_task(who, task.id, Done(note=answer))
    if story.outcome:
        status, text, pathology = story.outcome
        change = RecordOutcome(
            case_id=case_id,
            status=OutcomeStatus(status),
            text=text,
            pathology=pathology or None,
            on=clock.now().date(),
        )
        record_outcome(who, change)


def moment(today: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in China on a date, in UTC."""
    return datetime(today.year, today.month, today.day, hour, minute, tzinfo=clock.SHANGHAI).astimezone(UTC)


def at_the_time(days_ago: int, hour: int) -> timedelta:
    """How far the clock must be shifted to stand at an hour (in China) of a day past."""
    today = clock.now().astimezone(clock.SHANGHAI).date()
    return moment(today - timedelta(days=days_ago), hour) - clock.now()


def review(cast: Cast, story: Story) -> None:
    """The coordinator takes the case on; one that was incomplete is sent back first and comes again."""
    case_id = cast.case_ids[story.key]
    if story.returned_for:
        items = [AskedFor(key=key, text=text) for key, text in story.returned_for]
        return_case(cast["coordinator"], case_id, Return(items=items))
        done = [ReturnAnswer(key=key, done=True, note="已补传") for key, _text in story.returned_for]
        resubmit_case(cast[story.by], case_id, Resubmit(answers=done))
    accept_case(cast["coordinator"], case_id, Accept())


def hold(cast: Cast, title: str, starts_at: datetime, stories: list[Story]) -> None:
    """A meeting that was held: each case discussed; it ends."""
    made = meeting(cast, title, starts_at, stories)
    accept_invitations(cast, made)
    start_meeting(cast["chair"], made, Nothing())
    for story in stories:
        discuss(cast, made, story, finish=True)
    end_meeting(cast["chair"], made, Nothing())
