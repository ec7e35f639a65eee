"""What every answer carries: a strict policy for scripts, no sniffing, no caching of what is private."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mdt.kernel import runtime
from tests.world.client import Caller
from tests.world.people import PASSWORD

PAGES = ("/login", "/join/none", "/api/docs", "/nowhere", "/account", "/notices", "/admin/people", "/admin/people/new")


def policy(answer: TestResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_only_our_scripts_and_is_not_kept(caller: Caller, path: str) -> None:
    page = caller("qingxi_admin").get(path)
    rules = policy(page)
    assert rules["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in rules["script-src"]
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in page.headers["Cache-Control"]
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", page.text)
    assert not re.search(r"\son[a-z]+=", page.text)
    assert "javascript:" not in page.text


def test_an_answer_of_the_interface_is_private(caller: Caller) -> None:
    answer = caller("county").get("/api/v1/me")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_a_request_keeps_its_number_unless_it_is_strange(client: FlaskClient) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "abc-1"})
    assert kept.headers["X-Request-ID"] == "abc-1"
    strange = client.get("/healthz", headers={"X-Request-ID": "a b<script>"})
    assert re.fullmatch(r"[0-9a-f-]{36}", strange.headers["X-Request-ID"])


def test_cookies_are_locked_and_under_https_more_so(app: Flask) -> None:
    body = {"username": "county", "password": PASSWORD}
    plain = app.test_client().post("/api/v1/session", json=body).headers.getlist("Set-Cookie")
    assert any(cookie.startswith("mdt_session=") and "HttpOnly" in cookie for cookie in plain)
    assert all("SameSite=Lax" in cookie for cookie in plain)
    settings = runtime.settings().model_copy(update={"public_url": "https://mdt.example.org"})
    runtime.bind(settings, runtime.database(), runtime.files())
    answer = app.test_client().post("/api/v1/session", json=body, base_url="https://mdt.example.org")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith(("__Host-mdt_session=", "mdt_csrf="))
        assert "Secure" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_signing_out_clears_what_the_browser_kept(caller: Caller) -> None:
    answer = caller("county").delete("/api/v1/session")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_bug_shows_no_trace(app: Flask, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    county = caller("county")

    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    view = app.view_functions["account.account"]
    broken.__mdt_targets__ = view.__mdt_targets__  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "account.account", broken)
    page = county.get("/account")
    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
