"""§5 form and errors: JSON, lists, problem answers and the order of refusals, people and hospitals."""

import re

import pytest
import requests

from tests.contract.acts import FULL, UNKNOWN, House

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
PROBLEM = {"type", "title", "status", "detail", "code", "fields"}


def test_who_am_i(home: House) -> None:
    me = home["county"].ok("GET", "/me")
    assert {"id", "name", "username", "hospital", "roles", "lang", "may"} <= set(me)
    assert me["roles"] == ["physician"]
    assert me["hospital"]["name"] == "青溪县人民医院"
    assert me["lang"] in ("zh", "en")
    assert isinstance(me["may"], list)


def test_the_directory_has_no_contact_data(home: House) -> None:
    found = home["county"].ok("GET", "/people?q=")
    assert set(found) >= {"items", "next"}
    for person in found["items"]:
        assert {"id", "name", "hospital", "department", "title"} <= set(person)
        assert not {"phone", "email", "username", "mobile"} & set(person)
    hospital = home["expert1"].person["hospital"]["id"]
    some = home["county"].ok("GET", f"/people?hospital={hospital}")["items"]
    assert some
    assert {each["hospital"]["id"] for each in some} == {hospital}
    name = home["expert1"].person["name"]
    assert home.id_of("expert1") in [p["id"] for p in home["county"].ok("GET", f"/people?q={name}")["items"]]


def test_the_four_hospitals(home: House) -> None:
    names = {each["name"] for each in home["county"].ok("GET", "/hospitals")["items"]}
    assert names >= {"青溪县人民医院", "南屏县中医院", "江州省立医院", "白石镇卫生院"}


def test_lists_are_paged_by_cursor(home: House) -> None:
    made = [home.draft(title=f"分页{n}")["id"] for n in range(4)]
    first = home["county"].ok("GET", "/cases?limit=2")
    assert len(first["items"]) == 2
    assert first["next"]
    second = home["county"].ok("GET", f"/cases?limit=2&cursor={first['next']}")
    ids = [each["id"] for each in first["items"] + second["items"]]
    assert len(set(ids)) == 4
    assert ids == list(reversed(made))
    assert home["trainee"].ok("GET", "/cases") == {"items": [], "next": None}


@pytest.mark.parametrize("path", ["/cases", "/meetings", "/tasks", "/people", "/clinics", "/audit"])
def test_limits(home: House, path: str) -> None:
    assert home["coordinator"].call("GET", f"{path}?limit=200").status_code == 200
    for limit in ("201", "0", "-1", "x"):
        assert home["coordinator"].call("GET", f"{path}?limit={limit}").status_code == 422, limit


def test_created_is_201_changed_is_200_with_the_whole_thing(home: House) -> None:
    answer = home["county"].call("POST", "/cases", json=FULL)
    assert answer.status_code == 201
    assert answer.headers["Content-Type"].startswith("application/json")
    case = answer.json()
    changed = home["county"].call("PATCH", f"/cases/{case['id']}", json={"title": "新"})
    assert changed.status_code == 200
    assert set(changed.json()) == set(case)


def test_instants_are_utc_with_z(home: House) -> None:
    case = home.submitted()
    assert INSTANT.match(case["submitted_at"])
    row = home["county"].ok("GET", f"/cases/{case['id']}/timeline")["items"][0]
    assert INSTANT.match(row["at"])
    assert INSTANT.match(home.meeting()["starts_at"])


def refused(answer: requests.Response, status: int, code: str = "") -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) >= PROBLEM
    assert body["status"] == status
    assert re.fullmatch(r"[a-z0-9_.]+", body["code"])
    assert not code or body["code"] == code


def test_an_unknown_field_is_422_with_its_name(home: House) -> None:
    answer = home["county"].call("POST", "/cases", json={"titel": "x"})
    refused(answer, 422)
    assert list(answer.json()["fields"]) == ["titel"]
    nested = home["county"].call("POST", "/cases", json={"patient": {"nmae": "x"}})
    refused(nested, 422)
    assert "patient.nmae" in nested.json()["fields"]


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "17", "null", "\ud800".encode("utf-8", "surrogatepass")])
def test_malformed_json_is_422(home: House, body: str | bytes) -> None:
    answer = home["county"].call("POST", "/cases", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422) if body == "null" else answer.status_code == 422, answer.text


def test_a_call_that_takes_nothing_takes_nothing(home: House) -> None:
    case = home.accepted()["id"]
    path = f"/cases/{case}/consensus"
    refused(home["chair"].call("POST", path, data="{bad", headers={"Content-Type": "application/json"}), 422)
    refused(home["county"].call("POST", "/notices/read-all", json={"x": 1}), 422)
    assert home["county"].call("POST", "/notices/read-all", json={}).ok


def test_null_stands_for_a_text_that_is_left_out(home: House) -> None:
    meeting = home.meeting(call_link=None)
    assert meeting["call_link"] == ""


def test_a_malformed_if_match_refuses(home: House) -> None:
    case = home.draft()["id"]
    for sent in ('"abc"', "abc", '"2","1"', '""'):
        refused(home["county"].call("PATCH", f"/cases/{case}", json={"title": "x"}, headers={"If-Match": sent}), 412)
    assert home["county"].call("PATCH", f"/cases/{case}", json={"title": "x"}, headers={"If-Match": "*"}).ok


def test_a_birth_date_lies_in_the_past_and_gives_the_age(home: House) -> None:
    refused(home["county"].call("POST", "/cases", json={"patient": {"birth_date": "2999-01-01"}}), 422)
    case = home.draft()["id"]
    answer = home["county"].call("PATCH", f"/cases/{case}", json={"patient": {"age": 60}})
    refused(answer, 422)
    assert list(answer.json()["fields"]) == ["patient.age"]
    both = {"patient": {"age": 60, "birth_date": None}}
    assert home["county"].ok("PATCH", f"/cases/{case}", both)["patient"]["age"] == 60


def test_the_directory_is_read_page_by_page(home: House) -> None:
    for path in ("/people", "/hospitals"):
        whole = [each["id"] for each in home["coordinator"].ok("GET", f"{path}?limit=200")["items"]]
        found, cursor = [], ""
        while cursor is not None:
            page = home["coordinator"].ok("GET", f"{path}?limit=3&cursor={cursor}")
            found += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert found == whole
        assert len(found) > 3
        refused(home["coordinator"].call("GET", f"{path}?limit=0"), 422)


def test_a_state_refusal_names_what_is_allowed(home: House) -> None:
    meeting = home.meeting(starts_at="2027-03-01T08:00:00Z")
    answer = home["chair"].call("POST", f"/meetings/{meeting['id']}/start")
    refused(answer, 409)
    assert isinstance(answer.json()["allowed"], list)


def test_wrong_types_are_422(home: House) -> None:
    for change in ({"title": 3}, {"questions": {}}, {"urgency": "soon"}, {"patient": {"sex": "X"}}, {"patient": []}):
        refused(home["county"].call("POST", "/cases", json=change), 422)
    refused(home["county"].call("POST", "/cases", json={"patient": {"birth_date": "08.03.1977"}}), 422)


def test_404_is_the_same_for_unrelated_and_unknown(home: House) -> None:
    case = home.submitted()["id"]
    paths = (
        "/cases/{}",
        "/cases/{}/timeline",
        "/audit?object={}",
        "/cases/{}/images.zip",
        "/tasks/{}",
        "/documents/{}",
    )
    for path in paths:
        one = home["outsider"].call("GET", path.format(case))
        two = home["outsider"].call("GET", path.format(UNKNOWN))
        refused(one, 404)
        assert one.content == two.content, path
        assert {k for k in one.headers if k != "X-Request-ID"} == {k for k in two.headers if k != "X-Request-ID"}


def test_shape_comes_before_404_and_404_before_403(home: House) -> None:
    case = home.submitted()["id"]
    refused(home["outsider"].call("PATCH", f"/cases/{case}", json={"nonsense": 1}), 422)
    refused(home["outsider"].call("PATCH", f"/cases/{case}", json={"title": "x"}), 404)
    refused(home["coordinator"].call("PATCH", f"/cases/{case}", json={"title": "x"}), 403, "forbidden")


def test_403_comes_before_409_and_409_lists_what_is_allowed(home: House) -> None:
    case = home.submitted()["id"]
    refused(home["coordinator"].call("POST", f"/cases/{case}/actions/submit", json={}), 403)
    answer = home["county"].call("POST", f"/cases/{case}/actions/submit", json={})
    refused(answer, 409)
    assert "withdraw" in answer.json()["allowed"]


def test_409_comes_before_412(home: House) -> None:
    case = home.submitted()["id"]
    stale = {"If-Match": '"0"'}
    answer = home["county"].call("POST", f"/cases/{case}/actions/submit", json={}, headers=stale)
    refused(answer, 409)


def test_412_comes_before_meaning(home: House) -> None:
    case = home.draft(summary="")
    answer = home["county"].call("POST", f"/cases/{case['id']}/actions/submit", json={}, headers={"If-Match": '"0"'})
    refused(answer, 412, "stale")
    refused(home["county"].call("POST", f"/cases/{case['id']}/actions/submit", json={}), 422)


def test_details_speak_the_readers_language(home: House) -> None:
    chinese = home["county"].call("GET", f"/cases/{UNKNOWN}").json()
    english = home["county"].call("GET", f"/cases/{UNKNOWN}?lang=en").json()
    assert chinese["code"] == english["code"]
    assert re.search(r"[\u4e00-\u9fff]", chinese["detail"])
    assert not re.search(r"[\u4e00-\u9fff]", english["detail"])
    home["county"].call("GET", f"/cases/{UNKNOWN}?lang=zh")


def test_405_406_413_and_unknown_paths(home: House) -> None:
    refused(home["county"].call("DELETE", "/cases"), 405)
    assert "GET" in home["county"].call("DELETE", "/cases").headers["Allow"]
    refused(home["county"].call("GET", "/nothing"), 404)
    refused(home["county"].call("POST", "/cases", data="x" * (50 << 20)), 413)
    answer = home.raw("county", "GET", "/dicomweb/studies", headers={"Accept": "text/csv"})
    refused(answer, 406)


def test_a_body_that_is_no_json(home: House) -> None:
    answer = home["county"].call("POST", "/cases", data="title=x", headers={"Content-Type": "text/plain"})
    assert answer.status_code in (415, 422)


def test_openapi_is_3_1_and_the_page_is_local(home: House) -> None:
    document = home["county"].call("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    page = home.raw("county", "GET", "/api/docs")
    assert page.status_code == 200
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
