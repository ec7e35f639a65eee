"""§5 sign-in, bearer tokens, CSRF; trust.md §3: cookies, throttling."""

import pytest
import requests

from tests.contract.acts import PASSWORD, House

SIGN_IN = {"username": "trainee", "password": PASSWORD}


def post_session(home: House, body: object, **options: object) -> requests.Response:
    return requests.post(f"{home.url}/api/v1/session", json=body, timeout=10, **options)  # type: ignore[arg-type]


def cookie_line(answer: requests.Response, name: str) -> str:
    lines = answer.raw.headers.getlist("Set-Cookie")
    return next(line for line in lines if line.startswith(f"{name}="))


def test_signing_in_gives_the_person_and_the_cookies(home: House) -> None:
    answer = post_session(home, SIGN_IN)
    assert answer.status_code == 200
    person = answer.json()["person"]
    assert {"id", "name", "username", "hospital", "roles", "lang", "may"} <= set(person)
    assert person["username"] == "trainee"
    assert {"id", "name"} <= set(person["hospital"])
    session = cookie_line(answer, "mdt_session")
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Secure" not in session
    assert "Path=/" in session
    csrf = cookie_line(answer, "mdt_csrf")
    assert "HttpOnly" not in csrf
    assert "SameSite=Lax" in csrf


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(home: House) -> None:
    wrong = post_session(home, {"username": "baishi-nobody", "password": "x"})
    unknown = post_session(home, {"username": "infectious", "password": "not it"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == unknown.json()["code"]
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert "Set-Cookie" not in wrong.headers


def test_throttling_counts_failures_only(home: House) -> None:
    for _ in range(12):
        assert post_session(home, SIGN_IN).status_code == 200


def test_many_failures_are_throttled_with_retry_after(home: House) -> None:
    answers = [post_session(home, {"username": "nobody-here", "password": f"guess {n}"}) for n in range(8)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert post_session(home, SIGN_IN).status_code == 200


def test_otp_may_be_sent_an_unknown_field_may_not(home: House) -> None:
    assert post_session(home, SIGN_IN | {"otp": ""}).status_code == 200
    refused = post_session(home, SIGN_IN | {"remember": True})
    assert refused.status_code == 422
    assert "remember" in refused.json()["fields"]


def test_signing_out_ends_the_session_and_clears_the_cache(home: House) -> None:
    who = home.fresh("trainee")
    cookie = who.session.cookies["mdt_session"]
    answer = who.call("DELETE", "/session")
    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    again = requests.get(f"{home.url}/api/v1/me", cookies={"mdt_session": cookie}, timeout=10)
    assert again.status_code == 401


def test_each_sign_in_has_a_session_of_its_own(home: House) -> None:
    first, second = home.fresh("trainee"), home.fresh("trainee")
    assert first.session.cookies["mdt_session"] != second.session.cookies["mdt_session"]
    first.call("DELETE", "/session")
    assert second.call("GET", "/me").status_code == 200


def test_without_a_session_every_call_is_401(home: House) -> None:
    for method, path in (("GET", "/me"), ("GET", "/cases"), ("POST", "/cases"), ("GET", "/cases/x"), ("GET", "/audit")):
        answer = requests.request(method, f"{home.url}/api/v1{path}", timeout=10)
        assert answer.status_code == 401, path
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert requests.get(f"{home.url}/dicomweb/studies", timeout=10).status_code == 401
    assert requests.post(f"{home.url}/uploads/", timeout=10).status_code == 401


def csrf_refused(who: requests.Session, url: str, headers: dict[str, str]) -> bool:
    answer = who.post(f"{url}/api/v1/cases", json={}, headers=headers, timeout=10)
    if answer.status_code == 201:
        return False
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"
    return True


def test_csrf_missing_wrong_or_of_another_session(home: House) -> None:
    who, other = home.fresh("county"), home.fresh("county")
    own = who.session.headers.pop("X-CSRF-Token")
    assert csrf_refused(who.session, home.url, {})
    assert csrf_refused(who.session, home.url, {"X-CSRF-Token": "wrong"})
    assert csrf_refused(who.session, home.url, {"X-CSRF-Token": str(other.session.headers["X-CSRF-Token"])})
    assert not csrf_refused(who.session, home.url, {"X-CSRF-Token": str(own)})


def test_origin_and_fetch_site_are_checked_when_present(home: House) -> None:
    who = home.fresh("county").session
    assert csrf_refused(who, home.url, {"Origin": "https://evil.example"})
    assert csrf_refused(who, home.url, {"Sec-Fetch-Site": "cross-site"})
    assert not csrf_refused(who, home.url, {"Origin": home.url, "Sec-Fetch-Site": "same-origin"})


def test_a_page_without_an_origin_is_refused(home: House) -> None:
    assert csrf_refused(home.fresh("county").session, home.url, {"Origin": "null"})


def test_csrf_comes_before_shape_and_before_404(home: House) -> None:
    who = home.fresh("county").session
    del who.headers["X-CSRF-Token"]
    assert who.post(f"{home.url}/api/v1/cases", data="{", timeout=10).status_code == 403
    assert who.patch(f"{home.url}/api/v1/cases/unknown", json={"x": 1}, timeout=10).json()["code"] == "csrf"
    assert who.post(f"{home.url}/uploads/", timeout=10).json()["code"] == "csrf"


def test_page_forms_carry_the_same_value_hidden(home: House) -> None:
    who = home.fresh("county").session
    token = who.cookies["mdt_csrf"]
    page = who.get(f"{home.url}/account", timeout=10)
    assert page.status_code == 200
    assert f'value="{token}"' in page.text
    assert 'type="hidden"' in page.text


@pytest.fixture
def token(home: House) -> str:
    made = home["county"].ok("POST", "/me/tokens", {"name": "HIS", "scopes": ["read", "write"]})
    value: str = made["token"]
    return value


def test_a_bearer_token_needs_no_csrf_and_can_be_revoked(home: House, token: str) -> None:
    program = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{home.url}/api/v1/me", headers=program, timeout=10).json()["username"] == "county"
    made = requests.post(f"{home.url}/api/v1/cases", json={}, headers=program, timeout=10)
    assert made.status_code == 201
    for each in home["county"].ok("GET", "/me/tokens")["items"]:
        home["county"].ok("DELETE", f"/me/tokens/{each['id']}")
    assert requests.get(f"{home.url}/api/v1/me", headers=program, timeout=10).status_code == 401


def test_a_token_is_scoped(home: House) -> None:
    made = home["county"].ok("POST", "/me/tokens", {"name": "读", "scopes": ["read"]})
    program = {"Authorization": f"Bearer {made['token']}"}
    assert requests.get(f"{home.url}/api/v1/cases", headers=program, timeout=10).status_code == 200
    assert requests.post(f"{home.url}/api/v1/cases", json={}, headers=program, timeout=10).status_code == 403


def test_a_made_up_token_is_nobody(home: House) -> None:
    program = {"Authorization": "Bearer nonsense"}
    assert requests.get(f"{home.url}/api/v1/me", headers=program, timeout=10).status_code == 401
