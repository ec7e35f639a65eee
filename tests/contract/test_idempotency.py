"""§5: `Idempotency-Key` on any POST, `version` and `If-Match`, PATCH by RFC 7396."""

from typing import Any

import pytest

from tests.contract.acts import FULL, House, new_key


def keyed(home: House, who: str, path: str, key: str, body: object = None) -> Any:
    return home[who].call("POST", path, json=body, headers={"Idempotency-Key": key})


def test_the_repeat_gets_the_first_answer(home: House) -> None:
    key = new_key()
    first, again = keyed(home, "county", "/cases", key, FULL), keyed(home, "county", "/cases", key, FULL)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()


def test_another_body_is_422(home: House) -> None:
    key = new_key()
    assert keyed(home, "county", "/cases", key, FULL).status_code == 201
    refused = keyed(home, "county", "/cases", key, FULL | {"title": "另一个"})
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_the_same_key_of_another_person_is_another_request(home: House) -> None:
    key = new_key()
    one, two = keyed(home, "county", "/cases", key, {}), keyed(home, "county2", "/cases", key, {})
    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json()["id"] != two.json()["id"]


def test_a_refused_request_may_be_sent_again(home: House) -> None:
    key, case = new_key(), home.draft(summary="")
    path = f"/cases/{case['id']}/actions/submit"
    assert keyed(home, "county", path, key, {}).status_code == 422
    home["county"].ok("PATCH", f"/cases/{case['id']}", {"summary": "补写"})
    assert keyed(home, "county", path, key, {}).status_code == 200
    assert keyed(home, "county", path, key, {}).json()["state"] == "submitted"


def test_actions_meetings_invitations_take_a_key(home: House) -> None:
    case, key = home.submitted(), new_key()
    path = f"/cases/{case['id']}/actions/accept"
    assert keyed(home, "coordinator", path, key, {}).status_code == 200
    assert keyed(home, "coordinator", path, key, {}).status_code == 200
    meeting, add = home.meeting(), new_key()
    body = {"case_id": case["id"], "minutes": 10, "override": {"reason": "急"}}
    agenda = f"/meetings/{meeting['id']}/agenda"
    first, again = keyed(home, "coordinator", agenda, add, body), keyed(home, "coordinator", agenda, add, body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    start = new_key()
    for _ in range(2):
        assert keyed(home, "coordinator", f"/meetings/{meeting['id']}/start", start).status_code == 200


def test_a_file_takes_a_key(home: House) -> None:
    case, key = home.draft(), new_key()
    path, headers = f"/cases/{case['id']}/materials", {"Idempotency-Key": key}

    def attach(content: bytes) -> Any:
        file = {"file": ("报告.pdf", content, "application/pdf")}
        return home["county"].call("POST", path, data={"kind": "report"}, files=file, headers=headers)

    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    first, again = attach(pdf), attach(pdf)
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    assert attach(pdf + b"%more\n").status_code == 422
    assert len(home["county"].ok("GET", f"/cases/{case['id']}")["materials"]) == 1


def test_a_batch_close_takes_a_key(home: House) -> None:
    _case, batch = home.imaged
    key = new_key()
    for _ in range(2):
        assert keyed(home, "county", f"/batches/{batch['id']}/close", key).status_code == 200


@pytest.mark.parametrize("key", ["not-a-uuid", "x" * 200])
def test_a_key_that_is_no_uuid(home: House, key: str) -> None:
    assert keyed(home, "county", "/cases", key, {}).status_code in (201, 400, 422)


def test_what_people_edit_carries_its_version(home: House) -> None:
    case = home.draft()
    changed = home["county"].ok("PATCH", f"/cases/{case['id']}", {"title": "新题"})
    assert changed["version"] == case["version"] + 1
    meeting = home.meeting()
    assert isinstance(meeting["version"], int)


def test_if_match_refuses_a_lost_update(home: House) -> None:
    case = home.draft()
    path, headers = f"/cases/{case['id']}", {"If-Match": f'"{case["version"]}"'}
    assert home["county"].call("PATCH", path, json={"title": "甲"}, headers=headers).status_code == 200
    stale = home["county"].call("PATCH", path, json={"title": "乙"}, headers=headers)
    assert stale.status_code == 412
    assert stale.json()["code"] == "stale"
    assert home["county"].ok("GET", path)["title"] == "甲"
    assert home["county"].call("PATCH", path, json={"title": "乙"}).status_code == 200


def test_the_version_is_also_an_etag(home: House) -> None:
    case = home.draft()
    answer = home["county"].call("GET", f"/cases/{case['id']}")
    assert answer.headers["ETag"] == f'"{case["version"]}"'


def test_if_match_on_meeting_consensus_and_task(home: House) -> None:
    meeting = home.meeting()
    stale = {"If-Match": '"0"'}
    answer = home["coordinator"].call("PATCH", f"/meetings/{meeting['id']}", json={"title": "改"}, headers=stale)
    assert answer.status_code == 412
    made = home.concluded
    task = home["county"].ok("GET", f"/cases/{made.case_id}")["tasks"][0]
    if task["state"] == "open":
        answer = home["county"].call("POST", f"/tasks/{task['id']}/done", json={}, headers=stale)
        assert answer.status_code == 412


def test_patch_merges_and_null_empties(home: House) -> None:
    case = home.draft()
    changed = home["county"].ok("PATCH", f"/cases/{case['id']}", {"patient": {"local_id": "QX9"}})
    assert changed["patient"]["name"] == "演示甲"
    assert changed["patient"]["local_id"] == "QX9"
    assert not home["county"].ok("PATCH", f"/cases/{case['id']}", {"diagnosis": None})["diagnosis"]


def test_a_list_is_replaced_whole_and_a_known_id_keeps_its_element(home: House) -> None:
    case = home.draft(questions=[{"text": "第一问是什么？"}, {"text": "第二问是什么？"}])
    first, second = case["questions"]
    body = {"questions": [{"id": second["id"], "text": "第二问改了"}, {"text": "第三问是什么？"}]}
    changed = home["county"].ok("PATCH", f"/cases/{case['id']}", body)["questions"]
    assert [each["text"] for each in changed] == ["第二问改了", "第三问是什么？"]
    assert changed[0]["id"] == second["id"]
    assert changed[1]["id"] not in (first["id"], second["id"])
