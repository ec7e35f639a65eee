"""Administrators' work: accounts, links, leavers; and what is not theirs."""

import pytest

from mdt.identity.operations import AddPerson, Nothing, add_person, make_join_link
from mdt.identity.terms import Role
from mdt.kernel.actor import SYSTEM
from tests.world.client import Caller, SignedIn
from tests.world.people import PASSWORD, People

NEW = {"username": "newcomer", "name": "赵新", "department": "呼吸内科", "roles": ["physician"]}


def made(admin: SignedIn, **changes: object) -> dict[str, object]:
    answer = admin.post("/api/v1/people", json={**NEW, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def token_of(url: object) -> str:
    return str(url).rsplit("/", 1)[1]


def test_an_invited_person_sets_a_password_once_and_is_signed_in(caller: Caller) -> None:
    account = made(caller("qingxi_admin"))
    assert account["hospital"]["name"] == "青溪县人民医院"  # type: ignore[index]
    token = token_of(account["join"]["url"])  # type: ignore[index]
    client = caller("county").client.application.test_client()
    assert "newcomer" in client.get(f"/join/{token}").text
    assert "newcomer" in client.get(f"/join/{token}").text
    answer = client.post("/api/v1/join", json={"token": token, "password": "a good password"})
    assert answer.json["person"]["username"] == "newcomer"
    assert client.get("/api/v1/me").status_code == 200
    again = client.post("/api/v1/join", json={"token": token, "password": "another password"})
    assert (again.status_code, again.json["code"]) == (409, "join.used")
    assert client.get(f"/join/{token}").status_code == 404


def test_the_join_page_signs_in_and_keeps_a_short_password_out(caller: Caller) -> None:
    token = token_of(made(caller("qingxi_admin"))["join"]["url"])  # type: ignore[index]
    client = caller("county").client.application.test_client()
    short = client.post(f"/join/{token}", data={"password": "short"})
    assert (short.status_code, "太短了" in short.text) == (422, True)
    joined = client.post(f"/join/{token}", data={"password": "long enough pass"})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/")
    assert client.get("/api/v1/me").json["username"] == "newcomer"
    assert "用过" in client.post(f"/join/{token}", data={"password": "long enough pass"}).text
    assert "没有这个链接" in client.get("/join/made-up").text


def test_a_reset_ends_sessions_and_the_old_password(caller: Caller, people: People) -> None:
    county, admin = caller("county"), caller("qingxi_admin")
    person_id = people["county"].person_id
    reset = admin.post(f"/api/v1/people/{person_id}/reset")
    assert (reset.status_code, reset.json["kind"]) == (201, "reset")
    assert county.get("/api/v1/me").status_code == 401
    old = county.client.post("/api/v1/session", json={"username": "county", "password": PASSWORD})
    assert old.status_code == 401
    second = admin.post(f"/api/v1/people/{person_id}/reset").json["url"]
    dead = county.client.post("/api/v1/join", json={"token": token_of(reset.json["url"]), "password": "new password"})
    assert dead.status_code == 409
    joined = county.client.post("/api/v1/join", json={"token": token_of(second), "password": "new password"})
    assert joined.status_code == 200


def test_a_leaver_is_out_at_once_and_may_come_back(caller: Caller, people: People) -> None:
    county, admin = caller("county"), caller("qingxi_admin")
    token = county.post("/api/v1/me/tokens", json={"name": "his", "scopes": ["read"]}).json["token"]
    person_id = people["county"].person_id
    left = admin.post(f"/api/v1/people/{person_id}/deactivate")
    assert (left.status_code, left.json["active"]) == (200, False)
    assert county.get("/api/v1/me").status_code == 401
    program = {"Authorization": f"Bearer {token}"}
    plain = county.client.application.test_client()
    assert plain.get("/api/v1/me", headers=program).status_code == 401
    sign_in = {"username": "county", "password": PASSWORD}
    assert plain.post("/api/v1/session", json=sign_in).status_code == 401
    assert admin.post(f"/api/v1/people/{person_id}/reset").status_code == 409
    assert admin.post(f"/api/v1/people/{person_id}/activate").json["active"] is True
    assert plain.post("/api/v1/session", json=sign_in).status_code == 200
    assert plain.application.test_client().get("/api/v1/me", headers=program).status_code == 401


@pytest.mark.parametrize("path", ["", "/reset", "/deactivate", "/activate"])
@pytest.mark.parametrize("who", ["county2", "outsider", "trainee", "coordinator"])
def test_accounts_are_no_colleagues_affair(caller: Caller, people: People, who: str, path: str) -> None:
    place = f"/api/v1/people/{people['county'].person_id}{path}"
    call = caller(who)
    answer = call.post(place) if path else call.patch(place, json={"title": "x"})
    assert answer.status_code == 404


def test_another_hospitals_accounts_do_not_exist(caller: Caller, people: People) -> None:
    admin = caller("qingxi_admin")
    for name in ("outsider", "chair", "admin"):
        place = f"/api/v1/people/{people[name].person_id}"
        assert admin.get(place).status_code == 404
        assert admin.patch(place, json={"title": "x"}).status_code == 404
        assert admin.post(f"{place}/reset").status_code == 404
        assert admin.get(f"/admin/people/{people[name].person_id}").status_code == 404
    listed = admin.get("/api/v1/accounts").json["items"]
    assert {account["hospital"]["code"] for account in listed} == {"qingxi"}


def test_a_hospitals_administrator_stands_below_the_houses(caller: Caller, people: People) -> None:
    hospital_id = people["admin"].hospital_id
    change = AddPerson(username="jz_admin", name="马院", hospital_id=hospital_id, roles=[Role.HOSPITAL_ADMIN])
    local = add_person(SYSTEM, change)
    link = make_join_link(SYSTEM, local.id, Nothing())
    client = caller("county").client.application.test_client()
    client.post("/api/v1/join", json={"token": link.token, "password": PASSWORD})
    admin = caller("jz_admin")
    assert admin.get(f"/api/v1/people/{people['chair'].person_id}").status_code == 200
    assert admin.post(f"/api/v1/people/{people['admin'].person_id}/reset").status_code == 404
    assert admin.post("/api/v1/people", json={**NEW, "roles": ["admin"]}).status_code == 403
    elsewhere = {**NEW, "hospital_id": people["county"].hospital_id}
    assert admin.post("/api/v1/people", json=elsewhere).status_code == 403


def test_particulars_change_and_stale_ones_are_refused(caller: Caller, people: People) -> None:
    admin = caller("qingxi_admin")
    place = f"/api/v1/people/{people['county'].person_id}"
    first = admin.get(place)
    edit = {"title": "副主任医师", "department": "感染科", "roles": ["physician", "expert"]}
    changed = admin.patch(place, json=edit, headers={"If-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert (changed.json["title"], changed.json["department"]) == ("副主任医师", "感染科")
    assert changed.json["roles"] == ["expert", "physician"]
    assert changed.json["name"] == first.json["name"]
    stale = admin.patch(place, json={"title": "x"}, headers={"If-Match": first.headers["ETag"]})
    assert stale.status_code == 412


def test_an_administrator_does_not_saw_off_their_own_branch(caller: Caller, people: People) -> None:
    admin, place = caller("qingxi_admin"), f"/api/v1/people/{people['qingxi_admin'].person_id}"
    assert admin.post(f"{place}/deactivate").status_code == 409
    assert admin.post(f"{place}/reset").status_code == 409
    assert admin.patch(place, json={"roles": ["physician"]}).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"username": "county"},
        {"username": "a b"},
        {"name": ""},
        {"roles": []},
        {"roles": ["king"]},
        {"email": "nowhere"},
        {"hospital_id": "none"},
        {"name": "a\x00b"},
        {"password": "of somebody else"},
        {"department": "x" * 61},
    ],
)
def test_a_bad_account_is_refused_with_its_field(caller: Caller, change: dict[str, object]) -> None:
    who = "admin" if "hospital_id" in change else "qingxi_admin"
    answer = caller(who).post("/api/v1/people", json={**NEW, **change})
    assert answer.status_code == 422
    assert answer.json["fields"]


def test_the_list_is_searched_filtered_and_paged(caller: Caller) -> None:
    admin = caller("qingxi_admin")
    made(admin)
    assert [a["username"] for a in admin.get("/api/v1/accounts?q=赵").json["items"]] == ["newcomer"]
    assert [a["username"] for a in admin.get("/api/v1/accounts?state=invited").json["items"]] == ["newcomer"]
    first = admin.get("/api/v1/accounts?limit=2").json
    second = admin.get(f"/api/v1/accounts?limit=2&cursor={first['next']}").json
    assert len(first["items"]) == len(second["items"]) == 2
    assert caller("county").get("/api/v1/accounts").status_code == 403


def test_the_pages_make_edit_invite_and_end_an_account(caller: Caller) -> None:
    admin = caller("qingxi_admin")
    wrong = admin.post("/admin/people/new", data={"username": "county", "name": "赵新", "roles": "physician"})
    assert (wrong.status_code, "已被使用" in wrong.text, "赵新" in wrong.text) == (422, True, True)
    form = {"username": "newcomer", "name": "赵新", "roles": ["physician"]}
    link = admin.post("/admin/people/new", data=form)
    assert "/join/" in link.text
    assert "data:image/svg+xml" in link.text
    person_id = admin.get("/api/v1/accounts?q=newcomer").json["items"][0]["id"]
    place = f"/admin/people/{person_id}"
    assert "赵新" in admin.get("/admin/people").text
    assert admin.post(place, data={"name": "赵新新", "roles": ["expert"]}).status_code == 303
    assert "赵新新" in admin.get(place).text
    assert admin.post(place, data={"name": "赵新新"}).status_code == 422
    assert "/join/" in admin.post(f"{place}/link").text
    assert admin.post(f"{place}/deactivate").status_code == 303
    assert "启用" in admin.get(place).text
    assert admin.post(f"{place}/activate").status_code == 303


def test_agreements_are_recorded_and_lapse(caller: Caller, people: People) -> None:
    admin = caller("qingxi_admin")
    agreement = {
        "requesting_id": people["county"].hospital_id,
        "invited_id": people["chair"].hospital_id,
        "number": "JZ-XY-100",
        "valid_from": "2020-01-01",
        "valid_to": "2021-01-01",
    }
    recorded = admin.post("/api/v1/agreements", json=agreement)
    assert (recorded.status_code, recorded.json["state"]) == (201, "lapsed")
    states = {each["state"] for each in admin.get("/api/v1/agreements").json["items"]}
    assert states == {"valid", "lapsed"}
    assert "已过期" in admin.get("/admin/agreements").text
    foreign = {**agreement, "requesting_id": people["outsider"].hospital_id}
    assert admin.post("/api/v1/agreements", json=foreign).status_code == 403
    backwards = {**agreement, "valid_to": "2019-01-01"}
    assert admin.post("/api/v1/agreements", json=backwards).status_code == 422
    assert admin.post("/admin/agreements", data=backwards).status_code == 422
    assert admin.post("/admin/agreements", data=agreement).status_code == 303


def test_hospitals_are_the_system_administrators(caller: Caller) -> None:
    admin = caller("admin")
    alliance = admin.get("/api/v1/alliances").json["items"][0]["id"]
    form = {"code": "lushan", "name": "庐山县医院", "kind": "county", "number_prefix": "LS", "alliance_id": alliance}
    assert admin.post("/admin/hospitals", data={**form, "parent_id": ""}).status_code == 303
    assert "庐山县医院" in admin.get("/admin/hospitals").text
    assert admin.post("/api/v1/hospitals", json=form).status_code == 422
    assert "庐山县医院" in {each["name"] for each in admin.get("/api/v1/hospitals").json["items"]}
    assert caller("qingxi_admin").post("/api/v1/hospitals", json=form).status_code == 403
    assert caller("qingxi_admin").get("/admin/hospitals").status_code == 403


def test_a_repeated_post_makes_one_account(caller: Caller) -> None:
    admin = caller("qingxi_admin")
    key = {"Idempotency-Key": "0192f000-0000-7000-8000-000000000001"}
    first = admin.post("/api/v1/people", json=NEW, headers=key)
    again = admin.post("/api/v1/people", json=NEW, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_no_single_hospital_appoints_a_coordinator(caller: Caller, people: People) -> None:
    admin = caller("qingxi_admin")
    body = {"username": "coordinator9", "name": "某某", "roles": ["coordinator"]}
    assert admin.post("/api/v1/people", json=body).status_code == 403
    county = people["county"].person_id
    assert admin.patch(f"/api/v1/people/{county}", json={"roles": ["physician", "coordinator"]}).status_code == 403
