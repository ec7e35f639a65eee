"""The OpenAPI document: whole, valid, and the same as what the doors do."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator

from mdt.shell import apidocs, wiring
from mdt.shell.generate import stale

CONVERTER, BRACES = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>"), r"{\1}"
"""Flask's spelling of a variable in a path, and OpenAPI's."""


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_of_the_interface_is_described(app: Flask, document: dict[str, Any]) -> None:
    described = {name for name, _operation in operations(document)}
    routes = {
        f"{method} {CONVERTER.sub(BRACES, rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {api.name for api in wiring.API}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == described


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        place: Any = document
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]
        assert place


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    names = Counter(operation["operationId"] for _name, operation in operations(document))
    assert [name for name, count in names.items() if count > 1] == []
    for name, operation in operations(document):
        wanted = {"401", "403", "404", "422"} | (set() if name.startswith("GET") else {"409"})
        assert wanted <= operation["responses"].keys(), name
        assert any(status.startswith("2") for status in operation["responses"]), name
        assert "ValidationErrorModel" not in json.dumps(operation)


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator({**schema, "components": document["components"]}), name


def test_no_two_models_share_a_name(app: Flask) -> None:
    kept: dict[str, str] = {}
    for api in wiring.API:
        for name, schema in api.components_schemas.items():
            text = schema.model_dump_json(exclude_unset=True)
            assert kept.setdefault(name, text) == text, name


def test_a_refusal_looks_as_described(client: FlaskClient, document: dict[str, Any]) -> None:
    problem = document["components"]["schemas"]["Problem"]
    refusals = [client.get("/api/v1/me"), client.post("/api/v1/session", json={}), client.get("/api/v1/none")]
    assert [refusal.status_code for refusal in refusals] == [401, 422, 404]
    for refusal in refusals:
        assert refusal.mimetype == "application/problem+json"
        Draft202012Validator(problem).validate(refusal.json)


def test_the_page_shows_every_call_and_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    assert "/api/v1/session" in page
    assert 'id="schema-Problem"' in page
    assert "http://" not in page.replace("http://localhost", "")
    assert "https://" not in page


def test_the_generated_documents_are_up_to_date(app: Flask) -> None:
    assert stale(write=False) == [], "run python -m mdt.shell.generate"


def test_a_type_is_told_in_a_word() -> None:
    assert apidocs.type_name({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}) == "date-time?"
    assert apidocs.type_name({"type": "array", "items": {"$ref": "#/components/schemas/Me"}}) == "[Me]"
