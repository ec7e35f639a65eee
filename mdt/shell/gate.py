"""Before every request: who is it, may the request be trusted, does its door name an operation or query?"""

import inspect
import re
import time
from collections.abc import Callable
from functools import cache
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, request

from mdt.identity import signin
from mdt.identity.cookies import session_token
from mdt.kernel import clock, i18n, runtime
from mdt.kernel.actor import NOBODY, Actor
from mdt.kernel.errors import Forbidden, Invalid, SignIn
from mdt.kernel.web import SHAPE_SENTENCES

log = structlog.get_logger()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
YEAR_S = 365 * 86_400
UNTOUCHED = frozenset({"/api/v1/session"})
"""Asking how long the session lasts must not prolong it."""


def install(app: Flask) -> None:
    app.before_request(identify)
    if runtime.settings().env == "production":
        app.after_request(note_request)
    app.after_request(remember_language)


def identify() -> None:
    """401, then 403 `csrf`; everything later is the operation's or query's affair."""
    g.begun = time.monotonic()
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if REQUEST_ID.fullmatch(sent) else clock.new_id()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if request.endpoint == "static":
        g.actor = NOBODY
        return
    g.actor = _actor()
    _choose_language()
    if b"%00" in request.query_string or "\x00" in request.path:
        raise Invalid("shape")  # PostgreSQL keeps no NUL, so nothing has one in its name
    view = _view()
    if view is None or hasattr(view, "__mdt_public__"):
        return
    if not g.actor.person_id:
        raise SignIn
    _demand_trust(g.actor)
    _demand_body(view)


def note_request(answer: Response) -> Response:
    """One line per request. The route stands for the address, in which a search for a name could be."""
    rule = request.url_rule
    if rule is not None and request.endpoint != "static":
        log.info(
            "request",
            request_id=g.request_id,
            method=request.method,
            route=rule.rule,
            status=answer.status_code,
            ms=round((time.monotonic() - g.begun) * 1000, 1),
            person_id=g.actor.person_id,
        )
    return answer


def _view() -> object | None:
    return current_app.view_functions.get(request.endpoint or "")


def _actor() -> Actor:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return signin.actor_of_token(sent.strip(), g.request_id)
    token = session_token(request)
    touch = request.path not in UNTOUCHED
    return signin.actor_of_session(token, g.request_id, touch=touch) if token else NOBODY


def _choose_language() -> None:
    asked = request.args.get("lang", "")
    kept = request.cookies.get("mdt_lang", "")
    g.lang = next((code for code in (g.actor.lang, asked, kept) if code in i18n.LANGUAGES), "zh")
    i18n.set_language(g.lang)


def remember_language(answer: Response) -> Response:
    """`?lang=` is kept in a cookie; the account's own choice wins over it."""
    asked = request.args.get("lang", "")
    if asked in i18n.LANGUAGES and request.endpoint != "static":
        secure = runtime.settings().secure
        answer.set_cookie("mdt_lang", asked, max_age=YEAR_S, httponly=True, samesite="Lax", secure=secure, path="/")
    return answer


def _demand_trust(actor: Actor) -> None:
    if actor.kind == "token":
        if ("read" if request.method in SAFE else "write") not in actor.scope:
            raise Forbidden("scope")
        return
    if request.method in SAFE:
        return
    signin.demand_same_origin(
        request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", ""), request.host
    )
    sent = request.headers.get("X-CSRF-Token", "") or (request.form.get("csrf", "") if _is_form() else "")
    signin.demand_csrf(actor.session_id, sent)


def _demand_body(view: object) -> None:
    """What an API call is sent is JSON; `{}` or nothing where it takes nothing. Its members are the model's affair."""
    if request.method in SAFE or not request.path.startswith("/api/") or request.mimetype == "multipart/form-data":
        return
    if request.get_data().strip():
        sent = request.get_json(silent=True)
        if sent is None:
            raise Invalid("shape", fields={"body": [SHAPE_SENTENCES["json_invalid"]]})
        if sent != {} and not {"body", "form"} & _parameters(view):
            names = sent if isinstance(sent, dict) else ["body"]
            raise Invalid("shape", fields={str(name): [SHAPE_SENTENCES["extra_forbidden"]] for name in names})


@cache
def _parameters(view: object) -> frozenset[str]:
    return frozenset(inspect.signature(cast(Callable[..., object], view)).parameters)


def _is_form() -> bool:
    return request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")


def demand_marks(app: Flask) -> None:
    """Refuse to start with a route that names neither an operation or query nor a reason to be public."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_marked = hasattr(view, "__mdt_targets__") or hasattr(view, "__mdt_public__")
        if rule.endpoint != "static" and not is_marked:
            raise RuntimeError(f"{rule.endpoint} ({rule.rule}) names no operation, query or public reason")
