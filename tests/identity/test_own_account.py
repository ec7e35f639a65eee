"""What a person does with their own account: password, language, devices, tokens."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from mdt.identity.models import SignedIn as SessionRow
from mdt.identity.pages.entry import local_path
from mdt.identity.terms import device_name
from mdt.kernel import clock, runtime
from mdt.kernel.i18n import set_language
from tests.world.client import Caller
from tests.world.people import PASSWORD

NEW_PASSWORD = "a better password"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_new_password_ends_the_other_sessions_only(caller: Caller) -> None:
    here, there = caller("county"), caller("county")
    change = {"current": PASSWORD, "password": NEW_PASSWORD}
    assert here.post("/api/v1/me/password", json=change).status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401


def test_a_wrong_present_password_is_named_and_throttled(caller: Caller) -> None:
    county = caller("county")
    change = {"current": "guess", "password": NEW_PASSWORD}
    answers = [county.post("/api/v1/me/password", json=change) for _ in range(6)]
    assert answers[0].json["fields"] == {"current": ["当前密码不正确。"]}
    assert answers[-1].status_code == 429


def test_devices_are_listed_and_ended_one_by_one_or_all(caller: Caller) -> None:
    here, there, third = caller("county"), caller("county"), caller("county")
    listed = here.get("/api/v1/me/sessions").json["items"]
    assert [each["current"] for each in listed].count(True) == 1
    other = there.get("/api/v1/me/sessions").json["items"]
    there_id = next(each["id"] for each in other if each["current"])
    assert caller("county2").delete(f"/api/v1/me/sessions/{there_id}").status_code == 404
    assert here.delete(f"/api/v1/me/sessions/{there_id}").status_code == 204
    assert (there.get("/api/v1/me").status_code, third.get("/api/v1/me").status_code) == (401, 200)
    assert here.delete("/api/v1/me/sessions").status_code == 204
    assert (here.get("/api/v1/me").status_code, third.get("/api/v1/me").status_code) == (200, 401)


def test_a_token_does_what_its_scopes_say_until_it_is_revoked(caller: Caller) -> None:
    county = caller("county")
    reading = county.post("/api/v1/me/tokens", json={"name": "reader", "scopes": ["read"]}).json
    writing = county.post("/api/v1/me/tokens", json={"name": "writer", "scopes": ["read", "write"]}).json
    program = county.client.application.test_client()
    assert program.get("/api/v1/me", headers=bearer(reading["token"])).status_code == 200
    refused = program.patch("/api/v1/me", json={"lang": "en"}, headers=bearer(reading["token"]))
    assert (refused.status_code, refused.json["code"]) == (403, "scope")
    assert program.patch("/api/v1/me", json={"lang": "en"}, headers=bearer(writing["token"])).status_code == 200
    more = program.post("/api/v1/me/tokens", json={"name": "x", "scopes": ["read"]}, headers=bearer(writing["token"]))
    assert more.status_code == 403
    listed = county.get("/api/v1/me/tokens").json["items"]
    assert [each["name"] for each in listed] == ["reader", "writer"]
    assert "token" not in listed[0]
    assert caller("county2").delete(f"/api/v1/me/tokens/{reading['id']}").status_code == 404
    assert county.delete(f"/api/v1/me/tokens/{reading['id']}").status_code == 204
    assert program.get("/api/v1/me", headers=bearer(reading["token"])).status_code == 401
    assert program.get("/api/v1/me", headers=bearer("made up")).status_code == 401


def test_the_account_page_shows_a_token_once(caller: Caller) -> None:
    county = caller("county")
    page = county.post("/account/tokens", data={"name": "pacs", "scopes": ["read"]})
    token = page.text.split('id="new-token">')[1].split("<", maxsplit=1)[0]
    assert county.client.application.test_client().get("/api/v1/me", headers=bearer(token)).status_code == 200
    assert token not in county.get("/account").text
    assert county.post("/account/tokens", data={"name": "x"}).status_code == 422
    token_id = county.get("/api/v1/me/tokens").json["items"][0]["id"]
    assert county.post(f"/account/tokens/{token_id}/revoke").status_code == 303
    assert county.get("/api/v1/me/tokens").json["items"] == []


def test_the_account_page_changes_password_language_and_devices(caller: Caller) -> None:
    county, other = caller("county"), caller("county")
    assert "陈立" in county.get("/account").text
    wrong = county.post("/account/password", data={"current": "no", "password": NEW_PASSWORD})
    assert (wrong.status_code, "当前密码不正确" in wrong.text) == (422, True)
    right = county.post("/account/password", data={"current": PASSWORD, "password": NEW_PASSWORD})
    assert right.status_code == 303
    assert "已保存" in county.get(right.headers["Location"]).text
    assert other.get("/account").status_code == 302
    assert county.post("/account/language", data={"lang": "en"}).status_code == 303
    assert county.post("/account/sessions/end").status_code == 303
    session_id = county.get("/api/v1/me/sessions").json["items"][0]["id"]
    assert county.post(f"/account/sessions/{session_id}/end").status_code == 303
    assert county.get("/api/v1/me").status_code == 401


def test_the_accounts_language_wins_over_the_address(caller: Caller) -> None:
    county = caller("county")
    assert 'lang="zh-CN"' in county.get("/account").text
    assert '<html lang="en">' in county.get("/account?lang=en").text
    county.patch("/api/v1/me", json={"lang": "zh"})
    assert '<html lang="zh-CN">' in county.get("/account?lang=en").text
    set_language("zh")


def test_the_language_of_the_address_is_remembered(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/login?lang=en").text
    assert '<html lang="en">' in client.get("/login").text
    assert '<html lang="zh-CN">' in client.get("/login?lang=zh").text
    assert '<html lang="zh-CN">' in client.get("/login?lang=klingon").text
    set_language("zh")


@pytest.mark.parametrize("column", ["seen_at", "started_at"])
def test_an_idle_or_old_session_ends(caller: Caller, column: str) -> None:
    county = caller("county")
    assert 0 < county.get("/api/v1/session").json["expires_in_s"] <= 1800
    with runtime.database().writing() as session:
        session.execute(update(SessionRow).values({column: clock.now() - timedelta(hours=13)}))
    assert county.get("/api/v1/me").status_code == 401


def test_asking_how_long_it_lasts_does_not_prolong_a_session(caller: Caller) -> None:
    county = caller("county")
    earlier = clock.now() - timedelta(minutes=20)
    with runtime.database().writing() as session:
        session.execute(update(SessionRow).values(seen_at=earlier))
    assert county.get("/api/v1/session").json["expires_in_s"] <= 600
    with runtime.database().reading() as session:
        assert session.execute(select(SessionRow.seen_at)).scalar_one() == earlier
    county.get("/api/v1/me")
    assert county.get("/api/v1/session").json["expires_in_s"] > 1700


def test_a_strangers_failures_do_not_lock_the_right_person_out(caller: Caller) -> None:
    county = caller("county")
    app = county.client.application
    right, wrong = {"username": "county", "password": PASSWORD}, {"username": "county", "password": "guess"}
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    for _ in range(6):
        app.test_client().post("/api/v1/session", json=wrong, environ_overrides=stranger)
    refused = app.test_client().post("/api/v1/session", json=right, environ_overrides=stranger)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 300
    assert app.test_client().post("/api/v1/session", json=right).status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/x\n", "javascript:1"]
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, target: str) -> None:
    assert local_path(target) == "/"
    form = {"username": "county", "password": PASSWORD, "next": target}
    assert client.post("/login", data=form).headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_asked(client: FlaskClient) -> None:
    form = {"username": "county", "password": PASSWORD, "next": "/cases?view=list"}
    answer = client.post("/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases?view=list")


def test_a_browser_is_named_in_two_words() -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
    assert device_name(chrome) == "Chrome · Windows"
    assert device_name("curl/8.5") == "curl/8.5"
    assert device_name("") == "?"


def test_a_browsers_form_is_taken_with_its_hidden_field_and_a_foreign_page_is_not(caller: Caller) -> None:
    county = caller("county")
    page = county.get("/account")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert f'name="csrf" value="{county.csrf}"' in page.text
    form = {"lang": "en", "csrf": county.csrf}
    ours, foreign = {"Origin": "http://localhost"}, {"Origin": "https://evil.example"}
    assert county.client.post("/account/language", data=form, headers=ours).status_code == 303
    assert county.client.post("/account/language", data=form, headers=foreign).status_code == 403
    assert county.client.post("/account/language", data={"lang": "en"}, headers=ours).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert county.client.post("/account/language", data=form, headers=cross).status_code == 403
