"""A meeting as it goes: start, one case after another, a lost chair, the end."""

from datetime import timedelta

import pytest

from mdt.kernel import clock, runtime
from mdt.kernel.policy import Subject
from mdt.meetings.queries.facts import Signer, open_item, signers
from mdt.rooms.models import Room, RoomEntry
from mdt.rooms.queries import room_ids
from tests.meetings.test_agenda import gives, state_of
from tests.world import meetings as world
from tests.world.client import Caller
from tests.world.people import People


def log_of(subject: Subject) -> list[tuple[str, str]]:
    """(type, action or code) of the entries of a subject's room."""
    from sqlalchemy import select

    with runtime.database().reading() as session:
        room_id = room_ids(session, [subject])[subject]
        rows = session.execute(select(RoomEntry).where(RoomEntry.room_id == room_id).order_by(RoomEntry.seq)).scalars()
        return [(row.type, row.body.get("action") or row.body.get("code") or "") for row in rows]


def test_a_meeting_starts_all_that_day_and_on_no_other(people: People, caller: Caller) -> None:
    now = clock.now().astimezone(clock.SHANGHAI)
    early = world.meeting(people, starts_at=now.replace(hour=0, minute=0))
    late = world.meeting(people, starts_at=now.replace(hour=23, minute=59))
    tomorrow = world.meeting(people, starts_at=now + timedelta(days=1))
    chair = caller("chair")
    for meeting_id in (early, late):
        started = chair.post(f"/api/v1/meetings/{meeting_id}/start")
        assert (started.status_code, started.json["state"]) == (200, "live")
    refused = chair.post(f"/api/v1/meetings/{tomorrow}/start")
    assert (refused.status_code, refused.json["code"]) == (409, "meeting.not_today")
    again = chair.post(f"/api/v1/meetings/{early}/start")
    assert (again.status_code, again.json["code"]) == (409, "wrong_state")
    assert "end" in again.json["allowed"]


def test_who_may_start(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people, deputy="expert1"), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    world.invite(people, meeting_id, "expert2")
    path = f"/api/v1/meetings/{meeting_id}/start"
    for username, status in (("expert2", 403), ("county", 403), ("outsider", 404), ("expert1", 200)):
        assert caller(username).post(path).status_code == status


def test_one_case_after_another(people: People, caller: Caller) -> None:
    live = world.live_meeting(people, cases=2)
    chair, path = caller("chair"), f"/api/v1/meetings/{live.id}/agenda"
    started = chair.post(f"{path}/{live.items[0]}/start")
    assert (started.status_code, started.json["state"]) == (200, "running")
    assert state_of(people, live.cases[0]) == "discussing"
    second = chair.post(f"{path}/{live.items[1]}/start")
    assert (second.status_code, second.json["code"]) == (409, "meeting.item_running")
    again = chair.post(f"{path}/{live.items[0]}/start")
    assert (again.status_code, again.json["allowed"]) == (409, ["edit", "finish"])
    longer = chair.patch(f"{path}/{live.items[0]}", json={"minutes": 13})
    assert longer.json["minutes"] == 13
    done = chair.post(f"{path}/{live.items[0]}/finish", json={"outcome": "decided"})
    assert (done.json["state"], done.json["outcome"]) == ("finished", "decided")
    assert state_of(people, live.cases[0]) == "discussed"
    assert chair.post(f"{path}/{live.items[1]}/start").status_code == 200
    assert log_of(Subject("case", live.cases[0])) == [
        ("agenda", "start"),
        ("call", "start"),
        ("agenda", "extend"),
        ("agenda", "finish"),
    ]
    assert log_of(Subject("meeting", live.id))[:2] == [("note", "meeting_started"), ("call", "start")]


def test_people_are_taken_to_the_cases_room(people: People, caller: Caller) -> None:
    live = world.live_meeting(people)
    caller("chair").post(f"/api/v1/meetings/{live.id}/agenda/{live.items[0]}/start")
    case, meeting = Subject("case", live.cases[0]), Subject("meeting", live.id)
    with runtime.database().reading() as session:
        found = room_ids(session, [case, meeting])
        waiting, discussed = session.get_one(Room, found[meeting]), session.get_one(Room, found[case])
        assert waiting.moved_to == discussed.id
        assert discussed.chair_id == discussed.leader_id == people["chair"].person_id
        assert discussed.item_id == live.items[0]


@pytest.mark.parametrize("outcome", ["again", "deferred", "not_reached"])
def test_what_is_not_decided_waits_for_another_meeting(people: People, caller: Caller, outcome: str) -> None:
    live = world.live_meeting(people)
    chair, path = caller("chair"), f"/api/v1/meetings/{live.id}/agenda/{live.items[0]}"
    chair.post(f"{path}/start")
    finished = chair.post(f"{path}/finish", json={"outcome": outcome, "reason": "待病理"})
    assert (finished.status_code, finished.json["outcome"]) == (200, outcome)
    assert state_of(people, live.cases[0]) == "accepted"
    next_week = world.meeting(people, days=7)
    assert world.item(people, next_week, live.cases[0])


def test_a_case_that_never_started_is_not_decided(people: People, caller: Caller) -> None:
    live = world.live_meeting(people)
    chair, path = caller("chair"), f"/api/v1/meetings/{live.id}/agenda/{live.items[0]}"
    refused = chair.post(f"{path}/finish", json={"outcome": "decided"})
    assert (refused.status_code, refused.json["code"]) == (409, "agenda.not_started")
    assert chair.post(f"{path}/finish", json={"outcome": "soon"}).status_code == 422
    chair.post(f"{path}/start")
    unsaid = chair.post(f"{path}/finish", json={"outcome": "again"})
    assert (unsaid.status_code, list(unsaid.json["fields"])) == (422, ["reason"])


def test_the_end_closes_what_was_not_reached(people: People, caller: Caller) -> None:
    live = world.live_meeting(people, cases=2)
    world.invite(people, live.id, "expert4")
    chair = caller("chair")
    chair.post(f"/api/v1/meetings/{live.id}/agenda/{live.items[0]}/start")
    ended = chair.post(f"/api/v1/meetings/{live.id}/end")
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert [each["outcome"] for each in ended.json["agenda"]] == ["decided", "not_reached"]
    assert [state_of(people, case_id) for case_id in live.cases] == ["discussed", "accepted"]
    states = {each["person"]["id"]: each["state"] for each in ended.json["invitations"]}
    assert states[people["expert4"].person_id] == "no_reply"
    assert not gives(people, live.cases[0], "glimpse", "expert4")
    assert gives(people, live.cases[0], "read", "expert1")
    assert not gives(people, live.cases[0], "read", "outsider")
    assert caller("expert4").get(f"/api/v1/meetings/{live.id}").status_code == 404


def test_deputy_or_coordinator_stands_in_for_a_lost_chair(people: People, caller: Caller) -> None:
    live = world.live_meeting(people)
    coordinator, path = caller("coordinator"), f"/api/v1/meetings/{live.id}/stand-in"
    caller("chair").post(f"/api/v1/meetings/{live.id}/agenda/{live.items[0]}/start")
    assert caller("expert1").post(path).status_code == 403
    taken = coordinator.post(path)
    assert taken.json["stand_in"]["id"] == people["coordinator"].person_id
    case = Subject("case", live.cases[0])
    with runtime.database().reading() as session:
        room = session.get_one(Room, room_ids(session, [case])[case])
        assert room.leader_id == people["coordinator"].person_id
        found = open_item(session, live.cases[0])
        assert found is not None
        assert found.chair_id == people["coordinator"].person_id
    assert caller("chair").post(path).json["stand_in"] is None


def test_the_signers_are_the_chair_and_those_who_accepted(people: People) -> None:
    live = world.live_meeting(people, experts=("chair", "expert1", "expert2"))
    late = world.invite(people, live.id, "expert3")["expert3"]
    world.answer(people["expert3"], late, "decline", code="busy")
    with runtime.database().reading() as session:
        found = signers(session, live.cases[0])
    assert found[0] == Signer(people["chair"].person_id, is_chair=True)
    assert {each.person_id for each in found[1:]} == {people[name].person_id for name in ("expert1", "expert2")}
