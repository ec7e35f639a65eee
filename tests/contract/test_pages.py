"""§4 pages, languages, what comes later; §8 health."""

import json
import re

import pytest
import requests

from tests.contract.acts import UNKNOWN, House, new_key

CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/cases?view=list", "/cases/new", "/meetings", "/clinics", "/tasks", "/notices", "/account"]
)
def test_pages_of_a_physician(home: House, path: str) -> None:
    answer = home.raw("county", "GET", path, allow_redirects=False)
    assert answer.status_code == 200 or (path == "/cases/new" and answer.status_code in (200, 302, 303)), path
    if answer.status_code == 200:
        assert answer.headers["Content-Type"].startswith("text/html")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_things(home: House) -> None:
    made = home.concluded
    case = home["county"].ok("GET", f"/cases/{made.case_id}")
    pages = (f"/cases/{made.case_id}", f"/rooms/{case['room_id']}", f"/documents/{case['documents'][0]['id']}")
    for path in pages:
        assert home.raw("county", "GET", path).status_code == 200, path
        assert home.raw("outsider", "GET", path).status_code == 404, path
    meeting = f"/meetings/{made.meeting}"
    assert home.raw("coordinator", "GET", meeting).status_code == 200
    assert home.raw("outsider", "GET", meeting).status_code == 404


def test_pages_404_the_same_for_unrelated_and_unknown(home: House) -> None:
    case = home.submitted()

    def body(path: str) -> str:
        text = home.raw("outsider", "GET", path).text
        return re.sub(r"[0-9a-f-]{36}", "", text)

    assert body(f"/cases/{case['id']}") == body(f"/cases/{UNKNOWN}")
    assert body(f"/rooms/{case['room_id']}") == body(f"/rooms/{UNKNOWN}")


def test_signing_in_by_the_page_and_being_led_back(home: House) -> None:
    nobody = requests.Session()
    answer = nobody.get(f"{home.url}/tasks", allow_redirects=False, timeout=10)
    assert answer.status_code in (302, 303)
    assert "/login" in answer.headers["Location"]
    form = {"username": "trainee", "password": "huizhen-demo", "next": "/meetings"}
    done = nobody.post(f"{home.url}/login", data=form, allow_redirects=False, timeout=10)
    assert done.status_code == 303
    assert done.headers["Location"].endswith("/meetings")
    assert "mdt_session" in nobody.cookies
    evil = requests.post(
        f"{home.url}/login", data=form | {"next": "https://evil.example/"}, allow_redirects=False, timeout=10
    )
    assert "evil" not in evil.headers["Location"]


def test_admin_pages(home: House) -> None:
    for path in ("/admin/people", "/admin/audit"):
        assert home.raw("qingxi_admin", "GET", path).status_code == 200
        assert home.raw("county", "GET", path).status_code in (403, 404)


def test_a_join_link(home: House) -> None:
    me = home["qingxi_admin"].person
    body = {
        "username": f"new{new_key()[:6]}",
        "name": "新人",
        "hospital_id": me["hospital"]["id"],
        "department": "内科",
        "roles": ["physician"],
    }
    url = home["qingxi_admin"].ok("POST", "/people", body)["join"]["url"]
    path = "/join/" + url.rsplit("/", 1)[1]
    for _ in range(2):
        page = requests.get(f"{home.url}{path}", timeout=10)
        assert page.status_code == 200, "looking changes nothing"
    form = {"password": "ein neues Passwort", "again": "ein neues Passwort"}
    done = requests.post(f"{home.url}{path}", data=form, allow_redirects=False, timeout=10)
    assert done.status_code == 303
    assert requests.get(f"{home.url}{path}", timeout=10).status_code == 404
    assert requests.get(f"{home.url}/join/nonsense", timeout=10).status_code == 404


def test_a_phone_link_changes_nothing_by_get(home: House) -> None:
    assert requests.get(f"{home.url}/phone/nonsense", timeout=10).status_code == 404


def test_lang_sets_a_cookie_and_stays(home: House) -> None:
    nobody = requests.Session()
    english = nobody.get(f"{home.url}/login?lang=en", timeout=10)
    assert 'lang="en"' in english.text
    kept = [cookie for cookie in nobody.cookies if cookie.value == "en"]
    assert kept
    assert 'lang="en"' in nobody.get(f"{home.url}/login", timeout=10).text
    assert 'lang="zh' in nobody.get(f"{home.url}/login?lang=zh", timeout=10).text
    assert 'lang="zh' in nobody.get(f"{home.url}/login?lang=fr", timeout=10).text


def test_the_accounts_choice_wins(home: House) -> None:
    who = home.fresh("trainee")
    who.ok("PATCH", "/me", {"lang": "en"})
    assert who.ok("GET", "/me")["lang"] == "en"
    page = who.session.get(f"{home.url}/meetings?lang=zh", timeout=10)
    assert '<html lang="en"' in page.text
    who.ok("PATCH", "/me", {"lang": "zh"})
    assert '<html lang="zh' in who.session.get(f"{home.url}/meetings?lang=en", timeout=10).text
    who.refused(422, "PATCH", "/me", {"lang": "fr"})


LATER = [
    "/measures",
    "/teaching",
    "/api/v1/measures",
    "/api/v1/teaching",
    "/api/v1/cases/{case}/opinions/mine",
    "/api/v1/cases/{case}/opinions/seal",
    "/api/v1/cases/{case}/opinions/reveal",
]


@pytest.mark.parametrize("path", LATER)
def test_what_comes_later_is_404(home: House, path: str) -> None:
    case = home.submitted()["id"]
    for method in ("GET", "POST", "PUT"):
        answer = home.raw("county", method, path.format(case=case), json={})
        assert answer.status_code == 404, method


def test_what_comes_later_is_in_no_menu_and_not_in_the_openapi(home: House) -> None:
    for who in ("county", "coordinator", "chair", "trainee", "qingxi_admin", "admin"):
        page = home.raw(who, "GET", "/account").text
        assert not re.search(r'href="/(measures|teaching)', page)
    document = json.dumps(home["county"].ok("GET", "/openapi.json"))
    for word in ("opinions/", "/measures", "/teaching", "oidc", "dimse", "guest"):
        assert word not in document.lower(), word


def test_healthz_readyz_metrics(home: House) -> None:
    assert requests.get(f"{home.url}/healthz", timeout=10).status_code == 200
    ready = requests.get(f"{home.url}/readyz", timeout=10)
    assert ready.status_code == 200
    assert {"database", "files", "migrations"} <= set(ready.json()["checks"])
    metrics = requests.get(f"{home.url}/metrics", timeout=10)
    assert metrics.status_code == 200
    assert "# HELP" in metrics.text


def test_a_request_id_is_kept(home: House) -> None:
    answer = requests.get(f"{home.url}/healthz", headers={"X-Request-ID": "abc-123"}, timeout=10)
    assert answer.headers["X-Request-ID"] == "abc-123"
    assert requests.get(f"{home.url}/healthz", timeout=10).headers["X-Request-ID"]


def test_no_stack_trace_and_no_server_secrets(home: House) -> None:
    for path in ("/api/v1/cases/%00", "/cases/%ff", "/api/v1/cases?limit=1&cursor=%ff", "/api/v1/rooms/x?after=é"):
        answer = home.raw("county", "GET", path)
        assert answer.status_code < 500, path
        assert "Traceback" not in answer.text


def test_documents_in_the_docs_folder_agree(home: House) -> None:
    assert CJK.search(home.raw("county", "GET", "/cases?lang=zh").text)
