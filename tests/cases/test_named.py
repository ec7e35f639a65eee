"""Colleagues named on a case, by page without script and by API: the team names people of its own hospital."""

import io
import re

import pytest

from mdt.cases.operations.materials import make_phone_link
from mdt.cases.terms import Relation
from mdt.identity.operations import Nothing, deactivate_person
from tests.world.cases import draft, give, submitted
from tests.world.client import Caller, SignedIn
from tests.world.images import drop
from tests.world.people import People
from tests.world.slices import slices


def post(who: SignedIn, path: str, **fields: str) -> tuple[int, str]:
    answer = who.post(path, data={"csrf": who.csrf, **fields})
    return answer.status_code, answer.text


def team_card(who: SignedIn, case_id: str, query: str = "") -> str:
    """The card of the team on the case page, as HTML."""
    answer = who.get(f"/cases/{case_id}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.partition('id="team"')[2].partition("</section>")[0]


def test_a_colleague_is_found_named_and_taken_off_without_script(people: People, caller: Caller) -> None:
    case_id = draft(people).id
    county, county2, other = caller("county"), caller("county2"), people["county2"].person_id
    assert county2.get(f"/cases/{case_id}").status_code == 404
    me = county2.get("/api/v1/me").json
    assert me["name"] not in team_card(county, case_id)
    found = team_card(county, case_id, f"?who={me['name'][1:]}")
    assert re.findall(r'name="person_id" value="([^"]+)"', found) == [other]
    assert post(county, f"/cases/{case_id}/people", person_id=other)[0] == 303
    assert f"/people/{other}/remove" in team_card(county, case_id)
    assert county2.get(f"/cases/{case_id}").status_code == 200
    assert "case.named" in {each["kind"] for each in county2.get("/api/v1/notices").json["items"]}
    assert re.findall(r'name="person_id"', team_card(county, case_id, f"?who={me['name']}")) == []
    assert post(county, f"/cases/{case_id}/people/{other}/remove")[0] == 303
    assert county2.get(f"/cases/{case_id}").status_code == 404
    rows = county.get("/api/v1/audit", query_string={"object": case_id}).json["items"]
    assert {"case.person_named", "case.granted", "case.person_unnamed", "case.revoked"} <= {r["action"] for r in rows}


def test_the_card_reads_in_english(people: People, caller: Caller) -> None:
    case_id = draft(people).id
    card = team_card(caller("county"), case_id, "?lang=en&who=zzz")
    assert "Requesting team" in card
    assert not re.findall(
        "[\u4e00-\u9fff]", re.sub(r"<span class=\"(strong|xs faint|avatar).*?</span>|<p class=.*?</p>", "", card)
    )


def test_a_named_person_may_go_by_themselves(people: People, caller: Caller) -> None:
    case_id, county2 = draft(people).id, people["county2"].person_id
    assert caller("county").post(f"/api/v1/cases/{case_id}/people", json={"person_id": county2}).status_code == 200
    leaver = caller("county2")
    assert leaver.post(f"/cases/{case_id}/people/{county2}/remove", data={"csrf": leaver.csrf}).status_code == 303
    assert leaver.get(f"/cases/{case_id}").status_code == 404


@pytest.mark.parametrize("name", ["outsider", "expert1", "chair", "township", "trainee", "qingxi_admin", "county"])
def test_only_clinicians_of_the_own_hospital_are_named(people: People, caller: Caller, name: str) -> None:
    case_id, county = draft(people).id, caller("county")
    answer = county.post(f"/api/v1/cases/{case_id}/people", json={"person_id": people[name].person_id})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["person_id"])
    status, page = post(county, f"/cases/{case_id}/people", person_id=people[name].person_id)
    assert status == 422
    assert "请选择本院在岗的临床人员或技师" in page


def test_only_the_team_names(people: People, caller: Caller) -> None:
    case_id = submitted(people).id
    give(case_id, people["expert1"], Relation.EXPERT)
    body = {"person_id": people["county2"].person_id}
    for name, status in (("coordinator", 403), ("expert1", 403), ("outsider", 404), ("county2", 404)):
        who = caller(name)
        assert who.post(f"/api/v1/cases/{case_id}/people", json=body).status_code == status, name
        assert who.delete(f"/api/v1/cases/{case_id}/people/{body['person_id']}").status_code == status, name
        if status == 403:
            card = team_card(who, case_id, "?who=a")
            assert "<form" not in card
    assert caller("county2").get(f"/cases/{case_id}").status_code == 404


def test_naming_twice_changes_nothing_and_an_invitation_is_no_name(people: People, caller: Caller) -> None:
    case_id, county = submitted(people).id, caller("county")
    address, body = f"/api/v1/cases/{case_id}/people", {"person_id": people["county2"].person_id}
    first, again = (county.post(address, json=body).json["named"] for _ in range(2))
    assert first == again
    assert [each["id"] for each in first] == [body["person_id"]]
    give(case_id, people["expert1"], Relation.EXPERT)
    assert county.delete(f"{address}/{people['expert1'].person_id}").status_code == 404
    assert county.delete(f"{address}/{body['person_id']}").status_code == 204
    assert county.get(f"/api/v1/cases/{case_id}").json["named"] == []


def test_who_was_taken_off_finds_no_batch_and_no_phone_link(people: People, caller: Caller) -> None:
    case_id, county, county2 = draft(people).id, caller("county"), caller("county2")
    person = people["county2"].person_id
    assert county.post(f"/api/v1/cases/{case_id}/people", json={"person_id": person}).status_code == 200
    batch = drop(county2, [("IM1", slices(1)[0])], case_id)["id"]
    token = make_phone_link(people["county2"], case_id, Nothing())
    assert county2.client.get(f"/phone/{token}").status_code == 200
    assert county.delete(f"/api/v1/cases/{case_id}/people/{person}").status_code == 204
    assert county2.get(f"/api/v1/batches/{batch}").status_code == 404
    assert county2.post(f"/api/v1/batches/{batch}/undo").status_code == 404
    assert county.get(f"/api/v1/batches/{batch}").status_code == 200
    photo = {"kind": "photo", "file": (io.BytesIO(b"\xff\xd8\xff"), "a.jpg")}
    assert county2.client.get(f"/phone/{token}").status_code == 404
    assert county2.client.post(f"/phone/{token}", data=photo).status_code == 404


def test_a_leavers_phone_link_leads_nowhere(people: People, caller: Caller) -> None:
    token = make_phone_link(people["county"], draft(people).id, Nothing())
    browser = caller("outsider").client
    assert browser.get(f"/phone/{token}").status_code == 200
    deactivate_person(people["qingxi_admin"], people["county"].person_id, Nothing())
    assert browser.get(f"/phone/{token}").status_code == 404
