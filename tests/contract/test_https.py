"""§5, §8 behind HTTPS: cookie prefix and Secure, Origin by the public address, metrics with a token."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.app import create_app
from tests.world.people import PASSWORD

PUBLIC = "https://mdt.example.org"


@pytest.fixture
def secure(settings: Settings) -> Iterator[Flask]:
    runtime.database().close()
    made = create_app(settings.model_copy(update={"public_url": PUBLIC}))
    yield made
    runtime.database().close()


def sign_in(client: FlaskClient, username: str = "county") -> list[str]:
    body = {"username": username, "password": PASSWORD}
    answer = client.post("/api/v1/session", json=body, base_url=PUBLIC)
    assert answer.status_code == 200
    return answer.headers.getlist("Set-Cookie")


def test_cookies_take_the_prefix_and_are_secure(secure: Flask) -> None:
    client = secure.test_client()
    lines = sign_in(client)
    session = next(line for line in lines if line.startswith("__Host-mdt_session="))
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in session
    assert "Domain" not in session
    assert any("mdt_csrf=" in line and "Secure" in line for line in lines)
    assert client.get("/api/v1/me", base_url=PUBLIC).status_code == 200


def test_the_readable_cookie_is_found_under_its_name(secure: Flask) -> None:
    """Only the session cookie's name changes under HTTPS: programs read `mdt_csrf` everywhere."""
    client = secure.test_client()
    lines = sign_in(client)
    token = next(line for line in lines if line.startswith("mdt_csrf=")).split(";")[0].partition("=")[2]
    headers = {"X-CSRF-Token": token, "Origin": PUBLIC}
    assert client.post("/api/v1/cases", json={}, headers=headers, base_url=PUBLIC).status_code == 201
    headers["Origin"] = "https://evil.example"
    assert client.post("/api/v1/cases", json={}, headers=headers, base_url=PUBLIC).status_code == 403


def test_metrics_from_elsewhere_need_a_token(secure: Flask) -> None:
    client = secure.test_client()
    elsewhere = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    assert client.get("/metrics", headers=elsewhere).status_code == 404
    lines = sign_in(client, "admin")
    token = next(line for line in lines if line.startswith("mdt_csrf=")).split(";")[0].partition("=")[2]
    made = client.post(
        "/api/v1/me/tokens",
        json={"name": "Prometheus", "scopes": ["read"]},
        headers={"X-CSRF-Token": token},
        base_url=PUBLIC,
    ).json
    program = elsewhere | {"Authorization": f"Bearer {made['token']}"}
    assert secure.test_client().get("/metrics", headers=program).status_code == 200
