"""Every door of the house with a request that only rights can refuse: made from the routing table, the operations'
input models and one world's ids."""

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, get_type_hints

from flask import Flask
from pydantic import BaseModel

from mdt.kernel import clock
from mdt.kernel.operation import Creation, Operation
from mdt.shell.apidocs import document

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
TABLE_OF = {
    "clinic_id": "clinic_day",
    "item_id": "agenda_item",
    "token_id": "api_token",
    "photo_id": "encounter_photo",
    "material_id": "case_material",
    "batch_id": "batch_client",
    "code": "verify_code",
}
"""Where a parameter's name does not tell its table."""
FIXED = {"version": "1", "number": "1", "numbers": "1", "name": "000000-00001.raw", "action": "accept"}
NESTED = {"material_id", "item_id", "series_uid", "instance_uid"}
"""Parameters whose thing belongs to another thing of the same address."""


@dataclass(frozen=True)
class Asked:
    """A request: method, path with parameters, what is sent."""

    door: str
    method: str
    rule: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> list[str]:
        return [name for name in PARAMETER.findall(self.rule) if name not in FIXED]

    def sent(self) -> dict[str, Any]:
        """What to send now: file streams are made anew."""
        made = self.options.get("data")
        return {**self.options, "data": made()} if callable(made) else dict(self.options)

    def path(self, ids: dict[str, str]) -> str:
        """The address with an id of each parameter's table."""
        return PARAMETER.sub(lambda found: FIXED.get(found[1]) or ids[table_of(found[1])], self.rule)


def table_of(parameter: str) -> str:
    return TABLE_OF.get(parameter, parameter.removesuffix("_id"))


def doors(app: Flask, ids: dict[str, str]) -> Iterator[Asked]:
    """All HTTP doors that need somebody signed in."""
    described = document(app)
    seen: dict[str, list[object]] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if targets := getattr(view, "__mdt_targets__", ()):
                seen[f"{method} {rule.rule}"] = list(targets)
    for name, targets in sorted(seen.items()):
        method, rule = name.split(" ")
        yield Asked(name, method, rule, _sent(name, described, targets, ids))


def _sent(name: str, described: dict[str, Any], targets: list[object], ids: dict[str, str]) -> dict[str, Any]:
    method, rule = name.split(" ")
    if name in SPECIAL:
        return SPECIAL[name](ids)
    if method in ("GET", "DELETE") or rule.startswith("/uploads"):
        return {}
    spoken = described["paths"].get(PARAMETER.sub(r"{\1}", rule), {}).get(method.lower())
    if spoken is None:
        return {"data": _form(targets, ids)}
    schema = spoken.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {"json": example(schema, described["components"]["schemas"], ids)} if schema else {}


def _form(targets: list[object], ids: dict[str, str]) -> dict[str, Any]:
    """The fields of a page's form, by the input models of the operations behind it."""
    sent: dict[str, Any] = {}
    for target in targets:
        if isinstance(target, Operation | Creation):
            model = get_type_hints(target.function).get("change", None)
            if isinstance(model, type) and issubclass(model, BaseModel):
                schema = model.model_json_schema()
                for key, value in example(schema, schema.get("$defs", {}), ids).items():
                    sent[key] = value if not isinstance(value, bool) else ("1" if value else "")
    return {key: value for key, value in sent.items() if not isinstance(value, dict) and value is not None}


def example(schema: dict[str, Any], defined: dict[str, Any], ids: dict[str, str], name: str = "") -> Any:
    """A small valid value of a JSON schema: what is required and nothing else."""
    while "$ref" in schema or "anyOf" in schema:
        schema = schema["anyOf"][0] if "anyOf" in schema else defined[schema["$ref"].rsplit("/", 1)[-1]]
    if name in KNOWN:
        return KNOWN[name](ids)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    plain = {"integer": max(1, schema.get("minimum", 1)), "number": 1.0, "boolean": True, "string": _text(schema)}
    kind = str(schema.get("type"))
    if kind == "object":
        wanted = schema.get("required", [])
        return {key: example(schema["properties"][key], defined, ids, key) for key in wanted}
    if kind == "array":
        return [example(schema["items"], defined, ids, name)] if schema.get("minItems") else []
    return plain.get(kind)


def _text(schema: dict[str, Any]) -> str:
    now = clock.now()
    formats = {"date": now.date().isoformat(), "date-time": clock.rfc3339(now), "uuid": str(uuid.uuid4())}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if "pattern" in schema:
        choices = [*re.findall(r"[\w.-]+(?=[|)])", schema["pattern"]), "ab1", "AB1"]
        return next(choice for choice in choices if re.search(schema["pattern"], choice))
    return "x" * max(1, schema.get("minLength", 1))


def _person(ids: dict[str, str]) -> str:
    return ids["person"]


KNOWN = {
    "person_ids": lambda ids: [ids["person"]],
    "hospital_ids": lambda ids: [ids["hospital"]],
    "roster": lambda ids: [ids["person"]],
    "roles": lambda _ids: ["physician"],
    "chair": _person,
    "case_id": lambda ids: ids["case"],
    "requesting_id": lambda ids: ids["hospital"],
    "invited_id": lambda ids: ids["hospital"],
    "username": lambda _ids: f"new{uuid.uuid4().hex[:8]}",
    "starts_at": lambda _ids: clock.rfc3339(clock.now()),
    "client_id": lambda _ids: str(uuid.uuid4()),
    "type": lambda _ids: "message",
    "body": lambda _ids: {"text": "x"},
}
"""Fields whose value must be somebody or something that exists."""
BATCH = base64.b64encode(str(uuid.uuid4()).encode()).decode()
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def _upload(**fields: str) -> Callable[[dict[str, str]], dict[str, Any]]:
    """A multipart form with a picture; the stream is made anew for each request."""
    return lambda _ids: {"data": lambda: {**fields, "file": (BytesIO(PNG), "a.png")}}


SPECIAL: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    "POST /api/v1/cases/<case_id>/materials": _upload(kind="report"),
    "POST /cases/<case_id>/materials": _upload(kind="report"),
    "POST /api/v1/encounters/<encounter_id>/photos": _upload(),
    "GET /api/v1/audit": lambda ids: {"query_string": {"object": ids["case"]}},
    "POST /uploads/": lambda _ids: {
        "headers": {**TUS, "Upload-Length": "3", "Upload-Metadata": f"filename YQ==,batchId {BATCH}"}
    },
    "PATCH /uploads/<upload_id>": lambda _ids: {"data": b"", "headers": {**TUS, "Upload-Offset": "10"}},
    "POST /uploads/<upload_id>": lambda _ids: {"headers": {**TUS, "X-HTTP-Method-Override": "HEAD"}},
    "DELETE /uploads/<upload_id>": lambda _ids: {"headers": {"Tus-Resumable": "1.0.0"}},
}
