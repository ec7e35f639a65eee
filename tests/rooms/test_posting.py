"""What may be posted, by whom, and what comes back."""

from typing import Any
from uuid import uuid4

import pytest

from mdt.kernel.actor import Actor
from mdt.kernel.errors import Forbidden, Invalid, NotFound, Refused, TooLarge
from mdt.rooms.committer import post_entry
from mdt.rooms.entries import PostEntry
from mdt.rooms.posting import Post, Written, post_entries
from mdt.rooms.queries import AfterSeq, EntryView, entries, room
from tests.world.client import Caller
from tests.world.people import People
from tests.world.rooms import Members, write

UIDS = {"study_uid": "1.2.3", "series_uid": "1.2.3.4", "instance_uid": "1.2.3.4.5"}
MARK = {"id": "m1", "tool": "length", "instance_uid": "1.2.3.4.5", "frame": 0, "points": [[1, 2], [3.5, 4]]}
POLL = {"question": "手术？", "options": ["是", "否"]}


def post(who: Actor, room_id: str, kind: str, body: dict[str, Any], client_id: str = "") -> EntryView:
    return post_entry(who, room_id, PostEntry(client_id=client_id or str(uuid4()), type=kind, body=body))


def refused(who: Actor, room_id: str, kind: str, body: dict[str, Any]) -> str:
    with pytest.raises(Refused) as caught:
        post(who, room_id, kind, body)
    return caught.value.code


def test_a_message_comes_back_as_it_was_sent(room_id: str, people: People) -> None:
    body = {"text": "看第 120 层", "reply_to": None, "key_image": UIDS | {"frame": 0, "window": [40, 400]}}
    written = post(people["county"], room_id, "message", body)
    assert (written.seq, written.by.name, written.type) == (1, "陈立", "message")
    read = entries(people["expert1"], room_id, AfterSeq()).items[0]
    assert read == written
    assert read.body["text"] == body["text"]
    assert read.body["key_image"]["window"] == [40, 400]


def test_the_same_client_id_gets_the_first_entry(room_id: str, people: People) -> None:
    client_id = str(uuid4())
    first = post(people["county"], room_id, "message", {"text": "一"}, client_id)
    again = post(people["county"], room_id, "message", {"text": "二"}, client_id)
    other = post(people["expert1"], room_id, "message", {"text": "三"}, client_id)
    assert again == first
    assert other.seq == 2
    assert entries(people["county"], room_id, AfterSeq()).head == 2


def test_a_repeat_within_one_batch_is_written_once(room_id: str, people: People) -> None:
    change = PostEntry(client_id=str(uuid4()), type="message", body={"text": "一"})
    from mdt.rooms.entries import parse

    one = Post(people["county"], room_id, change.client_id, change.type, parse(change))
    bad = Post(people["outsider"], room_id, str(uuid4()), change.type, parse(change))
    outcomes = post_entries([one, bad, one])
    assert isinstance(outcomes[1], NotFound)
    assert [o.entry.seq for o in outcomes if isinstance(o, Written)] == [1, 1]


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("smile", {}, "unknown_type"),
        ("message", {"text": ""}, "shape"),
        ("message", {"text": 5}, "shape"),
        ("message", {"text": "a", "extra": 1}, "shape"),
        ("message", {"text": "字" * 4001}, "too_large"),
        ("message", {"text": "a\x00b"}, "unstorable"),
        ("message", {"text": "a\ud800b"}, "unstorable"),
        ("view", {"study_uid": "1.2"}, "shape"),
        ("annotation", MARK | {"points": [[1, float("nan")]]}, "shape"),
        ("annotation", MARK | {"tool": "knife"}, "shape"),
        ("edit", {"ref": "nothing", "text": "x"}, "unknown_ref"),
        ("agenda", {"action": "start"}, "by_server"),
        ("note", {"code": "x"}, "by_server"),
        ("vote", {"ref": "nothing", "option": 0}, "unknown_ref"),
        ("call", {"action": "start", "link": "javascript:x"}, "shape"),
    ],
)
def test_a_bad_entry_is_refused_with_a_code(
    room_id: str, people: People, kind: str, body: dict[str, Any], code: str
) -> None:
    assert refused(people["chair"], room_id, kind, body) == code
    assert entries(people["chair"], room_id, AfterSeq()).head == 0


def test_who_may_not_read_gets_not_found_and_who_only_reads_is_forbidden(
    room_id: str, people: People, members: Members
) -> None:
    members.remove(people["expert1"], "post")
    with pytest.raises(NotFound):
        post(people["outsider"], room_id, "message", {"text": "x"})
    with pytest.raises(Forbidden):
        post(people["expert1"], room_id, "message", {"text": "x"})


def test_a_trainee_only_raises_a_hand(room_id: str, people: People) -> None:
    assert refused(people["trainee"], room_id, "message", {"text": "x"}) == "watch_only"
    hand = post(people["trainee"], room_id, "hand", {"action": "raise"})
    assert hand.body == {"action": "raise", "person": people["trainee"].person_id, "name": "谢颖"}


def test_only_its_author_edits_and_the_chair_may_retract(room_id: str, people: People) -> None:
    said = post(people["county"], room_id, "message", {"text": "错"})
    assert refused(people["expert1"], room_id, "edit", {"ref": said.id, "text": "x"}) == "not_author"
    post(people["county"], room_id, "edit", {"ref": said.id, "text": "对"})
    assert refused(people["expert1"], room_id, "retract", {"ref": said.id}) == "not_author"
    post(people["chair"], room_id, "retract", {"ref": said.id, "reason": "误发"})
    assert refused(people["county"], room_id, "edit", {"ref": said.id, "text": "x"}) == "retracted"


def test_without_a_running_item_anybody_leads_and_with_one_only_who_was_given_it(room_id: str, people: People) -> None:
    county, expert, chair = people["county"], people["expert1"], people["chair"]
    post(county, room_id, "view", UIDS)
    post(county, room_id, "lead", {"action": "take"})
    assert refused(expert, room_id, "view", UIDS) == "not_leading"
    post(expert, room_id, "lead", {"action": "take"})
    post(expert, room_id, "view", UIDS | {"zoom": 2, "pan": [3, 4], "rotate": 90, "flip": True})
    write(room_id, "agenda", {"item": "i", "action": "start", "chair": chair.person_id}, chair)
    assert refused(expert, room_id, "view", UIDS) == "not_leading"
    assert refused(expert, room_id, "lead", {"action": "take"}) == "not_leading"
    given = post(chair, room_id, "lead", {"action": "give", "to": expert.person_id})
    assert (given.body["from_name"], given.body["to_name"]) == ("周明远", "林静")
    assert refused(chair, room_id, "lead", {"to": people["outsider"].person_id}) == "unknown_person"
    post(expert, room_id, "view", UIDS)
    post(expert, room_id, "lead", {"action": "release"})
    assert room(county, room_id, None).leader == chair.person_id


def test_a_poll_counts_the_last_vote_of_each(room_id: str, people: People) -> None:
    assert refused(people["county"], room_id, "poll", POLL) == "chair_only"
    poll = post(people["chair"], room_id, "poll", POLL)
    post(people["county"], room_id, "vote", {"ref": poll.id, "option": 0})
    post(people["county"], room_id, "vote", {"ref": poll.id, "option": 1})
    post(people["expert1"], room_id, "vote", {"ref": poll.id, "option": 1})
    assert refused(people["expert1"], room_id, "vote", {"ref": poll.id, "option": 2}) == "shape"
    closed = post(people["chair"], room_id, "poll_closed", {"ref": poll.id})
    assert closed.body == {"ref": poll.id, "totals": [0, 2], "voters": 2}
    assert refused(people["county"], room_id, "vote", {"ref": poll.id, "option": 0}) == "poll_closed"


def test_a_secret_vote_shows_its_option_to_its_author_alone(room_id: str, people: People) -> None:
    poll = post(people["chair"], room_id, "poll", POLL | {"secret": True})
    vote = post(people["county"], room_id, "vote", {"ref": poll.id, "option": 1})
    assert vote.body["option"] == 1
    seen = entries(people["chair"], room_id, AfterSeq(after=1)).items[0]
    assert seen.body == {"ref": poll.id, "secret": True}
    closed = post(people["chair"], room_id, "poll_closed", {"ref": poll.id})
    assert closed.body["totals"] == [0, 1]


def test_marks_belong_to_their_author(room_id: str, people: People) -> None:
    drawn = post(people["county"], room_id, "annotation", MARK | {"measured": {"mm": 12.5}})
    assert drawn.body["points"] == [[1, 2], [3.5, 4]]
    assert refused(people["expert1"], room_id, "annotation_removed", {"id": "m1"}) == "not_author"
    post(people["county"], room_id, "annotation_removed", {"id": "m1"})


def test_the_api_posts_pages_and_refuses_as_the_socket_does(room_id: str, caller: Caller) -> None:
    county, outsider = caller("county"), caller("outsider")
    path = f"/api/v1/rooms/{room_id}/entries"
    body = {"client_id": str(uuid4()), "type": "message", "body": {"text": "你好"}}
    made = county.post(path, json=body)
    assert (made.status_code, made.json["seq"]) == (201, 1)
    assert county.post(path, json=body).json == made.json
    assert county.get(f"{path}?after=0&limit=10").json["items"] == [made.json]
    assert county.get(f"{path}?limit=1001").status_code == 422
    assert county.get(f"/api/v1/rooms/{room_id}").json["may"] == ["post"]
    long = county.post(path, json=body | {"body": {"text": "字" * 4001}})
    assert (long.status_code, long.json["code"]) == (413, "too_large")
    surrogate = county.post(
        path,
        data=b'{"client_id":"%s","type":"message","body":{"text":"\\ud800"}}' % (str(uuid4()).encode()),
        content_type="application/json",
    )
    assert surrogate.status_code == 422
    for answer in (
        outsider.get(f"/api/v1/rooms/{room_id}"),
        outsider.get(path),
        outsider.post(path, json=body),
        county.get("/api/v1/rooms/none/entries"),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_errors_of_shape_name_the_field(room_id: str, people: People) -> None:
    with pytest.raises(Invalid) as caught:
        post(people["county"], room_id, "vote", {"ref": "x", "option": "a"})
    assert list(caught.value.fields) == ["body.option"]
    with pytest.raises(TooLarge):
        post(people["county"], room_id, "message", {"text": "字" * 4001})
