"""Undoing a drop: what came goes, also what is still being looked at; a closed case keeps its images."""

import io
import uuid
import zipfile
from typing import Any, NoReturn

import pytest

from mdt.cases.models import Case
from mdt.cases.terms import State
from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.zipread import Archive
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM, Actor
from mdt.kernel.errors import Unavailable
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


def _reading_doors(case_id: str, study_uid: str) -> list[str]:
    study = f"/dicomweb/studies/{study_uid}"
    return [f"/api/v1/cases/{case_id}/studies", f"/api/v1/cases/{case_id}/images.zip", "/dicomweb/studies", study]


def test_a_reading_is_written_after_its_session_is_over_or_nothing_leaves(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection at a time, the row before the answer; where it cannot be written, 503."""
    county = caller("county")
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    uid = drop(county, chest_ct(2), case_id)["studies"][0]["study_uid"]
    held: list[int] = []
    pool: Any = runtime.database().engine.pool

    def refused(_actor: Actor) -> NoReturn:
        held.append(pool.checkedout())
        raise Unavailable

    doors = _reading_doors(case_id, uid)
    with monkeypatch.context() as patch:
        patch.setattr("mdt.kernel.query.transaction", refused)
        answers = [county.get(door) for door in doors]
    assert [answer.status_code for answer in answers] == [503] * len(doors)
    assert held == [0] * len(doors)
    assert [county.get(door).status_code for door in doors] == [200] * len(doors)
    rows = county.get("/api/v1/audit", query_string={"object": case_id, "limit": 200}).json["items"]
    assert {"images.read", "images.exported"} <= {row["action"] for row in rows}


def test_a_case_with_a_nul_in_its_name_is_refused(caller: Caller) -> None:
    county = caller("county")
    assert send_file(county, str(uuid.uuid4()), "a", b"x", "\x00") == 422
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    batch = drop(county, chest_ct(1), case_id)
    moved = county.post(f"/api/v1/batches/{batch['id']}/move", json={"case_id": "\x00"})
    assert moved.status_code == 422
