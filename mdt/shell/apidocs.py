"""The OpenAPI document as the contract has it, and a page for people made from it."""

import copy
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.openapi import OpenAPI

from mdt.kernel.web import encode, public

pages = Blueprint("apidocs", __name__)
SAFE = ("get", "head")
DESCRIPTION = """Root of every path is `/api/v1`. JSON in UTF-8; times are RFC 3339 in UTC; ids are opaque strings.

Sign in with `POST /session` (cookies; an unsafe request then carries `X-CSRF-Token`, the value of the cookie
`mdt_csrf`) or send `Authorization: Bearer <token>`, made on the page `/account`. Any `POST` may carry
`Idempotency-Key: <uuid>`: the repeat gets the first answer. What carries `version` takes `If-Match: "<version>"`.
What a person may not know of is 404; what they may see but not do is 403; a wrong state is 409 and says what is
allowed. Every refusal is `application/problem+json` (RFC 9457) with a stable `code`."""
PROBLEMS = {
    "400": "The request cannot be read",
    "401": "Nobody is signed in",
    "403": "Visible, but not this person's to do; code `csrf`: the token of the form is missing or wrong",
    "404": "Does not exist, or is none of this person's business",
    "409": "The state does not allow it; `allowed` says what it would",
    "412": "`If-Match` names an older version",
    "413": "Too large",
    "415": "Not a format that is taken here",
    "422": "Shape or meaning of the body; `fields` names them",
    "429": "Too often; see `Retry-After`",
    "503": "Busy; see `Retry-After`",
    "507": "The disk is full",
}
READING = ("400", "401", "403", "404", "422", "429", "503")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "fields"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence in the user's language"},
        "code": {"type": "string", "description": "stable English"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "additionalProperties": True,
}


@pages.get("/api/v1/openapi.json")
@public("the description of the interface")
def openapi_json() -> Response:
    """The document."""
    answer = Response(encode(current_document()), mimetype="application/json")
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@pages.get("/api/docs")
@public("the description of the interface")
def docs() -> str:
    """The document as a page."""
    document = current_document()
    return render_template("shell/docs.html", groups=groups(document), schemas=document["components"]["schemas"])


def current_document() -> dict[str, Any]:
    """The document of the application in hand, made once."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's way out of the proxy
    return made_document(app)


@cache
def made_document(app: OpenAPI) -> dict[str, Any]:
    return document(app)


def document(app: OpenAPI) -> dict[str, Any]:
    """The library's document with our problems, security and grouping on every operation."""
    made: dict[str, Any] = copy.deepcopy(app.api_doc)
    open_doors = public_doors(app)
    made["info"]["description"] = DESCRIPTION
    components = made["components"]
    components["schemas"].pop("ValidationErrorModel", None)
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _problem(text) for status, text in PROBLEMS.items()}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            is_open = (method, path) in open_doors
            _complete(operation, method, is_open=is_open)
    return made


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _complete(operation: dict[str, Any], method: str, *, is_open: bool) -> None:
    operation["tags"] = [operation["operationId"].split("_api_")[0].removesuffix("_admin")]
    operation["security"] = [] if is_open else [{"cookie": []}, {"bearer": []}]
    responses = operation["responses"]
    responses.pop("422", None)
    if not any(str(status).startswith("2") for status in responses):
        responses["204" if method == "delete" else "200"] = {"description": "Done"}
    for status in READING if method in SAFE else PROBLEMS:
        responses.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    operation["responses"] = dict(sorted(responses.items()))


def share_paths(apis: Iterable[APIBlueprint]) -> None:
    """Let blueprints that have calls on the same path share its entry; the library keeps only the last one's."""
    shared: dict[str, Any] = {}
    for api in apis:
        for path, entry in api.paths.items():
            kept = shared.setdefault(path, entry)
            for name in entry.model_fields_set if kept is not entry else ():
                setattr(kept, name, getattr(entry, name))
            api.paths[path] = kept


def public_doors(app: Flask) -> set[tuple[str, str]]:
    """(method, path in OpenAPI's spelling) of the doors that need nobody signed in."""
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], "__mdt_public__")
        for method in rule.methods or ()
    }


def groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations by tag, each with its method, path, parameters, body and answer, for a template."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_entry(path, method, operation))
    return dict(sorted(found.items()))


def _entry(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": operation.get("parameters", []),
        "body": next((schema_name(part) for part in operation.get("requestBody", {}).get("content", {}).values()), ""),
        "answers": {status: _answer_name(answer) for status, answer in answers.items()},
        "problems": [status for status in operation["responses"] if not status.startswith("2")],
        "is_open": not operation["security"],
    }


def _answer_name(answer: dict[str, Any]) -> str:
    return next((schema_name(part) for part in answer.get("content", {}).values()), "")


def schema_name(part: dict[str, Any]) -> str:
    """The name of the schema that a body or an answer refers to; its type where it has none."""
    schema = part.get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2] or str(schema.get("type", ""))


def type_name(schema: dict[str, Any]) -> str:
    """A property's type in a few characters: `string`, `[Account]`, `date-time?`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        names = [type_name(each) for each in schema["anyOf"]]
        return "|".join(name for name in names if name != "null") + ("?" if "null" in names else "")
    if schema.get("type") == "array":
        return f"[{type_name(schema.get('items', {}))}]"
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    return str(schema.get("format") or schema.get("type") or "any")
