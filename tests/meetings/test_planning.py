"""Planning: making, changing, cancelling, clashes, the calendar file, lists."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from mdt.kernel import clock
from tests.meetings.test_agenda import gives, state_of
from tests.world import meetings as world
from tests.world.client import Caller
from tests.world.people import People


def plan(people: People, **more: object) -> dict[str, object]:
    body: dict[str, object] = {
        "title": "呼吸多学科会诊",
        "kind": "mdt",
        "starts_at": clock.rfc3339(world.at_noon()),
        "duration_min": 60,
        "chair": people["chair"].person_id,
    }
    return {**body, **more}


def test_a_coordinator_plans_a_meeting_with_a_room(people: People, caller: Caller) -> None:
    coordinator = caller("coordinator")
    made = coordinator.post("/api/v1/meetings", json=plan(people, call_link="https://meeting.tencent.com/dm/x"))
    assert made.status_code == 201, made.text
    meeting = made.json
    assert (meeting["state"], meeting["agenda"], meeting["invitations"]) == ("planned", [], [])
    assert meeting["quorum"] == 2
    assert meeting["room_id"]
    assert meeting["call_provider"] == "tencent"
    assert meeting["starts_at"] == clock.rfc3339(world.at_noon())
    assert coordinator.get(f"/api/v1/meetings/{meeting['id']}").json == meeting
    assert caller("chair").get(f"/api/v1/meetings/{meeting['id']}").status_code == 200
    assert caller("expert1").get(f"/api/v1/meetings/{meeting['id']}").status_code == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "clinic"}, "kind"),
        ({"starts_at": "2026-11-25T16:00:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"duration_min": 0}, "duration_min"),
        ({"chair": "nobody"}, "chair"),
        ({"chair": "a\x00b"}, "chair"),
        ({"call_link": "http://meeting.tencent.com/"}, "call_link"),
        ({"call_link": "javascript:alert(1)"}, "call_link"),
        ({"call_link": "https://a b/"}, "call_link"),
        ({"quorum": 0}, "quorum"),
        ({"colour": "red"}, "colour"),
        ({"title": " "}, "title"),
    ],
)
def test_a_wrong_plan_names_its_field(people: People, caller: Caller, more: dict[str, object], field: str) -> None:
    refused = caller("coordinator").post("/api/v1/meetings", json=plan(people, **more))
    assert refused.status_code == 422, refused.text
    assert list(refused.json["fields"]) == [field]


def test_only_coordinators_plan(people: People, caller: Caller) -> None:
    for username in ("county", "chair", "admin", "qingxi_admin", "trainee"):
        assert caller(username).post("/api/v1/meetings", json=plan(people)).status_code == 403


def test_the_same_idempotency_key_makes_one_meeting(people: People, caller: Caller) -> None:
    coordinator, headers = caller("coordinator"), {"Idempotency-Key": "0b7e0c1e-2a68-4a2e-9d6f-2a2b1c0d9e8f"}
    first = coordinator.post("/api/v1/meetings", json=plan(people), headers=headers)
    second = coordinator.post("/api/v1/meetings", json=plan(people), headers=headers)
    assert first.json["id"] == second.json["id"]


def test_another_chair_has_access_at_once_and_the_old_one_none(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    coordinator = caller("coordinator")
    version = coordinator.get(f"/api/v1/meetings/{meeting_id}").json["version"]
    body = {"chair": people["expert3"].person_id, "title": "肿瘤多学科会诊"}
    stale = coordinator.patch(f"/api/v1/meetings/{meeting_id}", json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    changed = coordinator.patch(f"/api/v1/meetings/{meeting_id}", json=body, headers={"If-Match": f'"{version}"'})
    assert (changed.status_code, changed.json["title"]) == (200, "肿瘤多学科会诊")
    assert changed.json["version"] > version
    assert gives(people, case_id, "lead", "expert3")
    assert not gives(people, case_id, "read", "chair")
    assert caller("chair").get(f"/api/v1/meetings/{meeting_id}").status_code == 404
    assert caller("expert3").patch(f"/api/v1/meetings/{meeting_id}", json={"title": "x"}).status_code == 403


def test_a_cancelled_meeting_gives_its_cases_back(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    world.answer(people["expert1"], invitation, "accept")
    coordinator = caller("coordinator")
    assert coordinator.post(f"/api/v1/meetings/{meeting_id}/cancel", json={"reason": ""}).status_code == 422
    cancelled = coordinator.post(f"/api/v1/meetings/{meeting_id}/cancel", json={"reason": "主持人出差"})
    assert (cancelled.json["state"], cancelled.json["reason"]) == ("cancelled", "主持人出差")
    assert state_of(people, case_id) == "accepted"
    assert not gives(people, case_id, "glimpse", "expert1")
    assert coordinator.post(f"/api/v1/meetings/{meeting_id}/start").status_code == 409
    file = Calendar.from_ical(coordinator.get(f"/api/v1/meetings/{meeting_id}.ics").data)
    assert file["METHOD"] == "CANCEL"


def test_the_calendar_file_names_no_patient_and_counts_changes(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    coordinator = caller("coordinator")
    answer = coordinator.get(f"/api/v1/meetings/{meeting_id}.ics")
    assert answer.mimetype == "text/calendar"
    first = Calendar.from_ical(answer.data)
    assert first["METHOD"] == "REQUEST"
    [entry] = first.walk("VEVENT")
    assert str(entry["SUMMARY"]).startswith("MDT 会诊 HY-")
    assert entry["DTSTART"].dt == world.at_noon()
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=1)
    [alarm] = entry.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(minutes=-15)
    assert [zone["TZID"] for zone in first.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    text = answer.get_data(as_text=True)
    assert "结节" not in text
    assert "陈某某" not in text
    later = clock.rfc3339(world.at_noon(1))
    coordinator.patch(f"/api/v1/meetings/{meeting_id}", json={"starts_at": later})
    [moved] = Calendar.from_ical(coordinator.get(f"/api/v1/meetings/{meeting_id}.ics").data).walk("VEVENT")
    assert moved["UID"] == entry["UID"]
    assert moved["SEQUENCE"] > entry["SEQUENCE"]
    assert caller("outsider").get(f"/api/v1/meetings/{meeting_id}.ics").status_code == 404


def test_the_text_for_a_group_chat_names_no_case(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    text = caller("coordinator").get(f"/api/v1/meetings/{meeting_id}/text").json["text"]
    assert "HY-" in text
    assert "腾讯会议：https://meeting.tencent.com/dm/abc" in text
    assert f"/meetings/{meeting_id}" in text
    assert "周明远" in text
    assert "结节" not in text


def test_a_clash_is_shown_and_refuses_nothing(people: People, caller: Caller) -> None:
    first = world.meeting(people)
    second = world.meeting(people, starts_at=world.at_noon() + timedelta(minutes=30), minutes=15)
    world.item(people, second, world.accepted_case(people), minutes=20)
    for meeting_id in (first, second):
        world.invite(people, meeting_id, "expert1")
    shown = caller("coordinator").get(f"/api/v1/meetings/{second}").json["clashes"]
    busy = {each["person"]["id"] for each in shown if each["code"] == "person_busy"}
    assert busy == {people["chair"].person_id, people["expert1"].person_id}
    assert [each["minutes"] for each in shown if each["code"] == "over_budget"] == [5]
    assert caller("chair").get(f"/api/v1/meetings/{second}").json["clashes"] == []


def test_only_experts_of_the_requesting_hospital_is_a_clash(people: People, caller: Caller) -> None:
    body = plan(people, chair=people["county2"].person_id)
    meeting_id = caller("coordinator").post("/api/v1/meetings", json=body).json["id"]
    world.item(people, meeting_id, world.accepted_case(people))
    shown = caller("coordinator").get(f"/api/v1/meetings/{meeting_id}").json["clashes"]
    assert [each["code"] for each in shown] == ["one_hospital"]
    world.invite(people, meeting_id, "expert1")
    assert caller("coordinator").get(f"/api/v1/meetings/{meeting_id}").json["clashes"] == []


def test_the_list_holds_what_one_may_see_page_by_page(people: People, caller: Caller) -> None:
    ids = [world.meeting(people, days=days) for days in (1, 2, 3)]
    world.invite(people, ids[1], "expert1")
    mine = caller("expert1").get("/api/v1/meetings").json["items"]
    assert [(each["id"], each["mine"]) for each in mine] == [(ids[1], "invited")]
    chair = caller("chair")
    page = chair.get("/api/v1/meetings?limit=2").json
    assert [each["id"] for each in page["items"]] == [ids[2], ids[1]]
    rest = chair.get("/api/v1/meetings", query_string={"limit": 2, "cursor": page["next"]}).json
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([ids[0]], None)
    bounds = {"from": clock.rfc3339(world.at_noon(2)), "to": clock.rfc3339(world.at_noon(3))}
    assert [each["id"] for each in chair.get("/api/v1/meetings", query_string=bounds).json["items"]] == [ids[1]]
    assert chair.get("/api/v1/meetings?cursor=rubbish").status_code == 422
    assert caller("outsider").get("/api/v1/meetings").json["items"] == []
