"""Every class of refusal has one shape at every door, in the order of the contract."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mdt.kernel import errors
from mdt.kernel.errors import Refused
from mdt.kernel.web import problem
from mdt.rooms.socket import refused
from mdt.shell.app import BODY_LIMIT
from tests.world.cases import draft, submitted
from tests.world.client import Caller
from tests.world.people import People

CODE = re.compile(r"^[a-z][a-z0-9_.-]*$")
KEYS = {"type", "title", "status", "detail", "code", "fields"}


def classes(root: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every refusal of the product."""
    yield root
    for each in root.__subclasses__():
        if each.__module__.startswith("mdt."):
            yield from classes(each)


def demand_problem(answer: TestResponse, status: int, code: str = "") -> dict[str, Any]:
    """The answer is a refusal of this kind; its body."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert body.keys() >= KEYS
    assert body["status"] == status
    assert CODE.match(body["code"])
    assert body["detail"]
    assert not code or body["code"] == code
    return body


def test_every_refusal_translates_to_problem_and_acknowledgement(app: Flask) -> None:
    for kind in classes():
        with app.test_request_context("/api/v1/me"):
            answer = problem(kind())
            body = answer.get_json(force=True)
            assert body.keys() >= KEYS, kind
            assert answer.status_code == kind.status == body["status"]
            assert CODE.match(body["code"]), kind
            assert ("Retry-After" in answer.headers) == issubclass(kind, errors.TooMany)
            acknowledged = refused(kind())
        assert acknowledged["ok"] is False
        assert acknowledged["code"] == body["code"]
        assert acknowledged["detail"] == body["detail"]


def test_refusals_come_in_the_order_of_the_contract(people: People, client: FlaskClient, caller: Caller) -> None:
    case = submitted(people)
    path = f"/api/v1/cases/{case.id}"
    county, outsider, coordinator = caller("county"), caller("outsider"), caller("coordinator")
    bad, good = {"nothing": 1}, {"title": "x"}
    demand_problem(client.patch(path, json=bad), 401)
    demand_problem(county.patch(path, json=bad, headers={"X-CSRF-Token": "wrong"}), 403, "csrf")
    demand_problem(outsider.patch(path, json=bad), 422, "shape")
    demand_problem(outsider.patch(path, json=good), 404, "not_found")
    demand_problem(coordinator.patch(path, json=good), 403, "forbidden")
    refusal = demand_problem(county.post(f"{path}/actions/submit", json={}), 409, "wrong_state")
    assert "withdraw" in refusal["allowed"]
    demand_problem(county.patch(path, json=good, headers={"If-Match": '"99"'}), 412, "stale")


@pytest.mark.parametrize("body", [b"{", b"[1", b'{"title":', b"\xff\xfe", b"null", b"[]", b'"x"'])
def test_a_malformed_body_is_a_wrong_shape(people: People, caller: Caller, body: bytes) -> None:
    case = draft(people)
    answer = caller("county").patch(f"/api/v1/cases/{case.id}", data=body, content_type="application/json")
    demand_problem(answer, 422, "shape")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": 7},
        {"title": ["x"]},
        {"title": "a\x00b"},
        {"title": "x" * 100_000},
        {"patient": "nobody"},
        {"patient": {"age": 10**30}},
        {"questions": {"text": "x"}},
        {"urgency": "soon"},
        {"nothing": True},
        {"consent": {"given": True, "at": "2026-13-45"}},
    ],
)
def test_a_wrong_type_is_a_wrong_shape(people: People, caller: Caller, wrong: dict[str, Any]) -> None:
    case = draft(people)
    body = demand_problem(caller("county").patch(f"/api/v1/cases/{case.id}", json=wrong), 422)
    assert body["fields"]


@pytest.mark.parametrize(
    "key", ["x", "a" * 300, "..%2f..", "%00", "病例", "0b6f7d2e-6a53-4a5e-9d0e-0d1f3f2a4b5c", "' OR 1=1"]
)
@pytest.mark.parametrize(
    "kind", ["cases", "meetings", "rooms", "consensus", "documents", "tasks", "clinics", "batches"]
)
def test_a_wrong_id_is_nothing(caller: Caller, kind: str, key: str) -> None:
    answer = caller("county").get(f"/api/v1/{kind}/{key}")
    demand_problem(answer, 422 if key == "%00" or answer.status_code == 422 else 404)


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/cases", "application/json"), ("/login", "application/x-www-form-urlencoded")]
)
def test_a_body_of_50_mb_is_too_large(caller: Caller, path: str, kind: str) -> None:
    answer = caller("county").post(path, data=b"x" * (50 << 20), content_type=kind)
    assert answer.status_code == 413
    assert BODY_LIMIT < 50 << 20


def test_an_idempotency_key_repeats_the_first_answer(caller: Caller) -> None:
    county, key = caller("county"), {"Idempotency-Key": str(uuid4())}
    first = county.post("/api/v1/cases", json={"title": "一"}, headers=key)
    again = county.post("/api/v1/cases", json={"title": "一"}, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    demand_problem(county.post("/api/v1/cases", json={"title": "二"}, headers=key), 422, "idempotency_key")
    other = caller("outsider").post("/api/v1/cases", json={"title": "一"}, headers=key)
    assert other.status_code == 201
    assert other.json["id"] != first.json["id"]


def test_a_failed_post_frees_its_key(caller: Caller) -> None:
    county, key = caller("county"), {"Idempotency-Key": str(uuid4())}
    demand_problem(county.post("/api/v1/cases", json={"title": 1}, headers=key), 422)
    assert county.post("/api/v1/cases", json={"title": "一"}, headers=key).status_code == 201


def test_the_method_and_the_path_are_named_when_wrong(caller: Caller) -> None:
    county = caller("county")
    assert "GET" in county.delete("/api/v1/cases").headers["Allow"]
    demand_problem(county.delete("/api/v1/cases"), 405)
    demand_problem(county.get("/api/v1/nothing"), 404, "not_found")
