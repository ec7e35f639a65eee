"""The JSON doors, as a program uses them."""

import io
from typing import Any

import pypdfium2
import pytest

from mdt.kernel.work import run_until_idle
from tests.world.client import Caller, SignedIn
from tests.world.consensus import discussed_case, drafted, issued, proposed
from tests.world.people import People


def body(view: dict[str, Any]) -> dict[str, Any]:
    """A complete text for the edition of `view`."""
    return {
        "diagnosis": "考虑微浸润腺癌",
        "answers": [{"question_id": one["id"], "text": "恶性可能大"} for one in view["questions"]],
        "recommendations": [{"text": "胸外科门诊", "owner": "requesting_team", "due": None, "urgency": "urgent"}],
        "narrative": "",
        "key_images": [],
    }


def test_from_draft_to_document(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    chair, expert1, expert2, county = (caller(name) for name in ("chair", "expert1", "expert2", "county"))
    answer = chair.post(f"/api/v1/cases/{made.case_id}/consensus")
    assert answer.status_code == 201
    view = answer.get_json()
    assert (view["state"], view["edition"], view["fingerprint"]) == ("draft", 1, None)
    assert expert1.post(f"/api/v1/cases/{made.case_id}/consensus").status_code == 200
    place = f"/api/v1/consensus/{view['id']}"
    stale = {"If-Match": '"99"'}
    assert chair.put(place, json=body(view), headers=stale).status_code == 412
    saved = chair.put(place, json=body(view))
    assert saved.status_code == 200
    assert saved.get_json()["version"] > view["version"]
    view = chair.post(f"{place}/propose", json={}).get_json()
    assert view["state"] == "proposed"
    assert len(view["signers_missing"]) == 3
    refused = chair.post(f"{place}/issue")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "consensus.signers_missing")
    assert len(refused.get_json()["signers_missing"]) == 3
    agree = {"fingerprint": view["fingerprint"], "stance": "agree"}
    for person in (chair, expert1):
        assert person.post(f"{place}/sign", json=agree).status_code == 200
    assert expert2.post(f"{place}/sign", json={**agree, "stance": "dissent"}).status_code == 422
    dissent = {**agree, "stance": "dissent", "text": "可先随访"}
    assert expert2.post(f"{place}/sign", json=dissent).get_json()["signers_missing"] == []
    _check_issued(chair, county, chair.post(f"{place}/issue").get_json(), body(view))


def _check_issued(chair: SignedIn, county: SignedIn, done: dict[str, Any], text: dict[str, Any]) -> None:
    place = f"/api/v1/consensus/{done['id']}"
    assert done["state"] == "issued"
    again = chair.put(place, json=text)
    assert (again.status_code, again.get_json()["allowed"]) == (409, ["amend"])
    document = county.get(f"/api/v1/documents/{done['document_id']}").get_json()
    assert document["state"] == "genuine"
    assert document["pdf"] == "working"
    assert "可先随访" in document["text"]
    run_until_idle()
    pdf = county.get(f"/api/v1/documents/{done['document_id']}.pdf")
    assert pdf.mimetype == "application/pdf"
    said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf.data)))
    assert document["number"] in said
    assert county.get(f"/api/v1/documents/{document['id']}.json").get_json()["pdf"] == "ready"


def test_the_text_changed_refusal_says_what(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    chair, expert = caller("chair"), caller("expert1")
    place = f"/api/v1/consensus/{view.id}"
    chair.put(place, json=body({"questions": [one.model_dump() for one in view.questions]}))
    state = expert.post(f"{place}/sign", json={"fingerprint": view.fingerprint, "stance": "agree"}).get_json()
    assert (state["code"], state["state"]) == ("wrong_state", "draft")
    chair.post(f"{place}/propose", json={})
    refused = expert.post(f"{place}/sign", json={"fingerprint": view.fingerprint, "stance": "agree"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "text_changed")
    assert {one["field"] for one in refused.get_json()["changes"]} >= {"answers", "diagnosis"}


@pytest.mark.parametrize("name", ["outsider", "county2", "trainee", "township", "qingxi_admin", "admin", "expert4"])
def test_strangers_get_the_answer_of_what_does_not_exist(people: People, caller: Caller, name: str) -> None:
    made = discussed_case(people)
    view = issued(people, made)
    run_until_idle()
    stranger = caller(name)
    nothing = stranger.get("/api/v1/consensus/none")
    paths = [f"consensus/{view.id}", f"documents/{view.document_id}", f"documents/{view.document_id}.pdf"]
    for path in paths:
        answer = stranger.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.data) == (404, nothing.data)
    assert stranger.post(f"/api/v1/cases/{made.case_id}/consensus").status_code == 404
    for page in (f"/consensus/{view.id}", f"/documents/{view.document_id}", f"/documents/{view.document_id}.pdf"):
        assert stranger.get(page).status_code == 404


def test_an_unknown_field_is_a_shape_error(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    answer = caller("chair").put(f"/api/v1/consensus/{view.id}", json={"diagnose": "x"})
    assert answer.status_code == 422


def test_verify_tells_no_patient(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = issued(people, made)
    county = caller("county")
    document = county.get(f"/api/v1/documents/{view.document_id}").get_json()
    anybody = county.client.application.test_client()
    for path in (f"/api/v1/verify/{document['verify_code']}", f"/verify/{document['verify_code'].lower()}"):
        answer = anybody.get(path, headers={"Accept": "application/json"})
        found = answer.get_json()
        assert (found["genuine"], found["state"], found["fingerprint"]) == (True, "genuine", view.fingerprint)
        assert set(found) == {
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
    page = anybody.get(f"/verify/{document['verify_code']}", headers={"Accept": "text/html"}).text
    for secret in ("演示丙", "ZY20261101", "1977", "结节", "随访"):
        assert secret not in page
    unknown = [anybody.get(f"/api/v1/verify/{code}").get_json() for code in ("0000-0000-0000-0000", "x")]
    assert unknown[0] == unknown[1]
    assert unknown[0]["state"] == "unknown"


def test_guessing_codes_is_slowed_down(caller: Caller) -> None:
    anybody = caller("county").client.application.test_client()
    place = {"REMOTE_ADDR": "192.0.2.7"}
    answers = [anybody.get(f"/api/v1/verify/{n}", environ_base=place) for n in range(70)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 61


def test_a_repeated_request_gets_the_first_answer(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    key = {"Idempotency-Key": "0190b6a0-0000-7000-8000-000000000001"}
    chair = caller("chair")
    first = chair.post(f"/api/v1/cases/{made.case_id}/consensus", headers=key)
    again = chair.post(f"/api/v1/cases/{made.case_id}/consensus", headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()


def test_a_body_that_may_be_left_out(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    view = drafted(people, made.case_id)
    chair = caller("chair")
    broken = chair.post(f"/api/v1/consensus/{view.id}/propose", data="{", content_type="application/json")
    assert broken.status_code == 422
    assert chair.post(f"/api/v1/consensus/{view.id}/propose").status_code == 200
