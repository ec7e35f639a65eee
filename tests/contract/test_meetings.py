"""§5 meetings: planning, agenda with its gate, invitations, calendar file, running."""

from typing import Any

import pytest

from tests.contract.acts import UNKNOWN, House, soon


def test_a_meeting_as_planned(home: House) -> None:
    body = {
        "title": "胸部会诊",
        "kind": "urgent",
        "starts_at": "2026-12-01T08:00:00Z",
        "duration_min": 45,
        "chair": home.id_of("chair"),
        "deputy": home.id_of("expert1"),
        "quorum": 3,
        "call_link": "https://meeting.tencent.com/dm/abc",
    }
    answer = home["coordinator"].call("POST", "/meetings", json=body)
    assert answer.status_code == 201
    meeting = answer.json()
    assert meeting["state"] == "planned"
    assert meeting["agenda"] == []
    assert meeting["invitations"] == []
    assert isinstance(meeting["room_id"], str)
    assert meeting["starts_at"] == "2026-12-01T08:00:00Z"
    assert (meeting["title"], meeting["kind"], meeting["duration_min"]) == ("胸部会诊", "urgent", 45)
    assert (meeting["quorum"], meeting["call_link"]) == (3, "https://meeting.tencent.com/dm/abc")
    assert meeting["chair"]["id"] == home.id_of("chair")
    assert meeting["deputy"]["id"] == home.id_of("expert1")


def test_what_may_be_left_out(home: House) -> None:
    meeting = home.meeting()
    assert meeting["quorum"] == 2
    assert meeting["deputy"] is None
    for gone in ("title", "starts_at", "chair"):
        body = {"title": "x", "kind": "mdt", "starts_at": soon(), "duration_min": 60, "chair": home.id_of("chair")}
        del body[gone]
        assert home["coordinator"].call("POST", "/meetings", json=body).status_code == 422, gone


@pytest.mark.parametrize("change", [{"kind": "party"}, {"starts_at": "morgen"}, {"chair": UNKNOWN}, {"extra": 1}])
def test_what_is_refused(home: House, change: Any) -> None:
    body = {"title": "x", "kind": "mdt", "starts_at": soon(), "duration_min": 60, "chair": home.id_of("chair")}
    assert home["coordinator"].call("POST", "/meetings", json=body | change).status_code == 422


def test_only_a_coordinator_plans(home: House) -> None:
    body = {"title": "x", "kind": "mdt", "starts_at": soon(), "duration_min": 60, "chair": home.id_of("chair")}
    for who in ("county", "trainee", "qingxi_admin", "admin", "outsider"):
        assert home[who].call("POST", "/meetings", json=body).status_code == 403, who


def test_the_hard_gate(home: House) -> None:
    case, meeting = home.accepted(), home.meeting()
    path, body = f"/meetings/{meeting['id']}/agenda", {"case_id": case["id"], "minutes": 10}
    refused = home["coordinator"].refused(409, "POST", path, body)
    assert refused["code"] == "case.not_ready"
    assert set(refused["missing"]) == {"img_present"} | set(refused["missing"])
    answer = home["coordinator"].call("POST", path, json=body | {"override": {"reason": "急"}})
    assert answer.status_code == 201
    item = answer.json()
    assert set(item) >= {"id", "case_id", "room_id", "minutes", "position", "state", "missing"}
    assert item["case_id"] == case["id"]
    assert item["room_id"] == case["room_id"]
    assert (item["minutes"], item["position"]) == (10, 1)
    assert "img_present" in item["missing"]
    assert home["coordinator"].ok("GET", f"/cases/{case['id']}")["state"] == "scheduled"


def test_a_ready_case_needs_no_override(home: House) -> None:
    case, _batch = home.imaged
    home["coordinator"].ok("POST", f"/cases/{case['id']}/actions/accept", {})
    item = home["coordinator"].ok(
        "POST", f"/meetings/{home.meeting()['id']}/agenda", {"case_id": case["id"], "minutes": 15}
    )
    assert item["missing"] == []


def test_an_override_demands_a_reason(home: House) -> None:
    body = {"case_id": home.accepted()["id"], "minutes": 10, "override": {}}
    home["coordinator"].refused(422, "POST", f"/meetings/{home.meeting()['id']}/agenda", body)


def test_only_accepted_cases_and_each_once(home: House) -> None:
    meeting = home.meeting()
    path = f"/meetings/{meeting['id']}/agenda"
    body = {"minutes": 10, "override": {"reason": "急"}}
    home["coordinator"].refused(409, "POST", path, body | {"case_id": home.submitted()["id"]})
    home["coordinator"].refused(404, "POST", path, body | {"case_id": UNKNOWN})
    case = home.accepted()
    home.on_agenda(case, meeting)
    home["coordinator"].refused(409, "POST", path, body | {"case_id": case["id"]})


def test_changing_an_item(home: House) -> None:
    meeting = home.meeting()
    first, second = home.on_agenda(home.accepted(), meeting), home.on_agenda(home.accepted(), meeting)
    path = f"/meetings/{meeting['id']}/agenda"
    changed = home["coordinator"].ok("PATCH", f"{path}/{second['id']}", {"position": 1, "minutes": 20})
    assert (changed["position"], changed["minutes"]) == (1, 20)
    agenda = home["coordinator"].ok("GET", f"/meetings/{meeting['id']}")["agenda"]
    assert [each["id"] for each in agenda] == [second["id"], first["id"]]
    presenter = home["coordinator"].ok("PATCH", f"{path}/{first['id']}", {"presenter": home.id_of("county")})
    assert presenter["presenter"]["id"] == home.id_of("county")


def test_inviting_twice_changes_nothing(home: House) -> None:
    meeting = home.meeting()
    path = f"/meetings/{meeting['id']}/invitations"
    answer = home["coordinator"].call("POST", path, json={"person_ids": [home.id_of("expert1")]})
    assert answer.status_code == 200
    first = answer.json()["items"][0]
    assert set(first) >= {"id", "person", "state", "reason"}
    assert first["person"]["id"] == home.id_of("expert1")
    assert first["person"]["name"]
    assert first["state"] == "invited"
    home["expert1"].ok("POST", f"/invitations/{first['id']}/reply", {"answer": "accept"})
    both = home["coordinator"].ok("POST", path, {"person_ids": [home.id_of("expert1"), home.id_of("expert2")]})["items"]
    assert {each["person"]["id"]: each["state"] for each in both} == {
        home.id_of("expert1"): "accepted",
        home.id_of("expert2"): "invited",
    }
    assert first["id"] in [each["id"] for each in both]
    home["coordinator"].refused(422, "POST", path, {"person_ids": [UNKNOWN]})


def test_the_chair_has_access_once_named(home: House) -> None:
    case, meeting = home.accepted(), home.meeting(deputy=home.id_of("expert4"))
    assert home["chair"].call("GET", f"/cases/{case['id']}").status_code == 404
    home.on_agenda(case, meeting)
    for who in ("chair", "expert4"):
        assert home[who].ok("GET", f"/cases/{case['id']}")["summary"]
        assert home[who].ok("GET", f"/meetings/{meeting['id']}")["agenda"][0]["room_id"]


def test_what_an_invitation_shows_before_and_after_the_answer(home: House) -> None:
    case, meeting = home.accepted(), home.meeting()
    home.on_agenda(case, meeting)
    assert home["expert1"].call("GET", f"/cases/{case['id']}").status_code == 404
    invitations = home.invited(meeting, "expert1", "expert2")
    glimpse = home["expert1"].ok("GET", f"/cases/{case['id']}")
    assert glimpse["number"] == case["number"]
    assert glimpse["title"] == case["title"]
    assert glimpse["questions"]
    assert glimpse["hospital"]["name"]
    text = str(glimpse)
    assert "演示甲" not in text
    assert "QX0001" not in text
    assert not {"studies", "summary", "materials"} & {key for key, value in glimpse.items() if value}
    home["expert1"].refused(404, "GET", f"/rooms/{case['room_id']}")
    path = f"/invitations/{invitations['expert1']}/reply"
    assert home["expert1"].ok("POST", path, {"answer": "tentative"})["state"] == "tentative"
    home["expert1"].refused(404, "GET", f"/rooms/{case['room_id']}")
    assert home["expert1"].ok("POST", path, {"answer": "accept"})["state"] == "accepted"
    assert home["expert1"].ok("GET", f"/cases/{case['id']}")["patient"]["name"] == "演示甲"
    assert home["expert1"].ok("GET", f"/rooms/{case['room_id']}")
    assert home["expert1"].ok("POST", path, {"answer": "decline", "code": "busy"})["state"] == "declined"
    for gone in (f"/cases/{case['id']}", f"/rooms/{case['room_id']}"):
        home["expert1"].refused(404, "GET", gone)


@pytest.mark.parametrize("code", ["busy", "leave", "not_my_field", "conflict_of_interest", "time_clash"])
def test_declining_with_a_code_and_a_reason(home: House, code: str) -> None:
    meeting = home.meeting()
    invitation = home.invited(meeting, "expert3")["expert3"]
    body = {"answer": "decline", "code": code, "reason": "当天手术"}
    declined = home["expert3"].ok("POST", f"/invitations/{invitation}/reply", body)
    assert (declined["state"], declined["reason"]) == ("declined", "当天手术")
    items = home["coordinator"].ok("GET", f"/meetings/{meeting['id']}")["invitations"]
    assert items[0]["state"] == "declined"


def test_only_ones_own_invitation_can_be_answered(home: House) -> None:
    invitation = home.invited(home.meeting(), "expert3")["expert3"]
    home["outsider"].refused(404, "POST", f"/invitations/{invitation}/reply", {"answer": "accept"})
    home["expert3"].refused(422, "POST", f"/invitations/{invitation}/reply", {"answer": "maybe"})
    home["expert3"].refused(422, "POST", f"/invitations/{invitation}/reply", {"answer": "decline", "code": "lazy"})


def test_a_substitute(home: House) -> None:
    meeting = home.meeting()
    invitation = home.invited(meeting, "expert3")["expert3"]
    body = {"answer": "decline", "code": "busy", "substitute": home.id_of("expert4")}
    answer = home["expert3"].call("POST", f"/invitations/{invitation}/reply", json=body)
    assert answer.status_code in (200, 422)  # of the same specialty only


def test_the_calendar_file(home: House) -> None:
    meeting = home.meeting()
    home.on_agenda(home.accepted(), meeting)
    answer = home["coordinator"].call("GET", f"/meetings/{meeting['id']}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    for line in ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:", "SEQUENCE:", "TRIGGER:-PT15M", "METHOD:REQUEST"):
        assert line in text, line
    assert "MDT" in text
    assert "演示甲" not in text
    assert "结节" not in text
    first = next(line for line in text.splitlines() if line.startswith("SEQUENCE"))
    home["coordinator"].ok("PATCH", f"/meetings/{meeting['id']}", {"starts_at": soon(60)})
    again = home["coordinator"].ok("GET", f"/meetings/{meeting['id']}.ics").decode()
    second = next(line for line in again.splitlines() if line.startswith("SEQUENCE"))
    assert int(second.split(":")[1]) > int(first.split(":")[1])
    home["outsider"].refused(404, "GET", f"/meetings/{meeting['id']}.ics")
    page = home.raw("coordinator", "GET", f"/meetings/{meeting['id']}.ics")
    assert page.status_code in (200, 404)


def test_start_is_allowed_all_that_day_and_not_before(home: House) -> None:
    today = home.meeting(starts_at=soon(minutes=-60))
    assert home["coordinator"].ok("POST", f"/meetings/{today['id']}/start")["state"] == "live"
    refused = home["coordinator"].refused(409, "POST", f"/meetings/{today['id']}/start")
    assert "end" in refused["allowed"]
    later = home.meeting(starts_at=soon(minutes=3 * 24 * 60))
    home["coordinator"].refused(409, "POST", f"/meetings/{later['id']}/start")
    assert home["coordinator"].ok("POST", f"/meetings/{today['id']}/end")["state"] == "ended"
    home["coordinator"].refused(409, "POST", f"/meetings/{today['id']}/end")


def test_a_clash_is_shown_never_refused(home: House) -> None:
    moment = soon(minutes=2 * 24 * 60)
    first, second = home.meeting(starts_at=moment), home.meeting(starts_at=moment)
    for each in (first, second):
        home.invited(each, "expert2")
    clashes = home["coordinator"].ok("GET", f"/meetings/{second['id']}")["clashes"]
    assert clashes


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("decided", "discussed"), ("again", "accepted"), ("deferred", "accepted"), ("not_reached", "accepted")],
)
def test_finishing_an_item(home: House, outcome: str, state: str) -> None:
    case, meeting = home.accepted(), home.meeting()
    item = home.on_agenda(case, meeting)
    path = f"/meetings/{meeting['id']}/agenda/{item['id']}"
    home["chair"].ok("POST", f"/meetings/{meeting['id']}/start")
    assert home["chair"].ok("POST", f"{path}/start")["state"] == "running"
    assert home["county"].ok("GET", f"/cases/{case['id']}")["state"] == "discussing"
    finished = home["chair"].call("POST", f"{path}/finish", json={"outcome": outcome, "reason": "缺薄层"})
    assert finished.status_code == 200
    assert finished.json()["state"] == "finished"
    assert home["county"].ok("GET", f"/cases/{case['id']}")["state"] == state
    home["chair"].refused(409, "POST", f"{path}/finish", {"outcome": "decided"})
    home["chair"].refused(422, "POST", f"{path}/finish", {"outcome": "won"})


def test_deferred_needs_no_reason(home: House) -> None:
    case, meeting = home.accepted(), home.meeting()
    item = home.on_agenda(case, meeting)
    path = f"/meetings/{meeting['id']}/agenda/{item['id']}"
    home["coordinator"].ok("POST", f"/meetings/{meeting['id']}/start")
    home["coordinator"].ok("POST", f"{path}/start")
    home["coordinator"].ok("POST", f"{path}/finish", {"outcome": "deferred"})


def test_nobody_else_runs_it(home: House) -> None:
    case, meeting = home.accepted(), home.meeting()
    item = home.on_agenda(case, meeting)
    home.invited(meeting, "expert1")
    for who, status in (("outsider", 404), ("expert1", 403)):
        home[who].refused(status, "POST", f"/meetings/{meeting['id']}/start")
        home[who].refused(status, "POST", f"/meetings/{meeting['id']}/agenda/{item['id']}/start")
