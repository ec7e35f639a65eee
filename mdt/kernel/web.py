"""What every web door shares: the actor of the request, the mark that ties a door to its operation or query, the one
translation of refusals, and the JSON form of answers. No rule lives here."""

import dataclasses
import functools
import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, cast

import orjson
from cryptography.fernet import Fernet, InvalidToken
from flask import Response, g, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, insert, select, update

from mdt.kernel import clock, runtime
from mdt.kernel.actor import NOBODY, Actor
from mdt.kernel.errors import Conflict, Invalid, Refused
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.ledger import FirstAnswer
from mdt.kernel.operation import Creation, Operation
from mdt.kernel.query import Listing, Query
from mdt.kernel.settings import secret
from mdt.kernel.transaction import refusing_database_errors

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C")
R = TypeVar("R")
B = TypeVar("B", bound=BaseModel)
VERSION = re.compile(r"[0-9]{1,9}")
V = TypeVar("V", bound=Callable[..., Response])
Target = Operation[Any, Any, Any] | Creation[Any, Any] | Query[Any, Any, Any] | Listing[Any, Any]


def door(*targets: Target) -> Callable[[F], F]:
    """Name the operations and queries a view function leads to. Must be the innermost decorator."""

    def mark(view: F) -> F:
        view.__mdt_targets__ = targets  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[F], F]:
    """A view that needs nobody signed in; `reason` is printed into the permission table."""

    def mark(view: F) -> F:
        view.__mdt_public__ = reason  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """The actor of this request."""
    found: Actor = g.get("actor", NOBODY)
    return found


def run(change: Operation[Any, C, R], key: str, body: C) -> R:
    """Call an operation as this request's actor, with the version of `If-Match` if one was sent."""
    return change(actor(), key, body, version=if_match())


def if_match() -> int | None:
    """The version that `If-Match` names, if one was sent; -1, which no row has, where it names none."""
    sent = request.headers.get("If-Match", "*").strip()
    return None if sent == "*" else version_of(sent.removeprefix("W/").strip('"')) or -1


def version_of(text: str) -> int | None:
    """The version that a header or a form's hidden field names; anything but a few plain digits names none."""
    return int(text) if VERSION.fullmatch(text) else None


def encode(value: Any) -> bytes:
    """JSON as the contract has it: UTC with `Z`, dates, enums by value, models and dataclasses as objects."""
    return orjson.dumps(
        value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(type(value).__name__)


def reply(value: Any, status: int = 200) -> Response:
    """A JSON answer. Private and never stored by caches."""
    answer = Response(encode(value), status=status, mimetype="application/json")
    version = getattr(value, "version", None)
    if isinstance(version, int):
        answer.headers["ETag"] = f'"{version}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def problem(refusal: Refused) -> Response:
    """A refusal as RFC 9457 problem+json."""
    body: dict[str, Any] = {
        "type": f"urn:mdt:{refusal.code}",
        "title": gettext(type(refusal).sentence),
        "status": refusal.status,
        "detail": sentence(refusal),
        "code": refusal.code,
        "fields": fields(refusal),
    }
    body.update({name: value for name, value in refusal.facts.items() if name not in body})
    answer = Response(encode(body), status=refusal.status, mimetype="application/problem+json")
    answer.headers["Cache-Control"] = "no-store"
    if "retry_after" in refusal.facts:
        answer.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return answer


def sentence(refusal: Refused) -> str:
    """The refusal's sentence in the user's language."""
    text = gettext(refusal.sentence)
    try:
        return text % refusal.facts if refusal.facts and "%(" in text else text
    except (KeyError, ValueError):
        return text


def fields(refusal: Refused) -> dict[str, list[str]]:
    """Field name → sentences, translated; empty for everything but Invalid."""
    if not isinstance(refusal, Invalid):
        return {}
    return {name: [gettext(text) for text in texts] for name, texts in refusal.fields.items()}


SHAPE_SENTENCES = {
    "missing": N_("必填。"),
    "extra_forbidden": N_("没有这个字段。"),
    "string_too_long": N_("太长了。"),
    "string_too_short": N_("太短了。"),
    "too_short": N_("请至少选择一项。"),
    "json_invalid": N_("不是有效的 JSON。"),
}


def shape_refusal(errors: list[Any]) -> Invalid:
    """pydantic's list of errors as one refusal: field → sentences."""
    found: dict[str, list[str]] = {}
    for error in errors:
        name = ".".join(str(part) for part in error["loc"]) or "body"
        found.setdefault(name, []).append(SHAPE_SENTENCES.get(error["type"], N_("格式不对。")))
    return Invalid("shape", fields=found)


def form_body(model: type[B], *, lists: Collection[str] = (), fixed: Mapping[str, object] | None = None) -> B:
    """The posted form as an input model: the fields that the model knows, `lists` as lists, `fixed` over them.

    Raises Invalid with the fields, so that the page can be shown again with what was typed.
    """
    sent: dict[str, object] = {
        name: request.form.getlist(name) if name in lists else request.form[name]
        for name in model.model_fields
        if name in lists or name in request.form
    }
    try:
        return model.model_validate({**sent, **(fixed or {})})
    except ValidationError as error:
        raise shape_refusal(list(error.errors())) from None


def first_answer(view: Callable[[], Response]) -> Response:
    """Run an API POST under its `Idempotency-Key`: a repeat gets the first answer, another body 422.

    The key is claimed before the view runs, so two at once cannot both run; a refusal frees it; a crash in between
    leaves a claim without an answer, which a repeat then takes over.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return view()
    if len(key) > 36:
        raise Invalid("idempotency_key", fields={"Idempotency-Key": [N_("格式不对。")]})
    kept = _claim_answer(key, _request_digest())
    if kept is not None:
        return kept
    try:
        answer = view()
    except BaseException:
        _free_key(key)  # nothing was done: the same key may ask again at once, or with a mended body
        raise
    _keep_answer(key, answer)
    return answer


def once(view: V) -> V:
    """A view function under `first_answer`; inside `door`."""

    @functools.wraps(view)
    def wrapped(*args: Any, **named: Any) -> Response:
        return first_answer(lambda: view(*args, **named))

    return cast(V, wrapped)


def _request_digest() -> str:
    """SHA-256 of the address and what was sent; of a form its fields and files, as its boundary differs each time."""
    digest = hashlib.sha256(request.full_path.encode() + b"\n")
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data())
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(encode(["field", name, value]))
    for name, file in request.files.items(multi=True):
        digest.update(encode(["file", name, file.filename]))
        file.stream.seek(0)
        while block := file.stream.read(1 << 16):
            digest.update(block)
        file.stream.seek(0)
    return digest.hexdigest()


def _claim_answer(key: str, digest: str) -> Response | None:
    mine = (FirstAnswer.key == key) & (FirstAnswer.person_id == actor().person_id)
    with refusing_database_errors(), runtime.database().writing() as session:
        row = session.execute(select(FirstAnswer).where(mine).with_for_update()).scalars().first()
        if row is None:
            session.execute(
                insert(FirstAnswer).values(
                    key=key, person_id=actor().person_id, fingerprint=digest, status=0, body="", at=clock.now()
                )
            )
            return None
        if row.fingerprint != digest:
            raise Invalid("idempotency_key", N_("同一个 Idempotency-Key 用于了不同的内容。"))
        if row.status:
            return Response(_opened(row.body), status=row.status, mimetype="application/json")
        if (clock.now() - row.at).total_seconds() < 30:
            raise Conflict("in_progress", N_("同一个请求正在处理，请稍候。"))
        row.at = clock.now()  # only one repeat takes the claim of a crashed request over
        return None


def _seal() -> Fernet:
    """Answers hold patient data, invite links, tokens: at rest only who has the secret key can read them."""
    return Fernet(urlsafe_b64encode(hmac.digest(secret(runtime.settings()), b"first answer", "sha256")))


def _opened(body: str) -> bytes:
    try:
        return _seal().decrypt(body)
    except InvalidToken:  # the secret key is another one now
        raise Conflict("already_done", N_("这个请求已经处理过，请刷新后查看结果。")) from None


def _keep_answer(key: str, answer: Response) -> None:
    mine = (FirstAnswer.key == key) & (FirstAnswer.person_id == actor().person_id)
    with refusing_database_errors(), runtime.database().writing() as session:
        if answer.status_code < 300:
            kept = {"status": answer.status_code, "body": _seal().encrypt(answer.get_data()).decode()}
            session.execute(update(FirstAnswer).where(mine).values(**kept))
            return
    _free_key(key)


def _free_key(key: str) -> None:
    mine = (FirstAnswer.key == key) & (FirstAnswer.person_id == actor().person_id) & (FirstAnswer.status == 0)
    with refusing_database_errors(), runtime.database().writing() as session:
        session.execute(delete(FirstAnswer).where(mine))
