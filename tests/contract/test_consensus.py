"""§5 consensus, documents, verify; domain.md §5."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.contract.acts import PASSWORD, UNKNOWN, House

FIELDS = {
    "id",
    "state",
    "version",
    "edition",
    "fingerprint",
    "signatures",
    "signers_missing",
    "diagnosis",
    "answers",
    "recommendations",
    "narrative",
    "key_images",
}


def test_a_draft_is_made_once(home: House) -> None:
    made = home.discussed()
    first = home["chair"].call("POST", f"/cases/{made.case_id}/consensus")
    again = home["expert1"].call("POST", f"/cases/{made.case_id}/consensus")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    draft = first.json()
    assert set(draft) >= FIELDS
    assert (draft["state"], draft["edition"], draft["signatures"]) == ("draft", 1, [])
    card = home["county"].ok("GET", f"/cases/{made.case_id}")["consensus"][0]
    assert set(card) >= {"id", "state", "edition"}


def test_an_empty_json_body_will_do(home: House) -> None:
    made = home.discussed()
    assert home["chair"].call("POST", f"/cases/{made.case_id}/consensus", json={}).status_code == 201


def test_writing_and_reading_back(home: House) -> None:
    made = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
    body = home.text(made)
    body["recommendations"].append(
        {"text": "同步复核病理", "owner": home.id_of("expert1"), "due": "2026-12-24", "urgency": "urgent"}
    )
    body["answers"] = [{"question_id": made.questions[0], "text": "", "cannot_answer_because": "缺薄层"}]
    kept = home["expert1"].ok("PUT", f"/consensus/{draft['id']}", body)
    assert kept["version"] > draft["version"]
    assert kept["diagnosis"] == body["diagnosis"]
    assert kept["narrative"] == body["narrative"]
    assert kept["answers"][0]["cannot_answer_because"] == "缺薄层"
    for sent, got in zip(body["recommendations"], kept["recommendations"], strict=True):
        assert {name: got[name] for name in sent} == sent
    assert home["chair"].ok("GET", f"/consensus/{draft['id']}") == kept | {
        key: value for key, value in home["chair"].ok("GET", f"/consensus/{draft['id']}").items() if key == "allowed"
    }


def test_what_a_draft_may_not_hold(home: House) -> None:
    made = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
    path = f"/consensus/{draft['id']}"
    for wrong in (
        {"answers": [{"question_id": UNKNOWN, "text": "x"}]},
        {"recommendations": [{"text": "x", "owner": UNKNOWN, "due": None, "urgency": "routine"}]},
        {"verdict": "x"},
    ):
        home["chair"].refused(422, "PUT", path, home.text(made) | wrong)
    home["county"].refused(403, "PUT", path, home.text(made))
    home["outsider"].refused(404, "PUT", path, home.text(made))
    home["outsider"].refused(404, "GET", path)


def test_every_question_must_be_answered_to_propose(home: House) -> None:
    made = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
    home["chair"].ok("PUT", f"/consensus/{draft['id']}", home.text(made, answers=[]))
    home["chair"].refused(422, "POST", f"/consensus/{draft['id']}/propose", {})


def test_proposing_freezes_with_a_day_to_answer(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    assert proposed["state"] == "proposed"
    assert len(proposed["fingerprint"]) == 64
    deadline = datetime.fromisoformat(proposed["deadline"])
    assert abs(deadline - datetime.now(UTC) - timedelta(hours=24)) < timedelta(minutes=5)
    missing = {each["id"] for each in proposed["signers_missing"]}
    assert missing == {home.id_of(name) for name in ("chair", "expert1", "expert2")}
    home["chair"].refused(409, "POST", f"/consensus/{proposed['id']}/propose", {})


def test_proposing_with_a_deadline_and_without_a_body(home: House) -> None:
    made = home.discussed()
    moment = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert home.proposed(made, deadline=moment)["deadline"].startswith(moment[:19])
    other = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{other.case_id}/consensus")
    home["chair"].ok("PUT", f"/consensus/{draft['id']}", home.text(other))
    assert home["chair"].ok("POST", f"/consensus/{draft['id']}/propose")["state"] == "proposed"


def test_a_put_on_a_proposed_text_returns_it_to_draft(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    home.sign("expert1", proposed)
    back = home["chair"].ok("PUT", f"/consensus/{proposed['id']}", home.text(made, narrative="改写"))
    assert back["state"] == "draft"
    assert not back["fingerprint"]
    assert back["signatures"] == []
    again = home["chair"].ok("POST", f"/consensus/{proposed['id']}/propose", {})
    assert again["fingerprint"] != proposed["fingerprint"]
    assert again["signatures"] == []
    body = {"fingerprint": proposed["fingerprint"], "stance": "agree"}
    refused = home["expert1"].refused(409, "POST", f"/consensus/{proposed['id']}/sign", body)
    assert refused["code"] == "text_changed"


@pytest.mark.parametrize("stance", ["agree_with_reservation", "dissent", "abstain"])
def test_anything_but_agree_needs_text_before_text_changed(home: House, stance: str) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    path = f"/consensus/{proposed['id']}/sign"
    home["expert1"].refused(422, "POST", path, {"fingerprint": "0" * 64, "stance": stance})
    signed = home.sign("expert1", proposed, stance, text="建议先复查")
    mine = signed["signatures"][0]
    assert mine["person"]["id"] == home.id_of("expert1")
    assert (mine["stance"], mine["text"]) == (stance, "建议先复查")
    home["expert1"].refused(422, "POST", path, {"fingerprint": proposed["fingerprint"], "stance": "maybe"})


def test_confirm_may_be_left_out_soon_after_signing_in(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    home.sign("expert1", proposed)
    signed = home.sign("expert2", proposed, confirm={"password": PASSWORD})
    assert len(signed["signatures"]) == 2


def test_a_wrong_password_does_not_sign(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    body = {"fingerprint": proposed["fingerprint"], "stance": "agree", "confirm": {"password": "wrong"}}
    answer = home["expert1"].call("POST", f"/consensus/{proposed['id']}/sign", json=body)
    assert answer.status_code in (403, 422)
    assert home["expert1"].ok("GET", f"/consensus/{proposed['id']}")["signatures"] == []


def test_a_token_cannot_sign_without_a_password(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    token = home["expert1"].ok("POST", "/me/tokens", {"name": "签", "scopes": ["read", "write"]})["token"]
    program = {"Authorization": f"Bearer {token}"}
    address = f"{home.url}/api/v1/consensus/{proposed['id']}/sign"
    body: dict[str, Any] = {"fingerprint": proposed["fingerprint"], "stance": "agree"}
    refused = requests.post(address, json=body, headers=program, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (403, "confirm_required")
    changed = requests.post(address, json=body | {"fingerprint": "0" * 64}, headers=program, timeout=10)
    assert changed.json()["code"] == "text_changed"
    confirmed = body | {"confirm": {"password": PASSWORD}}
    assert requests.post(address, json=confirmed, headers=program, timeout=10).status_code == 200


def test_who_signs(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    body = {"fingerprint": proposed["fingerprint"], "stance": "agree"}
    path = f"/consensus/{proposed['id']}/sign"
    home["county"].refused(403, "POST", path, body)
    home["coordinator"].refused(403, "POST", path, body)
    home["outsider"].refused(404, "POST", path, body)
    home["expert3"].refused(404, "POST", path, body)


def test_unsigning_and_signing_again(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    home.sign("expert1", proposed)
    back = home["expert1"].ok("POST", f"/consensus/{proposed['id']}/unsign")
    assert back["signatures"] == []
    assert home.id_of("expert1") in {each["id"] for each in back["signers_missing"]}
    home["expert1"].refused(409, "POST", f"/consensus/{proposed['id']}/unsign")


def test_issue_when_all_asked_have_a_stance(home: House) -> None:
    made = home.discussed()
    proposed = home.proposed(made)
    path = f"/consensus/{proposed['id']}/issue"
    home.sign("chair", proposed)
    home.sign("expert1", proposed)
    home["chair"].refused(409, "POST", path)
    home.sign("expert2", proposed, "dissent", text="先复查")
    home["expert1"].refused(403, "POST", path)
    issued = home["chair"].ok("POST", path)
    assert issued["state"] == "issued"
    case = home["county"].ok("GET", f"/cases/{made.case_id}")
    assert case["state"] == "follow_up"
    document = case["documents"][0]
    assert set(document) >= {"id", "kind", "number", "edition", "verify_code", "pdf"}
    assert document["edition"] == 1
    item = home["coordinator"].ok("GET", f"/meetings/{made.meeting}")["agenda"][0]
    assert (item["state"], item["outcome"]) == ("finished", "decided")
    assert len(case["tasks"]) == 1
    home["chair"].refused(409, "PUT", f"/consensus/{proposed['id']}", home.text(made))
    home["expert1"].refused(409, "POST", f"/consensus/{proposed['id']}/unsign")


def test_issue_when_quorum_is_reached_and_the_deadline_passed(home: House) -> None:
    made = home.discussed()
    moment = (datetime.now(UTC) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    proposed = home.proposed(made, deadline=moment)
    home.sign("chair", proposed)
    home.sign("expert1", proposed)
    time.sleep(3.2)
    assert home["chair"].ok("POST", f"/consensus/{proposed['id']}/issue")["state"] == "issued"


def test_without_recommendations_the_case_is_concluded(home: House) -> None:
    made = home.discussed()
    draft = home["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
    home["chair"].ok("PUT", f"/consensus/{draft['id']}", home.text(made, recommendations=[]))
    proposed = home["chair"].ok("POST", f"/consensus/{draft['id']}/propose", {})
    for who in ("expert1", "expert2", "chair"):
        home.sign(who, proposed)
    home["chair"].ok("POST", f"/consensus/{draft['id']}/issue")
    assert home["county"].ok("GET", f"/cases/{made.case_id}")["state"] == "concluded"


def test_amending_makes_the_next_edition(home: House) -> None:
    made = home.discussed()
    issued = home.issued(made)
    path = f"/consensus/{issued['id']}/amend"
    home["chair"].refused(422, "POST", path, {})
    answer = home["chair"].call("POST", path, json={"reason": "补充病理"})
    assert answer.status_code == 201
    draft = answer.json()
    assert (draft["state"], draft["edition"]) == ("draft", 2)
    assert draft["diagnosis"] == issued["diagnosis"]
    code = home["county"].ok("GET", f"/cases/{made.case_id}")["documents"][0]["verify_code"]
    assert verified(home, code)["state"] == "genuine"
    proposed = home["chair"].ok("POST", f"/consensus/{draft['id']}/propose", {})
    for who in ("expert1", "expert2", "chair"):
        home.sign(who, proposed)
    home["chair"].ok("POST", f"/consensus/{draft['id']}/issue")
    old = verified(home, code)
    assert (old["state"], old["edition"]) == ("superseded", 1)
    assert old["superseded_by"]
    assert home["chair"].ok("GET", f"/consensus/{issued['id']}")["state"] == "superseded"
    documents = home["county"].ok("GET", f"/cases/{made.case_id}")["documents"]
    assert {each["edition"] for each in documents} == {1, 2}
    assert len({each["number"] for each in documents}) >= 1


def verified(home: House, code: str) -> Any:
    accept = {"Accept": "application/json"}
    answer = requests.get(f"{home.url}/verify/{code}", headers=accept, timeout=10)
    return answer.json()


def test_verify_shows_no_patient(home: House) -> None:
    case = home["county"].ok("GET", f"/cases/{home.concluded.case_id}")
    code = case["documents"][0]["verify_code"]
    found = verified(home, code)
    assert set(found) >= {
        "genuine",
        "state",
        "kind",
        "number",
        "edition",
        "issued_at",
        "hospital",
        "fingerprint",
        "superseded_by",
    }
    assert (found["genuine"], found["state"], found["superseded_by"]) == (True, "genuine", None)
    assert found["issued_at"].endswith("Z")
    page = requests.get(f"{home.url}/verify/{code}", timeout=10)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    for text in (page.text, str(found)):
        assert "演示甲" not in text
        assert "结节" not in text
        assert "QX0001" not in text


def test_an_unknown_code(home: House) -> None:
    found = verified(home, "AAAA-BBBB-CCCC-DDDD")
    assert (found["genuine"], found["state"]) == (False, "unknown")
    api = requests.get(f"{home.url}/api/v1/verify/AAAA-BBBB-CCCC-DDDD", timeout=10)
    assert api.json()["state"] == "unknown"


def test_documents_as_json_and_pdf(home: House) -> None:
    document = home["county"].ok("GET", f"/cases/{home.concluded.case_id}")["documents"][0]["id"]
    for path in (f"/api/v1/documents/{document}", f"/api/v1/documents/{document}.json", f"/documents/{document}.json"):
        answer = home.raw("county", "GET", path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json()["id"] == document
    for path in (f"/api/v1/documents/{document}.pdf", f"/documents/{document}.pdf"):
        answer = home.raw("county", "GET", path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert home.raw("outsider", "GET", path).status_code == 404
    assert home.raw("county", "GET", f"/documents/{document}").status_code == 200
    case = home["county"].ok("GET", f"/cases/{home.concluded.case_id}")
    assert case["documents"][0]["pdf"] == "ready"


def test_the_written_route(home: House) -> None:
    case = home.accepted(route="written")
    ids = [home.id_of("chair"), home.id_of("expert1")]
    items = home["coordinator"].ok("POST", f"/cases/{case['id']}/invitations", {"person_ids": ids})["items"]
    for each in items:
        who = "chair" if each["person"]["id"] == ids[0] else "expert1"
        home[who].ok("POST", f"/invitations/{each['id']}/reply", {"answer": "accept"})
    answer = home["expert1"].call("POST", f"/cases/{case['id']}/consensus")
    assert answer.status_code == 201
    assert home["county"].ok("GET", f"/cases/{case['id']}")["state"] == "discussing"
