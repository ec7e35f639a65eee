"""Repeated requests (`Idempotency-Key`): one effect, the first answer; what was refused may be asked again at once."""

from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from mdt.kernel import runtime
from mdt.kernel.ledger import FirstAnswer
from tests.world.client import Caller
from tests.world.people import People

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


ACCOUNT = {"username": "newcomer", "name": "演示新", "department": "呼吸科", "roles": ["physician"]}
SECRETS = pytest.mark.parametrize(
    ("who", "address", "body", "secret"),
    [
        ("qingxi_admin", "/api/v1/people", ACCOUNT, ("join", "url")),
        ("qingxi_admin", "/api/v1/people/{county}/reset", None, ("url",)),
        ("county", "/api/v1/me/tokens", {"name": "脚本", "scopes": ["read"]}, ("token",)),
    ],
)


@SECRETS
def test_a_secret_is_told_again_but_not_kept_in_the_clear(
    who: str, address: str, body: object, secret: tuple[str, ...], caller: Caller, people: People
) -> None:
    asked, headers = caller(who), {"Idempotency-Key": str(uuid4())}
    address = address.format(county=people["county"].person_id)
    first = asked.post(address, json=body, headers=headers)
    again = asked.post(address, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.get_json() == again.get_json()
    told = first.get_json()
    for name in secret:
        told = told[name]
    with runtime.database().reading() as session:
        kept = session.execute(select(FirstAnswer.body)).scalar_one()
    assert len(told) > 20
    assert told.rpartition("/")[2] not in kept
    assert "{" not in kept


def test_an_answer_kept_under_another_key_is_not_given_again(caller: Caller) -> None:
    county, headers = caller("county"), {"Idempotency-Key": str(uuid4())}
    assert county.post("/api/v1/cases", json=CASE, headers=headers).status_code == 201
    with runtime.database().writing() as session:
        session.execute(update(FirstAnswer).values(body=Fernet(Fernet.generate_key()).encrypt(b"{}").decode()))
    answer = county.post("/api/v1/cases", json=CASE, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_done")
    assert len(county.get("/api/v1/cases", query_string={"mine": 1}).get_json()["items"]) == 1
