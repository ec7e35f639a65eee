"""§6: the rooms over Socket.IO, and the same over HTTP."""

import time
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as SocketRefused

from tests.contract.acts import UNKNOWN, Discussed, House, new_key
from tests.world.socket import RoomSocket

PLACE = {"study_uid": "1.2.3", "series_uid": "1.2.3.4", "instance_uid": "1.2.3.4.5", "frame": 1}


@pytest.fixture(scope="module")
def made(home: House) -> Discussed:
    return home.discussed()


@pytest.fixture(scope="module")
def quiet(home: House) -> Any:
    """A case with a room in which no item runs."""
    return home.submitted()


def test_joining(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as socket:
        ack = socket.ack
        assert ack["ok"] is True
        assert set(ack) >= {"head", "entries", "snapshot", "members", "you"}
        assert ack["snapshot"] is None
        assert ack["you"]["id"] == home.id_of("county")
        member = next(each for each in ack["members"] if each["id"] == home.id_of("county"))
        assert set(member) >= {"id", "name", "role", "state"}
        assert member["state"] in ("here", "away", "lost")


def test_an_entry_reaches_everybody_and_its_sender(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as one, home["coordinator"].socket(quiet["room_id"]) as two:
        key = new_key()
        ack = one.say("请看第 87 层", key)
        assert set(ack) >= {"ok", "seq", "id", "at"}
        assert ack["at"].endswith("Z")
        for socket in (one, two):
            socket.wait_for(lambda s=socket: any(e["client_id"] == key for e in s.entries))  # type: ignore[misc]
        entry = next(e for e in two.entries if e["client_id"] == key)
        assert set(entry) >= {"room", "seq", "id", "client_id", "type", "body", "by", "at"}
        assert (entry["room"], entry["type"], entry["body"]["text"]) == (quiet["room_id"], "message", "请看第 87 层")
        assert (entry["seq"], entry["id"]) == (ack["seq"], ack["id"])
        assert set(entry["by"]) >= {"id", "name"}
        assert one.say("别的话", key) == ack
        assert [e["seq"] for e in two.entries] == list(range(1, len(two.entries) + 1))


def test_resuming_after(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as socket:
        last = socket.say("最后一句")
        ack = socket.call("join", {"room": quiet["room_id"], "after": last["seq"] - 1})
        assert [entry["seq"] for entry in ack["entries"]] == [last["seq"]]
        assert ack["head"] == last["seq"]


def test_refusals_have_a_code(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as socket:
        for kind, body in (("nonsense", {}), ("message", {}), ("message", {"text": 7}), ("message", {"text": ""})):
            refused = socket.post(kind, body)
            assert refused["ok"] is False, (kind, body)
            assert refused["code"]
            assert isinstance(refused["detail"], str)
        assert socket.say("字" * 4001)["code"] == "too_large"
        assert socket.say("字" * 4000)["ok"] is True
        assert socket.call("join", {"room": UNKNOWN, "after": 0})["ok"] is False
        assert socket.call("leave", {"room": quiet["room_id"]})["ok"] is True


def test_a_frame_over_64_kb_closes_the_socket(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as socket:
        socket.fire("pointer", {"x": "x" * 70_000})
        until = time.monotonic() + 5
        while socket.connected and time.monotonic() < until:
            time.sleep(0.05)
        assert not socket.connected


def test_signals_go_to_the_others_only(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as one, home["coordinator"].socket(quiet["room_id"]) as two:
        body = {"instance_uid": "1.2.3", "frame": 1, "x": 10.5, "y": 20}
        assert one.signal("pointer", body)["ok"] is True
        heard = two.wait_for_event("signal")
        assert set(heard) >= {"room", "type", "body", "by"}
        assert (heard["type"], heard["body"]["x"]) == ("pointer", 10.5)
        assert heard["by"]["id"] == home.id_of("county") if isinstance(heard["by"], dict) else heard["by"]
        assert one.last("signal") is None
        for kind in ("typing", "level"):
            assert one.signal(kind, {})["ok"] is True


def test_presence(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as one, home["coordinator"].socket(quiet["room_id"]):
        wanted = home.id_of("coordinator")

        def is_there() -> bool:
            last = one.last("presence")
            return last is not None and wanted in [each["id"] for each in last["members"]]

        one.wait_for(is_there)
        presence = one.last("presence")
        assert presence is not None
        assert presence["room"] == quiet["room_id"]


def test_without_a_running_item_anybody_may_lead(home: House, quiet: Any) -> None:
    with home["county"].socket(quiet["room_id"]) as socket:
        assert socket.post("view", PLACE | {"window": [40, 400], "annotations": []})["ok"] is True
        everything = {"zoom": 1.5, "pan": [0, 0], "rotate": 90, "flip": True, "invert": False, "viewport": 0}
        assert socket.post("view", PLACE | everything)["ok"] is True
        uids = {key: PLACE[key] for key in ("study_uid", "series_uid", "instance_uid")}
        assert socket.post("view", uids)["ok"] is True
        assert socket.post("view", {"study_uid": "1.2.3"})["ok"] is False


def test_the_chair_leads_at_the_start_of_an_item(home: House, made: Discussed) -> None:
    with home["chair"].socket(made.room) as chair, home["expert1"].socket(made.room) as expert:
        refused = expert.post("view", PLACE)
        assert refused["ok"] is False
        assert chair.post("view", PLACE)["ok"] is True
        assert chair.post("lead", {"to": home.id_of("expert1"), "action": "give"})["ok"] is True
        assert expert.post("view", PLACE)["ok"] is True
        assert chair.post("lead", {"to": home.id_of("chair"), "action": "take"})["ok"] is True


def test_the_other_types(home: House, made: Discussed) -> None:
    with home["chair"].socket(made.room) as chair, home["expert1"].socket(made.room) as expert:
        mine = expert.say("初稿")
        assert expert.post("edit", {"ref": mine["id"], "text": "定稿"})["ok"] is True
        assert expert.post("retract", {"ref": mine["id"]})["ok"] is True
        assert expert.post("message", {"text": "答", "reply_to": mine["id"], "key_image": None})["ok"] is True
        key_image = PLACE | {"window": [-600, 1500], "annotations": [], "caption": "结节"}
        assert expert.post("message", {"text": "见图", "key_image": key_image})["ok"] is True
        mark = {"id": new_key(), "tool": "length", "instance_uid": "1.2.3.4.5", "frame": 1, "points": [[1, 2], [3, 4]]}
        assert expert.post("annotation", mark)["ok"] is True, expert.post("annotation", mark)
        assert expert.post("annotation_removed", {"id": mark["id"]})["ok"] is True
        assert expert.post("hand", {"action": "raise"})["ok"] is True
        poll = chair.post("poll", {"question": "首选", "options": ["手术", "随访"]})
        assert poll["ok"] is True
        assert expert.post("vote", {"ref": poll["id"], "option": 1})["ok"] is True
        assert chair.post("poll_closed", {"ref": poll["id"]})["ok"] is True
        assert chair.post("decision", {"text": "手术"})["ok"] is True
        assert expert.post("decision", {"text": "手术"})["ok"] is False
        types = {entry["type"] for entry in chair.entries}
        chair.wait_for(lambda: "decision" in {entry["type"] for entry in chair.entries})
        assert "agenda" in types | {entry["type"] for entry in chair.entries}


def test_starting_an_item_moves_who_may_and_lets_others_wait(home: House) -> None:
    case, meeting = home.accepted(), home.meeting()
    item = home.on_agenda(case, meeting)
    invitations = home.invited(meeting, "expert1", "expert2")
    home["expert1"].ok("POST", f"/invitations/{invitations['expert1']}/reply", {"answer": "accept"})
    home["coordinator"].ok("POST", f"/meetings/{meeting['id']}/start")
    with home["expert1"].socket(meeting["room_id"]) as goes, home["expert2"].socket(meeting["room_id"]) as waits:
        home["chair"].ok("POST", f"/meetings/{meeting['id']}/agenda/{item['id']}/start")
        assert goes.wait_for_event("moved") == {"room": meeting["room_id"], "to": case["room_id"]}
        assert waits.wait_for_event("moved") == {"room": meeting["room_id"], "to": None}


def test_losing_the_right_evicts_within_a_second(home: House) -> None:
    made = home.discussed()
    with home["expert2"].socket(made.room) as socket:
        path = f"/invitations/{made.invitations['expert2']}/reply"
        home["expert2"].ok("POST", path, {"answer": "decline", "code": "busy"})
        evicted = socket.wait_for_event("evicted", 1.5)
        assert evicted["room"] == made.room
        assert evicted["code"]
        until = time.monotonic() + 2
        while socket.connected and time.monotonic() < until:
            time.sleep(0.05)
        assert not socket.connected


def test_strangers_get_the_same_as_for_no_room(home: House, quiet: Any) -> None:
    answers = []
    for room in (quiet["room_id"], UNKNOWN):
        with home["outsider"].socket(room, join=False) as socket:
            answers.append(socket.call("join", {"room": room, "after": 0}))
    assert answers[0] == answers[1]
    assert answers[0]["ok"] is False


def test_home_carries_notices(home: House) -> None:
    with home["coordinator"].socket("home") as socket:
        home.submitted()
        notice = socket.wait_for_event("notice", 5)
        assert "演示甲" not in str(notice)


def test_a_cookie_needs_our_origin(home: House, quiet: Any) -> None:
    who = home["county"]
    for origin in ("", "https://evil.example"):
        socket = RoomSocket(home.url, quiet["room_id"], headers={"Cookie": who.cookies}, origin=origin)
        with pytest.raises(SocketRefused):
            socket.connect(wait_s=2)


def test_a_token_needs_none(home: House, quiet: Any) -> None:
    token = home["county"].ok("POST", "/me/tokens", {"name": "房间", "scopes": ["read", "write"]})["token"]
    with RoomSocket(home.url, quiet["room_id"], auth={"token": token}) as socket:
        socket.connect()
        assert socket.join()["ok"] is True
        assert socket.say("来自程序")["ok"] is True


def test_nobody_is_refused(home: House, quiet: Any) -> None:
    with pytest.raises(SocketRefused):
        RoomSocket(home.url, quiet["room_id"], origin=home.url).connect(wait_s=2)


def test_the_same_over_http(home: House, quiet: Any) -> None:
    room = quiet["room_id"]
    state = home["county"].ok("GET", f"/rooms/{room}")
    assert state["id"] == room
    body = {"client_id": new_key(), "type": "message", "body": {"text": "弱网"}}
    answer = home["county"].call("POST", f"/rooms/{room}/entries", json=body)
    assert answer.status_code == 201
    again = home["county"].call("POST", f"/rooms/{room}/entries", json=body)
    assert again.json()["seq"] == answer.json()["seq"]
    seq = answer.json()["seq"]
    page = home["county"].ok("GET", f"/rooms/{room}/entries?after={seq - 1}&limit=1")
    assert [each["seq"] for each in page["items"]] == [seq]
    home["outsider"].refused(404, "GET", f"/rooms/{room}/entries")
    home["outsider"].refused(404, "POST", f"/rooms/{room}/entries", body)
    home["county"].refused(422, "POST", f"/rooms/{room}/entries", body | {"client_id": new_key(), "type": "nonsense"})


def test_a_draft_has_no_room(home: House) -> None:
    assert home.draft()["room_id"] is None
