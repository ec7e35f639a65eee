"""§5 tasks and outcome; reason codes of domain.md §5."""

from typing import Any

import pytest

from tests.contract.acts import UNKNOWN, House

CODES = [
    "patient_choice",
    "circumstances",
    "no_show",
    "condition_unmet",
    "died",
    "comorbidity_new",
    "comorbidity_missed",
    "new_information",
    "no_resource",
    "cost",
    "clinician",
    "referred",
    "other",
]
STATUSES = ["cured", "improved", "stable", "worse", "died", "lost", "unknown"]


@pytest.fixture(scope="module")
def case(home: House) -> Any:
    """An issued opinion with a task for the team per reason code, two more, and one for expert1."""
    made = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
    wanted: list[dict[str, object]] = [
        {"text": f"建议{n}", "owner": "requesting_team", "due": "2026-12-20", "urgency": "routine"}
        for n in range(len(CODES) + 2)
    ]
    wanted.append({"text": "复核", "owner": home.id_of("expert1"), "due": "2026-12-24", "urgency": "urgent"})
    home["chair"].ok("PUT", f"/consensus/{draft['id']}", home.text(made, recommendations=wanted))
    proposed = home["chair"].ok("POST", f"/consensus/{draft['id']}/propose", {})
    for who in ("expert1", "expert2", "chair"):
        home.sign(who, proposed)
    home["chair"].ok("POST", f"/consensus/{draft['id']}/issue")
    return home["county"].ok("GET", f"/cases/{made.case_id}")


def open_task(home: House, case: Any) -> Any:
    tasks = home["county"].ok("GET", f"/cases/{case['id']}")["tasks"]
    return next(each for each in tasks if each["state"] == "open" and each["owner"] == "requesting_team")


def test_a_task_as_the_contract_has_it(home: House, case: Any) -> None:
    tasks = case["tasks"]
    assert set(tasks[0]) >= {"id", "case_id", "text", "owner", "due", "state", "reason_code", "note", "version"}
    assert (tasks[0]["case_id"], tasks[0]["due"], tasks[0]["state"]) == (case["id"], "2026-12-20", "open")
    assert tasks[0]["owner"] == "requesting_team"
    assert tasks[-1]["owner"] == home.id_of("expert1")
    assert tasks[-1]["owner_name"] == home["expert1"].person["name"]
    assert tasks[0]["reason_code"] is None
    assert isinstance(tasks[0]["version"], int)


def test_mine(home: House, case: Any) -> None:
    mine = [
        each for each in home["county"].ok("GET", "/tasks?mine=1&limit=200")["items"] if each["case_id"] == case["id"]
    ]
    assert mine
    assert {each["owner"] for each in mine} == {"requesting_team"}
    his = [
        each for each in home["expert1"].ok("GET", "/tasks?mine=1&limit=200")["items"] if each["case_id"] == case["id"]
    ]
    assert [each["owner"] for each in his] == [home.id_of("expert1")]
    for who in ("outsider", "county2", "admin"):
        assert case["id"] not in [each["case_id"] for each in home[who].ok("GET", "/tasks?limit=200")["items"]]


def test_done(home: House, case: Any) -> None:
    task = open_task(home, case)
    done = home["county"].ok("POST", f"/tasks/{task['id']}/done", {"note": "已就诊", "done_on": "2026-11-20"})
    assert (done["state"], done["note"], done["done_on"]) == ("done", "已就诊", "2026-11-20")
    assert done["version"] > task["version"]
    refused = home["county"].refused(409, "POST", f"/tasks/{task['id']}/done", {})
    assert "allowed" in refused
    without = open_task(home, case)
    assert home["county"].ok("POST", f"/tasks/{without['id']}/done")["state"] == "done"


@pytest.mark.parametrize("code", CODES)
def test_not_done_with_each_code(home: House, case: Any, code: str) -> None:
    task = open_task(home, case)
    body = {"reason_code": code, "note": "说明"}
    kept = home["county"].ok("POST", f"/tasks/{task['id']}/not-done", body)
    assert (kept["state"], kept["reason_code"], kept["note"]) == ("not_done", code, "说明")


def test_a_code_is_compulsory_and_other_needs_words(home: House) -> None:
    made = home.discussed()
    home.issued(made)
    task = home["county"].ok("GET", f"/cases/{made.case_id}")["tasks"][0]
    for body in ({}, {"reason_code": "nonsense"}, {"reason_code": "other"}):
        home["county"].refused(422, "POST", f"/tasks/{task['id']}/not-done", body)
    home["outsider"].refused(404, "POST", f"/tasks/{task['id']}/done", {})
    home["outsider"].refused(404, "POST", f"/tasks/{UNKNOWN}/done", {})
    home["expert2"].refused(403, "POST", f"/tasks/{task['id']}/done", {})


@pytest.mark.parametrize("status", STATUSES)
def test_an_outcome(home: House, case: Any, status: str) -> None:
    path = f"/cases/{case['id']}/outcome"
    body = {"text": "术后恢复好", "pathology": "微浸润腺癌", "status": status, "on": "2026-11-20"}
    answer = home["county"].call("POST", path, json=body)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in body} == body
    seen = home["expert1"].ok("GET", f"/cases/{case['id']}")["outcome"]
    assert seen["status"] == status


def test_outcomes_refused(home: House, case: Any) -> None:
    path = f"/cases/{case['id']}/outcome"
    home["county"].refused(422, "POST", path, {"text": "x", "status": "fine", "on": "2026-11-20"})
    home["county"].refused(422, "POST", path, {"text": "x", "status": "cured"})
    home["expert1"].refused(403, "POST", path, {"text": "x", "status": "cured", "on": "2026-11-20"})
    home["outsider"].refused(404, "POST", path, {"text": "x", "status": "cured", "on": "2026-11-20"})
    early = home.submitted()
    body = {"text": "x", "status": "cured", "on": "2026-11-20"}
    home["county"].refused(409, "POST", f"/cases/{early['id']}/outcome", body)
