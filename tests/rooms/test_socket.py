"""The rooms over Socket.IO, against a real server process: entering, posting, signals, presence."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from socketio.exceptions import ConnectionError as Refused

from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction
from mdt.notices.operations import notify
from mdt.rooms.operations import take_people
from tests.world.people import People
from tests.world.rooms import make_room, write
from tests.world.server import ServerProcess
from tests.world.socket import Browser, RoomSocket

VIEW = {"study_uid": "1.2", "series_uid": "1.2.3", "instance_uid": "1.2.3.4", "frame": 0}


@pytest.fixture
def county(served: ServerProcess, lobby: str) -> Iterator[RoomSocket]:
    with Browser(served.url, "county").socket(lobby) as line:
        yield line


@pytest.fixture
def expert(served: ServerProcess, lobby: str) -> Iterator[RoomSocket]:
    with Browser(served.url, "expert1").socket(lobby) as line:
        yield line


def test_everybody_gets_every_entry_and_the_sender_an_answer(county: RoomSocket, expert: RoomSocket) -> None:
    client_id = str(uuid4())
    answer = county.say("您好", client_id)
    assert (answer["ok"], answer["seq"]) == (True, 1)
    assert answer["at"].endswith("Z")
    for line in (county, expert):
        line.wait_for(lambda line=line: len(line.entries) == 1)  # type: ignore[misc]
    entry = expert.entries[0]
    assert entry == county.entries[0]
    assert entry["id"] == answer["id"]
    assert (entry["seq"], entry["client_id"], entry["type"]) == (1, client_id, "message")
    assert entry["by"]["name"] == "陈立"
    assert county.say("又一次", client_id) == answer


def test_joining_tells_who_is_here_and_what_was_missed(
    served: ServerProcess, lobby: str, county: RoomSocket, crowd: People
) -> None:
    for number in range(3):
        county.say(str(number))
    with Browser(served.url, "chair").socket(lobby) as chair:
        ack = chair.ack
        assert (ack["ok"], ack["head"], ack["snapshot"]) == (True, 3, None)
        assert [entry["seq"] for entry in ack["entries"]] == [1, 2, 3]
        assert {member["name"]: member["state"] for member in ack["members"]} == {"陈立": "here", "周明远": "here"}
        assert ack["you"] == {
            "id": crowd["chair"].person_id, "name": "周明远", "role": "expert", "may": ["lead", "post"]
        }  # fmt: skip
        assert [entry["seq"] for entry in chair.join(after=2)["entries"]] == [3]
        county.wait_for(lambda: len((county.last("presence") or {"members": []})["members"]) == 2)
        county.call("signal", {"room": lobby, "type": "presence", "body": {"state": "away"}})
        chair.wait_for(lambda: "away" in str(chair.last("presence")))
    county.wait_for(lambda: len((county.last("presence") or {"members": []})["members"]) == 1)


def test_who_missed_more_than_a_thousand_gets_a_snapshot_and_the_newest_page(
    served: ServerProcess, lobby: str, crowd: People
) -> None:
    from mdt.rooms.operations import append

    with transaction(crowd["chair"]) as tx:
        append(tx, lobby, "poll", {"question": "?", "options": ["a", "b"]})
        for number in range(1100):
            append(tx, lobby, "message", {"text": str(number)})
    with Browser(served.url, "county").socket(lobby) as line:
        assert len(line.ack["entries"]) == 200
        assert line.ack["entries"][0]["seq"] == line.ack["snapshot"]["seq"] + 1 == 902
        assert [entry["type"] for entry in line.ack["snapshot"]["state"]] == ["poll"]
        assert line.ack["head"] == 1101
        assert len(line.join(after=101)["entries"]) == 1000


def test_a_stranger_learns_nothing(served: ServerProcess, lobby: str, county: RoomSocket) -> None:
    with Browser(served.url, "outsider").socket(lobby, join=False) as line:
        asked = [line.join(), line.say("x"), line.signal("pointer", {}), line.call("leave", {"room": "other"})]
        assert {(answer["ok"], answer["code"]) for answer in asked} == {(False, "not_found")}
        assert line.join() | {"room": ""} == Browser(served.url, "outsider").socket("none", join=False).join() | {
            "room": ""
        }
        county.say("geheim")
        assert line.last("entry") is None
    assert len(county.ack["members"]) == 1


def _token(browser: Browser, scope: str) -> str:
    made = browser.call("POST", "/me/tokens", json={"name": scope, "scopes": [scope]})
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


def test_a_token_that_may_not_read_hears_nothing(served: ServerProcess, lobby: str) -> None:
    browser = Browser(served.url, "county")
    made = {scope: _token(browser, scope) for scope in ("read", "write")}
    for place in (lobby, "home"):
        with pytest.raises(Refused):
            RoomSocket(served.url, place, auth={"token": made["write"]}).connect(wait_s=3)
    with RoomSocket(served.url, lobby, auth={"token": made["read"]}) as line:
        line.connect()
        assert line.join()["ok"]
        assert line.say("x")["code"] == "scope"


def test_nobody_a_foreign_page_and_a_missing_origin_are_refused(served: ServerProcess, lobby: str) -> None:
    cookies = {"Cookie": Browser(served.url, "county").cookies}
    for refused in (
        RoomSocket(served.url, lobby),
        RoomSocket(served.url, lobby, auth={"token": "wrong"}),
        RoomSocket(served.url, lobby, headers={"Cookie": "mdt_session=wrong"}, origin=served.url),
        RoomSocket(served.url, lobby, headers=cookies),
        RoomSocket(served.url, lobby, headers=cookies, origin="https://evil.example"),
        RoomSocket(served.url, "", headers=cookies, origin=served.url),
    ):
        with pytest.raises(Refused):
            refused.connect(wait_s=3)


@pytest.mark.parametrize(
    ("event", "payload", "code"),
    [
        ("post", {}, "shape"),
        ("post", None, "shape"),
        ("post", {"room": "R", "client_id": "x", "type": "message", "body": {"text": "x"}}, "shape"),
        ("post", {"room": "R", "client_id": "I", "type": "smile", "body": {}}, "unknown_type"),
        ("post", {"room": "R", "client_id": "I", "type": "message", "body": {"text": "a" * 4001}}, "too_large"),
        ("post", {"room": "R", "client_id": "I", "type": "message", "body": {"text": "\x00"}}, "unstorable"),
        ("post", {"room": "R", "client_id": "I", "type": "message", "body": []}, "shape"),
        ("post", {"room": "other", "client_id": "I", "type": "message", "body": {"text": "x"}}, "not_found"),
        ("join", {"room": "R", "after": -1}, "shape"),
        ("join", "x", "shape"),
        ("dance", {"room": "R"}, "unknown_event"),
    ],
)
def test_what_is_malformed_is_refused_with_a_code(
    county: RoomSocket, lobby: str, event: str, payload: object, code: str
) -> None:
    if isinstance(payload, dict):
        names = {"R": lobby, "I": str(uuid4())}
        payload = {k: names.get(v, v) if isinstance(v, str) else v for k, v in payload.items()}
    answer = county.call(event, payload)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert county.say("geht noch")["ok"]


def test_a_frame_over_64_kb_closes_the_socket(county: RoomSocket, expert: RoomSocket, lobby: str) -> None:
    county.fire("pointer", {"x": "a" * 70_000})
    county.wait_for(lambda: not county.connected)
    assert expert.connected
    county.connect()
    assert county.join()["ok"]


def test_a_signal_reaches_the_others_and_is_not_stored(county: RoomSocket, expert: RoomSocket, lobby: str) -> None:
    pointer = {"instance_uid": "1.2", "frame": 0, "x": 10.5, "y": 3}
    assert county.signal("pointer", pointer) == {"ok": True}
    heard = expert.wait_for_event("signal")
    assert heard == {
        "room": lobby,
        "type": "pointer",
        "body": pointer,
        "by": {"id": heard["by"]["id"], "name": "陈立"},
    }
    assert county.last("signal") is None
    assert expert.join()["head"] == 0


def test_only_who_leads_moves_the_shared_view(county: RoomSocket, expert: RoomSocket) -> None:
    assert county.post("lead", {"action": "take"})["ok"]
    assert expert.signal("view", VIEW)["code"] == "not_leading"
    assert county.signal("view", VIEW)["ok"]
    assert expert.post("view", VIEW)["code"] == "not_leading"
    assert county.post("view", VIEW)["ok"]


def test_a_sender_is_held_to_forty_signals_a_second(county: RoomSocket, expert: RoomSocket) -> None:
    for number in range(200):
        county.fire("pointer", {"x": number})
    county.say("fertig")
    expert.wait_for(lambda: len(expert.entries) == 1)
    heard = [message["body"]["x"] for event, message in expert.seen if event == "signal"]
    assert 1 <= len(heard) < 120
    assert heard == sorted(heard)


def test_what_another_process_writes_arrives_in_order(county: RoomSocket, lobby: str, crowd: People) -> None:
    county.say("1")
    write(lobby, "note", {"code": "x"}, crowd["chair"])
    county.say("3")
    county.wait_for(lambda: len(county.entries) == 3, within_s=3)
    write(lobby, "note", {"code": "y"}, crowd["chair"])
    county.wait_for(lambda: len(county.entries) == 4, within_s=3)
    assert [entry["seq"] for entry in county.entries] == [1, 2, 3, 4]


def test_coming_and_going_is_written_while_an_item_runs(
    served: ServerProcess, county: RoomSocket, lobby: str, crowd: People
) -> None:
    write(lobby, "agenda", {"item": "i", "action": "start", "chair": crowd["chair"].person_id})
    county.wait_for(lambda: len(county.entries) == 2)
    assert (county.entries[1]["type"], county.entries[1]["body"]["action"]) == ("join_left", "join")
    Browser(served.url, "expert1").socket(lobby).close()
    county.wait_for(lambda: len(county.entries) == 4, within_s=12)
    assert [(e["by"]["name"], e["body"]["action"]) for e in county.entries[2:]] == [("林静", "join"), ("林静", "leave")]


def test_everybody_is_taken_to_the_next_room_they_may_enter(served: ServerProcess, lobby: str, crowd: People) -> None:
    here, meeting = make_room(str(uuid4())), make_room(str(uuid4()), kind="meeting")
    with transaction(crowd["chair"]) as tx:
        take_people(tx, [meeting, here], lobby)
        assert (("moved", f"{here} {lobby}")) in tx.rings
    with Browser(served.url, "county").socket(here) as line:
        served.ring("moved", f"{here} {lobby}")
        assert line.wait_for_event("moved") == {"room": here, "to": lobby}
        served.ring("moved", f"{here} {make_room('hidden', kind='other')}")
        line.wait_for(lambda: line.last("moved") == {"room": here, "to": None})


def test_a_notice_comes_to_the_sockets_at_home(served: ServerProcess, crowd: People) -> None:
    county = crowd["county"]
    with Browser(served.url, "county").socket("home") as home:
        assert home.ack["ok"]
        with transaction(crowd["chair"]) as tx:
            notify(tx, [county.person_id], "case.accepted", Subject("case", "x"), "/cases/x", number="QX-1")
        notice = home.wait_for_event("notice")
        assert (notice["kind"], notice["unread"]) == ("case.accepted", 1)
        assert notice["text"]
