"""Repeated requests (`Idempotency-Key`): one effect, the first answer; what was refused may be asked again at once."""

from uuid import uuid4

from tests.world.client import Caller

CASE = {"title": "右肺上叶结节"}


def test_a_repeat_gets_the_first_answer(caller: Caller) -> None:
    county, headers = caller("county"), {"Idempotency-Key": str(uuid4())}
    first = county.post("/api/v1/cases", json=CASE, headers=headers)
    again = county.post("/api/v1/cases", json=CASE, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()


def test_what_was_refused_may_be_asked_again_at_once(caller: Caller) -> None:
    county, headers = caller("county"), {"Idempotency-Key": str(uuid4())}
    case = county.post("/api/v1/cases", json=CASE).get_json()
    address = f"/api/v1/cases/{case['id']}/actions/submit"
    assert county.post(address, headers=headers).status_code == 422
    county.patch(
        f"/api/v1/cases/{case['id']}", json={"summary": "发现结节一周", "questions": [{"text": "良性还是恶性？"}]}
    )
    assert county.post(address, headers=headers).status_code == 200


def test_another_body_under_the_same_key_is_refused(caller: Caller) -> None:
    county, headers = caller("county"), {"Idempotency-Key": str(uuid4())}
    county.post("/api/v1/cases", json=CASE, headers=headers)
    answer = county.post("/api/v1/cases", json={"title": "别的"}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key")
