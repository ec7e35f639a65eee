"""Drops through the API: the verdict on every broken file, archives, other patients, duplicates, other hospitals,
taking back and moving."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest

from tests.world.client import Caller, SignedIn
from tests.world.dicom import dicom_dir, reference
from tests.world.images import drop
from tests.world.slices import slices

_FOLDER = dicom_dir()
EXPECTED: dict[str, dict[str, Any]] = (
    json.loads((_FOLDER / "broken" / "expected.json").read_text("utf-8"))["files"] if _FOLDER else {}
)
STATES = {"accepted": {"stored", "duplicate"}, "accepted_with_warning": {"warning"}, "rejected": {"refused"}}
PARTS = 6


def case_of(who: SignedIn, name: str = "赵六", local_id: str = "BRK0001", **patient: str) -> str:
    facts = {"name": name, "sex": "F", "birth_date": "1960-01-01", "local_id": local_id} | patient
    answer = who.post("/api/v1/cases", json={"title": "影像核对", "patient": facts})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def studies(who: SignedIn, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(f"/api/v1/cases/{case_id}/studies").json["items"]
    return found


def broken(name: str) -> tuple[str, bytes]:
    return name, reference(f"broken/{name}").read_bytes()


@pytest.mark.parametrize("part", range(PARTS))
def test_each_broken_file_gets_its_verdict_on_a_fresh_case(part: int, caller: Caller) -> None:
    reference("broken")
    county = caller("county")
    for name in sorted(EXPECTED)[part::PARTS]:
        facts = EXPECTED[name]
        case_id, batches = case_of(county), []
        for each in filter(None, (facts.get("after"), name)):
            batches.append(drop(county, [broken(str(each))], case_id))
        row = next(each for each in batches[-1]["files"] if each["name"] == name)
        allowed = set().union(*(STATES[verdict] for verdict in (facts["verdict"], *facts.get("alt", []))))
        assert row["code"] == facts["reason"], name
        assert row["state"] in allowed, name
        assert row["detail"] or row["code"] == "ok", name
        for batch in reversed(batches):  # the next one has the same UIDs
            assert county.post(f"/api/v1/batches/{batch['id']}/undo").status_code == 204
        assert studies(county, case_id) == [], name


def test_an_archive_has_a_row_of_its_own_and_one_per_member(caller: Caller) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, content in enumerate(slices(3)):
            archive.writestr(f"内层/IM{number}", content)
        archive.writestr("说明.txt", "不是影像")
    county = caller("county")
    found = drop(county, [("胸部.zip", packed.getvalue())], case_of(county, "曾演示", "ZY20261120-033"))
    rows = {each["name"]: (each["state"], each["code"]) for each in found["files"]}
    assert rows["胸部.zip"] == ("warning", "skipped_entries")
    assert rows["胸部.zip/内层/IM2"] == ("stored", "ok")
    assert rows["胸部.zip/说明.txt"] == ("refused", "not_dicom")
    assert len(rows) == 5


def test_another_patient_is_shown_beside_and_the_physician_decides(caller: Caller) -> None:
    county = caller("county")
    case_id = case_of(county, "曾演示", "Z1")
    batch = drop(county, [broken("good_reference.dcm")], case_id)
    assert (batch["files"][0]["state"], batch["files"][0]["code"]) == ("warning", "other_patient")
    study = batch["studies"][0]
    assert {each["field"] for each in study["differences"]} >= {"name"}
    assert study["linked"]
    address = f"/api/v1/cases/{case_id}/studies/{study['study_uid']}"
    assert county.post(f"{address}/same-patient").json["items"][0]["confirmed"]
    again = county.get(f"/api/v1/batches/{batch['id']}").json["studies"][0]
    assert again["confirmed"]
    assert again["differences"] == []
    assert county.post(f"{address}?prior=1").json["studies"][0]["prior"]
    assert caller("outsider").post(f"{address}/same-patient").status_code == 404
    assert county.delete(address).status_code == 204
    assert studies(county, case_id) == []


def test_a_different_local_id_alone_is_no_warning(caller: Caller) -> None:
    county = caller("county")
    batch = drop(county, [broken("good_reference.dcm")], case_of(county, local_id="OTHER-1"))
    assert batch["files"][0]["state"] == "stored"


def test_a_duplicate_is_linked_too_and_taking_back_spares_the_other_case(caller: Caller) -> None:
    county, files = caller("county"), [(f"IM{n}", content) for n, content in enumerate(slices(3))]
    first, second = (case_of(county, "曾演示", "ZY20261120-033", birth_date="1977-01-01") for _ in range(2))
    one = drop(county, files, first)
    two = drop(county, files, second)
    assert two["counts"]["duplicate"] == 3
    assert len(studies(county, second)) == 1
    assert county.post(f"/api/v1/batches/{one['id']}/undo").status_code == 204
    assert studies(county, first) == []
    left = studies(county, second)
    assert (left[0]["instances"], left[0]["series_list"][0]["prepared"]) == (3, "ready")
    assert county.post(f"/api/v1/batches/{two['id']}/undo").status_code == 204
    assert county.get("/dicomweb/studies").json == []
    assert county.get(f"/api/v1/batches/{two['id']}").status_code == 404


def test_a_second_drop_on_the_same_case_keeps_what_it_brought(caller: Caller) -> None:
    county, files = caller("county"), [(f"IM{n}", content) for n, content in enumerate(slices(4))]
    case_id = case_of(county, "曾演示", "ZY20261120-033", birth_date="1977-01-01")
    one = drop(county, files[:2], case_id)
    drop(county, files[2:], case_id)
    county.post(f"/api/v1/batches/{one['id']}/undo")
    assert studies(county, case_id)[0]["instances"] == 2


def test_a_drop_moves_to_another_case(caller: Caller) -> None:
    county = caller("county")
    wrong, right = case_of(county, "曾演示", "Z1"), case_of(county)
    batch = drop(county, [broken("good_reference.dcm")], wrong)
    assert batch["files"][0]["code"] == "other_patient"
    moved = county.post(f"/api/v1/batches/{batch['id']}/move", json={"case_id": right})
    assert moved.status_code == 200, moved.text
    assert moved.json["files"][0]["code"] == "ok"
    assert (len(studies(county, wrong)), len(studies(county, right))) == (0, 1)
    same = county.post(f"/api/v1/batches/{batch['id']}/move", json={"case_id": right})
    assert same.status_code == 409
    foreign = county.post(f"/api/v1/batches/{batch['id']}/move", json={"case_id": str(uuid.uuid4())})
    assert foreign.status_code == 404


def test_another_hospital_has_its_own_copy_and_nobody_is_told(caller: Caller) -> None:
    county, nanping = caller("county"), caller("outsider")
    drop(county, [broken("dup_sop_a.dcm")], case_of(county))
    theirs = drop(nanping, [broken("dup_sop_b_other_content.dcm")], case_of(nanping))
    assert theirs["counts"]["refused"] == theirs["counts"]["duplicate"] == 0
    assert len(nanping.get("/dicomweb/instances").json) == 1
    mine = drop(county, [broken("dup_sop_b_other_content.dcm")], case_of(county))
    assert mine["files"][0]["code"] == "duplicate_sop_other_content"
