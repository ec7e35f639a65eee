"""Words planted in one hospital's case are looked for in every page and answer that everybody else can get."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask

from mdt.cases.models import Case
from mdt.cases.operations.write import CaseText, PatientText, QuestionText
from mdt.cases.terms import Outcome
from mdt.identity.operations import Nothing
from mdt.kernel import clock, runtime
from mdt.meetings.operations.agenda import AddItem, Override, add_item
from mdt.meetings.operations.plan import CreateMeeting, create_meeting
from mdt.meetings.operations.running import Finish, finish_item, start_item, start_meeting
from mdt.meetings.queries.views import meeting_view
from mdt.shell.app import create_app
from tests.house.doors import doors
from tests.world import whole as world
from tests.world.cases import accepted, full_text
from tests.world.house import Template, house
from tests.world.meetings import invite

GLIMPSED = {"标题记号", "问题记号"}
"""What somebody invited may know before answering."""
HIDDEN = {"姓名记号", "MARK-0001", "摘要记号", "诊断记号", "原因记号", "留言记号", "缺项记号"}
WORDS = GLIMPSED | HIDDEN


def marked() -> CaseText:
    text = full_text()
    patient = PatientText(name="姓名记号", sex="F", age=49, local_id="MARK-0001")
    asked = [QuestionText(text="问题记号：该结节良恶性如何判断？"), QuestionText(text="问题记号：下一步随访还是手术？")]
    parts = {
        "patient": patient,
        "title": "标题记号",
        "summary": "摘要记号：咳嗽两周",
        "diagnosis": "诊断记号",
        "questions": asked,
    }
    return text.model_copy(update=parts)


@dataclass(frozen=True)
class Planted:
    """`numbers` are the planted cases'; `meeting` has one of them and one of another hospital on its agenda, its
    rooms are `rooms`."""

    whole: world.Whole
    numbers: tuple[str, ...]
    cases: tuple[str, ...]
    meeting: str
    rooms: tuple[str, ...]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Flask]:
    with house(tmp_path_factory.mktemp("eyes") / "data", template) as settings:
        yield create_app(settings)
        runtime.database().close()


@pytest.fixture(scope="module")
def planted(app: Flask) -> Planted:
    requests = iter([marked()])
    with pytest.MonkeyPatch.context() as patch:
        plain = world._request
        patch.setattr(world, "_request", lambda: next(requests, None) or plain())
        made = world.make_whole(app)
    people, own = made.people, made.own["case"]
    shared, other = accepted(people, "county", marked()).id, accepted(people, "outsider").id
    plan = CreateMeeting(
        title="两院联合会诊", starts_at=clock.now(), duration_min=60, chair=people["urology"].person_id, quorum=2
    )
    meeting = create_meeting(people["coordinator"], plan).id
    items = [
        add_item(people["coordinator"], meeting, AddItem(case_id=each, minutes=10, override=Override(reason=why))).id
        for each, why in ((shared, "缺项记号"), (other, "影像随后补传"))
    ]
    invite(people, meeting, "expert3")
    start_meeting(people["urology"], meeting, Nothing())
    start_item(people["urology"], items[0], Nothing())
    county = made.callers["county"]
    rooms = [county.get(f"/api/v1/cases/{each}").json["room_id"] for each in (own, shared)]
    for room in rooms:
        entry = {"client_id": str(uuid4()), "type": "message", "body": {"text": "留言记号"}}
        assert county.post(f"/api/v1/rooms/{room}/entries", json=entry).status_code == 201
    finish_item(people["urology"], items[0], Finish(outcome=Outcome.AGAIN, reason="原因记号"))
    view = meeting_view(people["coordinator"], meeting, None)
    with runtime.database().reading() as session:
        numbers = tuple(session.get_one(Case, each).number for each in (own, shared))
    return Planted(made, numbers, (own, shared), meeting, (*rooms, str(view.room_id)))


def addresses(app: Flask, planted: Planted) -> Iterator[str]:
    """Every address that can be got, of the planted case; lists also asked for each planted word."""
    own = planted.whole.own
    for asked in doors(app, own):
        if asked.method == "GET":
            yield asked.path(own)
    for case_id in planted.cases:
        yield from (f"{place}/{case_id}" for place in ("/cases", "/api/v1/cases"))
        yield f"/api/v1/audit?object={case_id}"
        yield f"/admin/audit?object={case_id}"
        yield f"/api/v1/tasks?case_id={case_id}"
    for room in planted.rooms:
        yield from (f"/rooms/{room}", f"/api/v1/rooms/{room}", f"/api/v1/rooms/{room}/entries")
    meeting = planted.meeting
    yield from (f"/meetings/{meeting}", f"/api/v1/meetings/{meeting}", f"/api/v1/meetings/{meeting}.ics")
    for words in (*WORDS, *planted.numbers, "jihao"):
        for place in (
            "/cases?q=",
            "/cases?view=list&q=",
            "/api/v1/cases?q=",
            "/api/v1/people?q=",
            "/dicomweb/studies?PatientName=",
        ):
            yield place + words


def seen_by(name: str, app: Flask, planted: Planted) -> dict[str, set[str]]:
    """Word or number → the addresses whose answer holds it, for one person. What was asked for is no answer."""
    who, found = planted.whole.callers[name], {}
    for address in dict.fromkeys(addresses(app, planted)):
        text = who.get(address).data.decode(errors="replace")
        asked = address.partition("q=")[2]
        for word in (*WORDS, *planted.numbers):
            if word in text and word != asked:
                found.setdefault(word, set()).add(address)
    return found


STRANGERS = (
    "outsider",
    "county2",
    "township",
    "trainee",
    "nanping_admin",
    "qingxi_admin",
    "admin",
    "cardiology",
    "gastroenterology",
    "infectious",
)
"""Other hospital (with a case of its own in the same meeting), other department, superior's township, administrators,
an expert of other cases, one who declined, one who was taken off."""


def test_the_requester_finds_every_word(app: Flask, planted: Planted) -> None:
    assert seen_by("county", app, planted).keys() == {*WORDS, *planted.numbers}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_finds_nothing(name: str, app: Flask, planted: Planted) -> None:
    assert seen_by(name, app, planted) == {}


@pytest.mark.parametrize("name", ["expert2", "expert3"])
def test_who_has_not_accepted_finds_number_title_and_question(name: str, app: Flask, planted: Planted) -> None:
    found = seen_by(name, app, planted)
    assert {word: found[word] for word in found.keys() & HIDDEN} == {}
    assert found.keys() == {*GLIMPSED, *planted.numbers[: 2 if name == "expert3" else 1]}
