"""§5 free clinics; domain.md §6: dispositions, tickets, states."""

from typing import Any

import pytest

from tests.contract.acts import UNKNOWN, House, soon

DISPOSITIONS = ["none", "recheck", "county_hospital", "refer_up", "case", "emergency"]
TAKEN = {
    "name": "王演示",
    "sex": "M",
    "age": 66,
    "phone": "13900000000",
    "complaint": "咳痰3周",
    "finding": "右上肺斑片影",
    "advice": "县医院就诊",
    "disposition": "county_hospital",
}


def day(home: House, **change: Any) -> Any:
    body = {
        "title": "白石镇义诊",
        "place": "白石镇卫生院",
        "starts_at": soon(),
        "duration_min": 240,
        "filing": {"authority": "青溪县卫健局", "number": "2026-17"},
        "roster": [home.id_of("county"), home.id_of("township")],
    }
    answer = home["coordinator"].call("POST", "/clinics", json=body | change)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_day(home: House) -> None:
    clinic = day(home)
    assert set(clinic) >= {"id", "meeting_id", "state", "title", "place", "starts_at", "duration_min", "roster"}
    assert clinic["state"] == "filed"
    assert clinic["filing"] == {"authority": "青溪县卫健局", "number": "2026-17"}
    assert home["county"].ok("GET", f"/clinics/{clinic['id']}")["id"] == clinic["id"]
    home["outsider"].refused(404, "GET", f"/clinics/{clinic['id']}")
    home["outsider"].refused(404, "GET", f"/clinics/{UNKNOWN}")


def test_without_a_filing_it_is_planned_and_opens_with_an_override(home: House) -> None:
    clinic = day(home, filing=None)
    assert clinic["state"] == "planned"
    home["coordinator"].refused(409, "POST", f"/clinics/{clinic['id']}/open", {})
    body = {"override": {"reason": "备案在办"}}
    assert home["coordinator"].ok("POST", f"/clinics/{clinic['id']}/open", body)["state"] == "open"


def test_a_filed_day_opens_with_its_first_encounter(home: House) -> None:
    clinic = day(home)
    answer = home["county"].call("POST", f"/clinics/{clinic['id']}/encounters", json=TAKEN)
    assert answer.status_code == 201
    taken = answer.json()
    assert taken["ticket"] == "A001"
    assert {name: taken[name] for name in TAKEN} == TAKEN
    assert taken["images"] == []
    assert home["county"].ok("GET", f"/clinics/{clinic['id']}")["state"] == "open"
    second = home["township"].ok("POST", f"/clinics/{clinic['id']}/encounters", {"name": "李", "sex": "F", "age": 40})
    assert second["ticket"] == "A002"


def test_open_and_close(home: House) -> None:
    clinic = day(home)
    assert home["county"].ok("POST", f"/clinics/{clinic['id']}/open")["state"] == "open"
    home["county"].refused(409, "POST", f"/clinics/{clinic['id']}/open")
    assert home["county"].ok("POST", f"/clinics/{clinic['id']}/close")["state"] == "closed"
    home["county"].refused(409, "POST", f"/clinics/{clinic['id']}/encounters", TAKEN)


@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_dispositions(home: House, disposition: str) -> None:
    clinic = day(home)
    taken = home["county"].ok(
        "POST",
        f"/clinics/{clinic['id']}/encounters",
        TAKEN | {"disposition": disposition, "revisit_on": "2027-02-01", "images": [], "consent": {"given": False}},
    )
    assert (taken["disposition"], taken["revisit_on"]) == (disposition, "2027-02-01")


def test_what_is_refused(home: House) -> None:
    clinic = day(home)
    path = f"/clinics/{clinic['id']}/encounters"
    home["county"].refused(422, "POST", path, TAKEN | {"disposition": "home"})
    home["county"].refused(422, "POST", path, TAKEN | {"ticket": "A009"})
    home["outsider"].refused(404, "POST", path, TAKEN)
    home["coordinator"].refused(403, "POST", path, TAKEN)


def test_an_encounter_is_patched(home: House) -> None:
    clinic = day(home)
    taken = home["county"].ok("POST", f"/clinics/{clinic['id']}/encounters", TAKEN)
    changed = home["township"].ok("PATCH", f"/encounters/{taken['id']}", {"advice": "痰检"})
    assert (changed["advice"], changed["finding"]) == ("痰检", TAKEN["finding"])
    assert changed["version"] > taken["version"]
    stale = home["county"].call(
        "PATCH", f"/encounters/{taken['id']}", json={"advice": "x"}, headers={"If-Match": f'"{taken["version"]}"'}
    )
    assert stale.status_code == 412
    home["outsider"].refused(404, "PATCH", f"/encounters/{taken['id']}", {"advice": "x"})


def test_an_encounter_becomes_a_case_of_who_took_it(home: House) -> None:
    clinic = day(home)
    taken = home["township"].ok("POST", f"/clinics/{clinic['id']}/encounters", TAKEN)
    answer = home["township"].call("POST", f"/encounters/{taken['id']}/to-case")
    assert answer.status_code in (200, 201)
    case = answer.json()
    assert case["state"] == "draft"
    assert case["requester"]["id"] == home.id_of("township")
    assert case["hospital"]["name"] == "白石镇卫生院"
    assert case["patient"]["name"] == "王演示"
    assert (case["patient"]["sex"], case["patient"]["age"]) == ("M", 66)
    assert "咳痰3周" in case["summary"]
    again = home["township"].ok("POST", f"/encounters/{taken['id']}/to-case")
    assert again["id"] == case["id"]
    home["county"].refused(404, "GET", f"/cases/{case['id']}")


def test_the_meeting_of_a_day_carries_its_cases_consensus(home: House) -> None:
    clinic = day(home)
    assert clinic["meeting_id"]
    assert home["county"].ok("GET", f"/meetings/{clinic['meeting_id']}")["room_id"]
