"""§5 cases and readiness; domain.md §2 (the ten keys), §3 (states, demands, codes)."""

from typing import Any

import pytest

from tests.contract.acts import FULL, House

TEN = {
    "identity",
    "demographics",
    "question",
    "summary",
    "working_dx",
    "consent",
    "agreement",
    "img_present",
    "img_readable",
    "img_complete",
}
MUSTS = {"demographics", "question", "summary", "consent", "agreement", "img_present", "img_readable"}
FIELDS = {
    "id",
    "number",
    "state",
    "version",
    "title",
    "patient",
    "hospital",
    "requester",
    "summary",
    "diagnosis",
    "questions",
    "urgency",
    "consent",
    "studies",
    "materials",
    "room_id",
    "readiness",
    "documents",
    "consensus",
    "tasks",
    "outcome",
    "allowed",
}


def act(home: House, who: str, case: Any, action: str, body: object = None, status: int = 200) -> Any:
    answer = home[who].call("POST", f"/cases/{case['id']}/actions/{action}", json=body if body is not None else {})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_draft_may_miss_anything(home: House) -> None:
    case = home["county"].ok("POST", "/cases", {})
    assert case["state"] == "draft"
    assert set(case) >= FIELDS
    assert case["room_id"] is None
    assert case["outcome"] is None
    assert "edit" in case["allowed"] or "submit" in case["allowed"]


def test_a_case_is_as_it_was_posted(home: House) -> None:
    case = home.draft()
    assert case["patient"]["birth_date"] == "1977-03-08"
    assert set(case["patient"]) >= {"name", "sex", "birth_date", "local_id"}
    assert case["title"] == FULL["title"]
    assert case["hospital"]["name"] == "青溪县人民医院"
    assert case["requester"]["id"] == home.id_of("county")
    assert case["questions"][0]["text"]
    assert case["questions"][0]["id"]
    assert case["urgency"] == "routine"
    assert case["consent"] == {"given": True, "by": "本人", "at": "2026-11-20"}
    assert all(isinstance(case[key], str) for key in ("id", "number", "summary", "diagnosis"))


def test_age_instead_of_a_birth_date(home: House) -> None:
    case = home.draft(patient={"name": "演示乙", "sex": "M", "age": 56, "local_id": "1"})
    assert case["patient"]["age"] == 56
    assert case["patient"]["birth_date"] is None


@pytest.mark.parametrize("sex", ["M", "F", "O"])
@pytest.mark.parametrize("urgency", ["routine", "urgent", "emergency"])
def test_words_of_sex_and_urgency(home: House, sex: str, urgency: str) -> None:
    case = home.draft(patient={"sex": sex}, urgency=urgency)
    assert (case["patient"]["sex"], case["urgency"]) == (sex, urgency)


def test_the_ten_readiness_items(home: House) -> None:
    readiness = home["county"].ok("POST", "/cases", {})["readiness"]
    assert {item["key"] for item in readiness["items"]} >= TEN
    assert 0 <= readiness["score"] <= 100
    for item in readiness["items"]:
        assert set(item) >= {"key", "ok", "level", "verdict", "weight", "detail", "mend"}
        assert item["level"] in ("must", "should", "nice")
        assert item["verdict"] in ("ok", "warn", "missing", "n/a")
        assert item["weight"] == {"must": 3, "should": 1, "nice": 0.5}[item["level"]]
        assert item["ok"] == (item["verdict"] in ("ok", "n/a")) or item["verdict"] == "warn"
    by_key = {item["key"]: item for item in readiness["items"]}
    assert {key for key in TEN if by_key[key]["level"] == "must"} == MUSTS
    assert {"question", "summary", "consent", "demographics", "img_present"} <= {
        key for key in TEN if by_key[key]["verdict"] == "missing"
    }


def test_readiness_follows_the_text(home: House) -> None:
    items = {item["key"]: item for item in home.draft()["readiness"]["items"]}
    for key in ("demographics", "question", "summary", "working_dx", "consent", "agreement"):
        assert items[key]["verdict"] == "ok", key
    short = home.draft(questions=[{"text": "请会诊"}], consent={"given": True, "by": "", "at": None})
    items = {item["key"]: item for item in short["readiness"]["items"]}
    assert not items["question"]["ok"]
    assert not items["consent"]["ok"]


def test_submitting_is_soft(home: House) -> None:
    case = home["county"].ok("POST", "/cases", {"questions": [{"text": "?"}], "summary": "短"})
    submitted = act(home, "county", case, "submit")
    assert submitted["state"] == "submitted"
    assert submitted["room_id"]
    assert any(item["verdict"] == "missing" for item in submitted["readiness"]["items"])


def test_submitting_demands_question_and_summary(home: House) -> None:
    case = home["county"].ok("POST", "/cases", {})
    refused = act(home, "county", case, "submit", status=422)
    assert {"questions", "summary"} <= set(refused["fields"])


def test_returned_item_by_item_and_sent_again(home: House) -> None:
    case = home.submitted()
    act(home, "coordinator", case, "return", {"items": []}, 422)
    items = [{"key": "summary", "text": "补既往史"}, {"key": "img_thin", "text": "传薄层"}]
    assert act(home, "coordinator", case, "return", {"items": items})["state"] == "returned"
    answers = {"answers": [{"key": "summary", "done": True, "note": "已补"}]}
    assert act(home, "county", case, "resubmit", answers)["state"] == "submitted"
    act(home, "coordinator", case, "return", {"items": items})
    answer = home["county"].call("POST", f"/cases/{case['id']}/actions/resubmit")
    assert answer.status_code == 200, answer.text


def test_submit_is_for_drafts_resubmit_for_returned(home: House) -> None:
    case = home.draft()
    assert act(home, "county", case, "resubmit", status=409)["allowed"] == sorted(case["allowed"])


def test_accepting_with_route_and_specialties(home: House) -> None:
    case = home.submitted()
    body = {"route": "written", "specialties": ["影像", "胸外"]}
    accepted = act(home, "coordinator", case, "accept", body)
    assert accepted["state"] == "accepted"
    assert home["coordinator"].call("POST", f"/cases/{home.submitted()['id']}/actions/accept").status_code == 200
    act(home, "coordinator", home.submitted(), "accept", {"route": "phone"}, 422)


@pytest.mark.parametrize("code", ["out_of_scope", "incomplete", "duplicate", "refer_directly", "no_agreement"])
def test_declining_codes(home: House, code: str) -> None:
    assert (
        act(home, "coordinator", home.submitted(), "decline", {"code": code, "reason": "说明"})["state"] == "declined"
    )


def test_declining_demands_code_and_text(home: House) -> None:
    case = home.accepted()
    act(home, "coordinator", case, "decline", {"code": "busy", "reason": "x"}, 422)
    act(home, "coordinator", case, "decline", {"code": "duplicate"}, 422)
    assert act(home, "coordinator", case, "decline", {"code": "duplicate", "reason": "x"})["state"] == "declined"


@pytest.mark.parametrize("code", ["material", "people", "time", "technical"])
def test_postponing(home: House, code: str) -> None:
    case, meeting = home.accepted(), home.meeting()
    home.on_agenda(case, meeting)
    assert home["coordinator"].ok("GET", f"/cases/{case['id']}")["state"] == "scheduled"
    who = "chair" if code == "time" else "coordinator"
    assert act(home, who, case, "postpone", {"code": code})["state"] == "accepted"
    assert home["coordinator"].ok("GET", f"/meetings/{meeting['id']}")["agenda"] == []


def test_withdrawing_with_a_reason_before_it_is_concluded(home: House) -> None:
    for case in (home.draft(), home.submitted(), home.accepted()):
        act(home, "county", case, "withdraw", {}, 422)
        assert act(home, "county", case, "withdraw", {"reason": "已转院"})["state"] == "withdrawn"
        act(home, "county", case, "withdraw", {"reason": "again"}, 409)
    concluded = {"id": home.concluded.case_id}
    act(home, "county", concluded, "withdraw", {"reason": "x"}, 409)


def test_who_may_do_what(home: House) -> None:
    case = home.submitted()
    for who in ("outsider", "county2", "trainee", "qingxi_admin", "admin", "expert1", "township"):
        assert home[who].call("GET", f"/cases/{case['id']}").status_code == 404, who
        act(home, who, case, "accept", {}, 404)
    act(home, "county", case, "accept", {}, 403)
    act(home, "coordinator", case, "withdraw", {"reason": "x"}, 403)
    assert home["coordinator"].call("GET", f"/cases/{home.draft()['id']}").status_code == 404


def test_who_may_post(home: House) -> None:
    for who, status in (("county", 201), ("township", 201), ("qingxi_admin", 403), ("admin", 403), ("trainee", 403)):
        assert home[who].call("POST", "/cases", json={}).status_code == status, who


def test_the_list_by_state_words_and_mine(home: House) -> None:
    case = home.submitted(title="罕见的标题甲乙丙")
    assert case["id"] in [each["id"] for each in home["coordinator"].ok("GET", "/cases?state=submitted")["items"]]
    states = {each["state"] for each in home["coordinator"].ok("GET", "/cases?state=submitted")["items"]}
    assert states == {"submitted"}
    for words in ("罕见的标题", case["number"], "演示甲", "yanshijia"):
        found = [each["id"] for each in home["county"].ok("GET", f"/cases?q={words}&limit=200")["items"]]
        assert case["id"] in found, words
    assert case["id"] in [each["id"] for each in home["county"].ok("GET", "/cases?mine=1&limit=200")["items"]]
    assert home["county"].call("GET", "/cases?state=nonsense").status_code == 422


def test_materials(home: House) -> None:
    case = home.draft()
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    for kind in ("report", "lab", "pathology", "consent"):
        answer = home["county"].call(
            "POST", f"/cases/{case['id']}/materials", data={"kind": kind}, files={"file": ("a.pdf", pdf)}
        )
        assert answer.status_code == 201, answer.text
        assert answer.json()["kind"] == kind
        assert answer.json()["id"]
    path = f"/cases/{case['id']}/materials"
    assert home["county"].call("POST", path, data={"kind": "x"}, files={"file": ("a.pdf", pdf)}).status_code == 422
    assert home["county"].call("POST", path, data={"kind": "report"}).status_code == 422
    unsafe = {"file": ("a.exe", b"MZ" + bytes(100))}
    assert home["county"].call("POST", path, data={"kind": "report"}, files=unsafe).status_code in (415, 422)
    assert len(home["county"].ok("GET", f"/cases/{case['id']}")["materials"]) == 4


def test_timeline_and_audit(home: House) -> None:
    case = home.accepted()
    rows = home["county"].ok("GET", f"/cases/{case['id']}/timeline")["items"]
    for row in rows:
        assert set(row) >= {"id", "at", "person", "action", "object", "outcome"}
        assert set(row["person"]) >= {"id", "name"}
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    audit = home["county"].ok("GET", f"/audit?object={case['id']}")["items"]
    assert set(audit[0]) >= {"id", "at", "person", "action", "object", "outcome"}
    assert home["qingxi_admin"].ok("GET", f"/audit?object={case['id']}")["items"]
    for who in ("outsider", "coordinator", "expert1", "county2", "admin", "trainee"):
        assert home[who].call("GET", f"/audit?object={case['id']}").status_code in (403, 404), who
    assert home["outsider"].call("GET", f"/audit?object={case['id']}").status_code == 404


def test_close_demands_answers_and_reopen_asks_anew(home: House) -> None:
    made = home.discussed()
    home.issued(made)
    case = home["county"].ok("GET", f"/cases/{made.case_id}")
    assert case["state"] == "follow_up"
    act(home, "county", case, "close", {"reason": "完成"}, 409)
    task = case["tasks"][0]
    home["county"].ok("POST", f"/tasks/{task['id']}/done", {})
    act(home, "county", case, "close", {"reason": "完成"}, 409)
    home["county"].ok("POST", f"/cases/{case['id']}/outcome", {"text": "好", "status": "lost", "on": "2026-11-20"})
    assert act(home, "county", case, "close", {"reason": "完成"})["state"] == "closed"
    act(home, "county", case, "reopen", {}, 422)
    again = act(home, "county", case, "reopen", {"question": "复查后如何处理？"})
    assert again["state"] == "accepted"
    assert again["number"] == case["number"]
