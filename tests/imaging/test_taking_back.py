"""Undoing a drop: what came goes, also what is still being looked at; a closed case keeps its images."""

import io
import uuid
import zipfile

import pytest

from mdt.cases.models import Case
from mdt.cases.terms import State
from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.zipread import Archive
from mdt.kernel import clock
from mdt.kernel.actor import SYSTEM
from mdt.kernel.transaction import transaction
from mdt.kernel.work import run_until_idle
from tests.world.client import Caller
from tests.world.ct import chest_ct
from tests.world.images import drop, send_file


def _close(case_id: str) -> None:
    with transaction(SYSTEM) as tx:
        case = tx.session.get_one(Case, case_id)
        case.state, case.state_at = State.CLOSED, clock.now()


def test_a_closed_case_keeps_its_images(caller: Caller) -> None:
    county = caller("county")
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    batch = drop(county, chest_ct(3), case_id)
    _close(case_id)
    assert county.post(f"/api/v1/batches/{batch['id']}/undo").status_code == 403
    assert county.get(f"/api/v1/cases/{case_id}").json["studies"]


def test_files_of_an_undone_drop_are_not_indexed_afterwards(caller: Caller) -> None:
    county, batch = caller("county"), str(uuid.uuid4())
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    for name, content in chest_ct(2):
        assert send_file(county, batch, name, content, case_id) == 201
    assert county.post(f"/api/v1/batches/{batch}/undo").status_code == 204
    run_until_idle()
    assert county.get(f"/api/v1/cases/{case_id}").json["studies"] == []


def test_who_looked_at_images_is_in_the_case_s_audit(caller: Caller) -> None:
    county = caller("county")
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    batch = drop(county, chest_ct(2), case_id)
    series = batch["studies"][0]["series"][0]["id"]
    assert county.get(f"/api/v1/series/{series}/prepared").status_code == 200
    rows = county.get("/api/v1/audit", query_string={"object": case_id, "limit": 200}).json["items"]
    assert ("images.read", f"series:{series}") in {(row["action"], row["object"]) for row in rows}


@pytest.mark.parametrize("count", [0xFFFF, 20_000])
def test_a_directory_that_claims_too_much_is_not_read(count: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"a")
    raw = bytearray(made.getvalue())
    raw[-12:-10] = count.to_bytes(2, "little")
    with pytest.raises(Refused) as refused:
        Archive(io.BytesIO(bytes(raw)))
    assert refused.value.code == "too_many_files"
