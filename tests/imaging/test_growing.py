"""A series is shown while its files still arrive: as far as it has come, and never as if it were whole."""

import uuid
from typing import Any

from mdt.imaging.prepared import folder_of
from mdt.kernel.work import run_until_idle
from tests.world.client import Caller, SignedIn
from tests.world.images import drop, send_file
from tests.world.slices import slices


def _case(who: SignedIn) -> str:
    return str(who.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"])


def _send(who: SignedIn, batch: str, case_id: str, numbers: range, files: list[bytes]) -> None:
    for number in numbers:
        assert send_file(who, batch, f"IM{number:04}", files[number], case_id) == 201


def _series(who: SignedIn, batch: str) -> dict[str, Any]:
    found: dict[str, Any] = who.get(f"/api/v1/batches/{batch}").json["studies"][0]["series"][0]
    return found


def _table(who: SignedIn, series_id: str) -> dict[str, Any]:
    answer = who.get(f"/api/v1/series/{series_id}/prepared")
    assert answer.status_code == 200
    table: dict[str, Any] = answer.json
    return table


def _addresses(table: dict[str, Any]) -> dict[str, str]:
    return {frame["instance_uid"]: frame["url"] for frame in table["frames"]}


def test_slices_of_an_open_drop_are_shown_and_keep_their_addresses(caller: Caller) -> None:
    county, batch, files = caller("county"), str(uuid.uuid4()), slices(80)
    case_id = _case(county)
    _send(county, batch, case_id, range(0, 20, 2), files)
    run_until_idle()
    early = _series(county, batch)
    assert (early["prepared"], early["instances"]) == ("waiting", 10)
    first = _table(county, early["id"])
    assert not first["complete"]
    assert 4 <= len(first["frames"]) == early["shown"] <= 10
    assert first["notes"] == [], "what is missing so far is no gap"
    assert county.get(early["poster_url"]).mimetype == "image/jpeg"
    facts = county.get(f"/api/v1/cases/{case_id}").json["studies"][0]["series_list"][0]
    assert (facts["prepared"], facts["gaps"]) == ("waiting", 0)

    _send(county, batch, case_id, range(20, 80), files)
    run_until_idle()
    assert _series(county, batch)["prepared"] == "waiting"
    assert county.post(f"/api/v1/batches/{batch}/close").status_code in {200, 204}
    run_until_idle()
    whole = _series(county, batch)
    assert (whole["prepared"], whole["shown"]) == ("ready", 70)
    last = _table(county, whole["id"])
    assert last["complete"]
    assert len(last["frames"]) == 70
    assert {note["code"] for note in last["notes"]} & {"gaps", "missing_numbers"}
    addresses = _addresses(last)
    assert {uid: addresses[uid] for uid in _addresses(first)} == _addresses(first)
    assert all(county.get(address).status_code == 200 for address in addresses.values())


def test_what_is_taken_back_leaves_no_frame_behind(caller: Caller) -> None:
    county, files = caller("county"), slices(12)
    case_id = _case(county)
    kept = drop(county, [(f"A{n}", files[n]) for n in range(6)], case_id)
    other = drop(county, [(f"B{n}", files[n]) for n in range(6, 12)], case_id)
    series_id = other["studies"][0]["series"][0]["id"]
    gone = set(_addresses(_table(county, series_id)).values())
    assert county.post(f"/api/v1/batches/{other['id']}/undo").status_code == 204
    run_until_idle()
    left = _addresses(_table(county, series_id))
    assert len(left) == 6
    assert not gone & set(left.values()), "all is written anew"
    assert county.get(f"/api/v1/batches/{kept['id']}").json["studies"][0]["series"][0]["prepared"] == "ready"
    drop(county, [(f"C{n}", files[n]) for n in range(6, 9)], case_id)
    drop(county, [(f"D{n}", files[n]) for n in range(9, 12)], case_id)
    used = {address.split("/")[-2] for address in _addresses(_table(county, series_id)).values()}
    folders = {place.name for place in folder_of(series_id, 0).parent.iterdir()}
    assert used <= folders
    assert not folders & {address.split("/")[-2] for address in gone}
