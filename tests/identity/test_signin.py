"""Signing in, staying signed in, and no longer being so."""

from flask.testing import FlaskClient

from tests.world.client import Caller
from tests.world.people import PASSWORD


def test_a_person_signs_in_and_reads_who_they_are(caller: Caller) -> None:
    county = caller("county")
    me = county.get("/api/v1/me").json
    assert me["username"] == "county"
    assert me["hospital"]["name"] == "青溪县人民医院"


def test_a_wrong_password_says_nothing_about_the_name(client: FlaskClient) -> None:
    known = client.post("/api/v1/session", json={"username": "county", "password": "no"})
    unknown = client.post("/api/v1/session", json={"username": "nobody", "password": "no"})
    assert known.status_code == unknown.status_code == 401
    assert known.json["detail"] == unknown.json["detail"]
    assert known.json["code"] == "wrong_credentials"


def test_failures_are_throttled_and_successes_are_not(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/api/v1/session", json={"username": "county", "password": "no"})
    refused = client.post("/api/v1/session", json={"username": "county", "password": PASSWORD})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_an_unsafe_request_needs_the_token_of_its_session(caller: Caller) -> None:
    county = caller("county")
    refused = county.client.delete("/api/v1/session")
    assert (refused.status_code, refused.json["code"]) == (403, "csrf")
    assert county.delete("/api/v1/session").status_code == 204
    assert county.get("/api/v1/me").status_code == 401


def test_nobody_is_told_401_and_a_page_leads_to_the_sign_in(client: FlaskClient) -> None:
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
    page = client.get("/account")
    assert page.status_code in (302, 404)


def test_an_unknown_field_is_refused_by_name(client: FlaskClient) -> None:
    refused = client.post("/api/v1/session", json={"username": "a", "password": "b", "extra": 1})
    assert refused.status_code == 422
    assert "extra" in refused.json["fields"]
