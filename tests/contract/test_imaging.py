"""§7: resumable upload, batches, verdicts, linking, export."""

import base64
import hashlib
import io
import json
import os
import zipfile
from typing import Any

import requests

from tests.contract.acts import FULL, UNKNOWN, House, new_key
from tests.world.ct import chest_ct
from tests.world.dicom import reference
from tests.world.scribe import wait_for

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
STATES = {"accepted": "stored", "accepted_with_warning": "warning", "rejected": "refused"}


def metadata(**facts: str) -> dict[str, str]:
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
    return {"Upload-Metadata": ",".join(pairs)}


def create(home: House, length: int, who: str = "county", **facts: str) -> requests.Response:
    headers = TUS | {"Upload-Length": str(length)} | metadata(**facts)
    return home.raw(who, "POST", "/uploads/", headers=headers)


def finished(home: House, batch: str, who: str = "county") -> Any:
    home[who].ok("POST", f"/batches/{batch}/close")

    def look() -> Any:
        found = home[who].ok("GET", f"/batches/{batch}")
        return found if found["state"] == "done" else None

    return wait_for(look)


def test_what_the_protocol_offers(home: House) -> None:
    answer = requests.options(f"{home.url}/uploads/", timeout=10)
    assert answer.status_code in (200, 204)
    assert "1.0.0" in answer.headers["Tus-Version"]
    assert {"creation", "creation-with-upload", "termination", "checksum"} <= set(
        answer.headers["Tus-Extension"].split(",")
    )
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]


def test_an_upload_resumes_where_it_stopped(home: House) -> None:
    batch, content = new_key(), chest_ct(1)[0][1]
    made = create(home, len(content), filename="a.dcm", relativePath="胸部/a.dcm", batchId=batch)
    assert made.status_code == 201
    assert made.headers["Tus-Resumable"] == "1.0.0"
    place = made.headers["Location"].removeprefix(home.url)
    half = len(content) // 2
    first = home.raw("county", "PATCH", place, data=content[:half], headers=TUS | BYTES | {"Upload-Offset": "0"})
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    head = home.raw("county", "HEAD", place, headers=TUS)
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, str(half))
    assert head.headers["Upload-Length"] == str(len(content))
    assert "no-store" in head.headers["Cache-Control"]
    wrong = home.raw("county", "PATCH", place, data=b"x", headers=TUS | BYTES | {"Upload-Offset": "1"})
    assert wrong.status_code == 409
    media = home.raw("county", "PATCH", place, data=b"x", headers=TUS | {"Upload-Offset": str(half)})
    assert media.status_code == 415
    rest = content[half:]
    digest = base64.b64encode(hashlib.sha1(rest, usedforsecurity=False).digest()).decode()
    headers = TUS | BYTES | {"Upload-Offset": str(half)}
    bad = home.raw("county", "PATCH", place, data=rest, headers=headers | {"Upload-Checksum": "sha1 AAAA"})
    assert bad.status_code in (400, 460)
    good = home.raw("county", "PATCH", place, data=rest, headers=headers | {"Upload-Checksum": f"sha1 {digest}"})
    assert (good.status_code, good.headers["Upload-Offset"]) == (204, str(len(content)))
    done = home.raw("county", "HEAD", place, headers=TUS)
    assert (done.status_code, done.headers["Upload-Offset"]) == (200, str(len(content)))
    assert [each["name"] for each in finished(home, batch)["files"]] == ["胸部/a.dcm"]


def test_a_length_of_zero_completes_at_creation(home: House) -> None:
    batch = new_key()
    made = create(home, 0, filename="leer.dcm", batchId=batch)
    assert made.status_code == 201
    head = home.raw("county", "HEAD", made.headers["Location"].removeprefix(home.url), headers=TUS)
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, "0")
    row = finished(home, batch)["files"][0]
    assert (row["name"], row["state"], row["code"]) == ("leer.dcm", "refused", "empty_file")


def test_creation_with_upload_and_termination(home: House) -> None:
    batch = new_key()
    headers = TUS | BYTES | {"Upload-Length": "10"} | metadata(filename="b.dcm", batchId=batch)
    made = home.raw("county", "POST", "/uploads/", data=b"12345", headers=headers)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, "5")
    place = made.headers["Location"].removeprefix(home.url)
    assert home.raw("county", "DELETE", place, headers=TUS).status_code == 204
    assert home.raw("county", "HEAD", place, headers=TUS).status_code in (404, 410)


def test_a_strangers_upload_or_batch_is_404(home: House) -> None:
    batch = new_key()
    place = create(home, 5, filename="c.dcm", batchId=batch).headers["Location"].removeprefix(home.url)
    for who in ("outsider", "county2", "coordinator"):
        assert home.raw(who, "HEAD", place, headers=TUS).status_code == 404
        assert home.raw(who, "DELETE", place, headers=TUS).status_code == 404
        patch = home.raw(who, "PATCH", place, data=b"12345", headers=TUS | BYTES | {"Upload-Offset": "0"})
        assert patch.status_code == 404
        for method, path in (("GET", f"/batches/{batch}"), ("POST", f"/batches/{batch}/close")):
            mine, none = home[who].call(method, path), home[who].call(method, path.replace(batch, new_key()))
            assert (mine.status_code, mine.content) == (404, none.content)
    case = home.draft()["id"]
    assert create(home, 5, "outsider", filename="c.dcm", batchId=new_key(), caseId=case).status_code == 404
    assert create(home, 5, "outsider", filename="c.dcm", batchId=new_key(), caseId=UNKNOWN).status_code == 404


def test_the_tus_version_is_demanded(home: House) -> None:
    headers = {"Upload-Length": "5"} | metadata(filename="c.dcm", batchId=new_key())
    assert home.raw("county", "POST", "/uploads/", headers=headers).status_code == 412


def test_a_batch_done_means_linked_and_readiness_recomputed(home: House) -> None:
    case, batch = home.imaged
    assert set(batch) >= {"state", "counts", "files", "studies"}
    row = batch["files"][0]
    assert set(row) >= {"name", "state", "code", "detail", "study_uid"}
    assert {each["state"] for each in batch["files"]} <= {"stored", "warning", "duplicate"}
    study = case["studies"][0]
    assert set(study) >= {"study_uid", "modality", "date", "description", "series", "instances", "prior"}
    assert study["study_uid"] == row["study_uid"]
    assert (study["modality"], study["series"], study["instances"], study["prior"]) == ("CT", 1, 3, False)
    items = {item["key"]: item for item in case["readiness"]["items"]}
    assert items["img_present"]["ok"]
    assert items["img_readable"]["ok"]


def test_a_duplicate_is_linked_too(home: House) -> None:
    home.imaged  # noqa: B018 - the files are stored
    case = home.draft()
    batch = home["county"].drop(case["id"], chest_ct(3))
    assert {each["state"] for each in batch["files"]} <= {"duplicate"}
    assert home["county"].ok("GET", f"/cases/{case['id']}")["studies"][0]["instances"] == 3


def test_another_hospitals_copy_is_its_own(home: House) -> None:
    home.imaged  # noqa: B018 - the files are stored
    case = home.draft("outsider")
    batch = home["outsider"].drop(case["id"], chest_ct(1))
    assert {each["state"] for each in batch["files"]} <= {"stored", "warning"}
    assert home["outsider"].ok("GET", f"/cases/{case['id']}")["studies"][0]["instances"] == 1


def test_prior_unlink_and_link_again(home: House) -> None:
    home.imaged  # noqa: B018 - the files are stored
    case, other = home.draft(), home.draft("outsider")
    home["county"].drop(case["id"], chest_ct(3))
    uid = home["county"].ok("GET", f"/cases/{case['id']}")["studies"][0]["study_uid"]
    path = f"/cases/{case['id']}/studies/{uid}"
    answer = home["county"].call("POST", f"{path}?prior=1")
    assert answer.status_code in (200, 201)
    assert answer.json()["studies"][0]["prior"] is True
    assert home["county"].call("DELETE", path).status_code == 204
    assert home["county"].ok("GET", f"/cases/{case['id']}")["studies"] == []
    assert home["county"].ok("POST", path)["studies"][0]["study_uid"] == uid
    assert home["county"].call("POST", f"/cases/{case['id']}/studies/1.2.3.4").status_code == 404
    assert home["county"].call("POST", f"/cases/{other['id']}/studies/{uid}").status_code == 404
    assert home["township"].call("POST", f"/cases/{home.draft('township')['id']}/studies/{uid}").status_code == 404


def test_undo_and_move(home: House) -> None:
    wrong, right = home.draft("township"), home.draft("township")
    batch = home["township"].drop(wrong["id"], chest_ct(2))
    home["township"].ok("POST", f"/batches/{batch['id']}/move", {"case_id": right["id"]})
    assert home["township"].ok("GET", f"/cases/{wrong['id']}")["studies"] == []
    assert home["township"].ok("GET", f"/cases/{right['id']}")["studies"]
    assert home["township"].call("POST", f"/batches/{batch['id']}/undo").status_code in (200, 204)
    assert home["township"].ok("GET", f"/cases/{right['id']}")["studies"] == []


def test_images_as_a_zip_for_the_requesting_team(home: House) -> None:
    case, _batch = home.imaged
    answer = home["county"].call("GET", f"/cases/{case['id']}/images.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        kept = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {hashlib.sha256(content).hexdigest() for _name, content in chest_ct(3)} <= kept
    assert home["coordinator"].call("GET", f"/cases/{case['id']}/images.zip").status_code == 403
    assert home["outsider"].call("GET", f"/cases/{case['id']}/images.zip").status_code == 404


def test_a_zip_has_a_row_of_its_own_and_one_per_member(home: House) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number, (_name, content) in enumerate(chest_ct(2)):
            archive.writestr(f"胸部/{number}.dcm", content)
        archive.writestr("读我.txt", "不是影像")
    batch = home["county"].drop(home.draft()["id"], [("盘.zip", target.getvalue())])
    rows = {row["name"]: row for row in batch["files"]}
    assert {"盘.zip", "盘.zip/胸部/0.dcm", "盘.zip/胸部/1.dcm"} <= set(rows)
    assert rows["盘.zip"]["state"] == "warning"


BROKEN = [
    "good_reference.dcm",
    "trunc_in_pixels.dcm",
    "no_preamble.dcm",
    "zero_bytes.dcm",
    "other_patient.dcm",
    "zip_slip.zip",
    "zip_nested.zip",
    "zip_gbk_names.zip",
    "zip_mixed.zip",
    "zip_empty.zip",
]
"""One of each kind; `tests/imaging/test_verdicts.py` has them all."""


def begin_alone(home: House, name: str, who: str = "county") -> str:
    """Drop a broken file on a fresh case of its patient; the batch."""
    patient = {"name": "赵六", "sex": "F", "birth_date": "1960-01-01", "local_id": "BRK0001"}
    case = home[who].ok("POST", "/cases", FULL | {"patient": patient})["id"]
    batch = new_key()
    assert home[who].send(batch, name, reference(f"broken/{name}").read_bytes(), case).status_code == 201
    home[who].ok("POST", f"/batches/{batch}/close")
    return batch


def verdict(home: House, name: str, batch: str, who: str = "county") -> tuple[str, str]:
    row = next(each for each in finished(home, batch, who)["files"] if each["name"] == name)
    return row["state"], row["code"]


def test_broken_files_have_their_verdicts(home: House) -> None:
    expected = json.loads(reference("broken/expected.json").read_text("utf-8"))["files"]
    names = (
        BROKEN if "MDT_TEST_SEEDS" not in os.environ else [each for each in expected if "after" not in expected[each]]
    )
    batches = {name: begin_alone(home, name) for name in names}
    wrong = []
    for name, batch in batches.items():
        wanted = expected[name]
        state, code = verdict(home, name, batch)
        allowed = {STATES[each] for each in (wanted["verdict"], *wanted.get("alt", []))}
        if state not in allowed or code not in (wanted["reason"], ""):
            wrong.append((name, wanted["verdict"], wanted["reason"], state, code))
    assert wrong == []


def test_a_second_drop_of_the_same_instance(home: House) -> None:
    """By another hospital than the one that drops all broken files, whichever comes first."""

    def dropped(name: str) -> tuple[str, str]:
        return verdict(home, name, begin_alone(home, name, "township"), "township")

    assert dropped("dup_sop_a.dcm") == ("stored", "ok")
    assert dropped("dup_sop_a_copy.dcm") == ("duplicate", "duplicate_same_content")
    assert dropped("dup_sop_b_other_content.dcm") == ("refused", "duplicate_sop_other_content")


def test_an_upload_says_again_what_it_was_announced_with(home: House) -> None:
    sent = metadata(filename="d.dcm", relativePath="胸部/d.dcm", batchId=new_key())
    made = home.raw("county", "POST", "/uploads/", headers=TUS | {"Upload-Length": "5"} | sent)
    place = made.headers["Location"].removeprefix(home.url)
    head = home.raw("county", "HEAD", place, headers=TUS)
    assert head.headers["Upload-Metadata"] == sent["Upload-Metadata"]
    patched = home.raw(
        "county",
        "POST",
        place,
        data=b"12",
        headers=TUS | BYTES | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert (patched.status_code, patched.headers["Upload-Offset"]) == (204, "2")
    gone = home.raw("county", "POST", place, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})
    assert gone.status_code == 204
    assert home.raw("county", "POST", place, headers=TUS).status_code == 405


def test_another_version_is_told_which_there_is(home: House) -> None:
    headers = {"Tus-Resumable": "0.2.2", "Upload-Length": "5"} | metadata(filename="c.dcm", batchId=new_key())
    answer = home.raw("county", "POST", "/uploads/", headers=headers)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert create(home, 10**15, filename="c.dcm", batchId=new_key()).status_code == 413
