"""§7: QIDO-RS and WADO-RS, caching, ranges, rights."""

import re
from typing import Any

import pytest

from tests.contract.acts import House
from tests.world.ct import chest_ct


@pytest.fixture(scope="module")
def uids(home: House) -> dict[str, str]:
    """Study, series and first instance of the imaged case."""
    case, _batch = home.imaged
    study = case["studies"][0]["study_uid"]
    one = home.raw("county", "GET", f"/dicomweb/studies/{study}/instances?limit=1").json()[0]
    return {"study": study, "series": one["0020000E"]["Value"][0], "instance": one["00080018"]["Value"][0]}


def series(uids: dict[str, str]) -> str:
    return f"/dicomweb/studies/{uids['study']}/series/{uids['series']}"


def instance(uids: dict[str, str]) -> str:
    return f"{series(uids)}/instances/{uids['instance']}"


def test_a_root_search_answers_with_what_one_may_see(home: House, uids: dict[str, str]) -> None:
    mine = home.raw("county", "GET", "/dicomweb/studies")
    assert mine.status_code == 200
    assert mine.headers["Content-Type"] == "application/dicom+json"
    assert uids["study"] in [each["0020000D"]["Value"][0] for each in mine.json()]
    for who in ("trainee", "admin", "qingxi_admin", "county2"):
        nothing = home.raw(who, "GET", "/dicomweb/studies")
        assert (nothing.status_code, nothing.json()) == (200, []), who
    for level in ("series", "instances"):
        assert home.raw("county", "GET", f"/dicomweb/{level}").status_code == 200


def test_searching(home: House, uids: dict[str, str]) -> None:
    found = home.raw("county", "GET", f"/dicomweb/studies?StudyInstanceUID={uids['study']}&limit=5").json()
    assert [each["0020000D"]["Value"][0] for each in found] == [uids["study"]]
    assert home.raw("county", "GET", "/dicomweb/studies?StudyInstanceUID=1.2.3").json() == []
    within = home.raw("county", "GET", f"/dicomweb/studies/{uids['study']}/series?Modality=CT").json()
    assert [each["0020000E"]["Value"][0] for each in within] == [uids["series"]]
    instances = home.raw("county", "GET", f"{series(uids)}/instances").json()
    assert len(instances) == 3


def test_every_path_of_a_foreign_study_is_404_as_an_unknown_one(home: House, uids: dict[str, str]) -> None:
    paths = [
        f"/dicomweb/studies/{uids['study']}",
        f"/dicomweb/studies/{uids['study']}/metadata",
        f"/dicomweb/studies/{uids['study']}/series",
        f"/dicomweb/studies/{uids['study']}/instances",
        series(uids),
        f"{series(uids)}/metadata",
        f"{series(uids)}/instances",
        f"{series(uids)}/thumbnail",
        instance(uids),
        f"{instance(uids)}/metadata",
        f"{instance(uids)}/frames/1",
        f"{instance(uids)}/rendered",
        f"{instance(uids)}/thumbnail",
    ]
    for path in paths:
        foreign = home.raw("trainee", "GET", path)
        unknown = home.raw("trainee", "GET", path.replace(uids["study"], "1.2.840.99999.1"))
        assert foreign.status_code == unknown.status_code == 404, path
        assert foreign.content == unknown.content, path


def parts_of(answer: Any) -> list[bytes]:
    """The bodies of a multipart/related answer."""
    match = re.search(r'boundary="?([^";]+)', answer.headers["Content-Type"])
    assert match
    pieces = answer.content.split(b"--" + match[1].encode())[1:-1]
    return [piece.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for piece in pieces]


def test_a_study_comes_as_it_was_stored(home: House, uids: dict[str, str]) -> None:
    accept = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
    for path in (f"/dicomweb/studies/{uids['study']}", series(uids)):
        answer = home.raw("county", "GET", path, headers=accept)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("multipart/related")
        assert sorted(parts_of(answer)) == sorted(content for _name, content in chest_ct(3))
    assert len(parts_of(home.raw("county", "GET", instance(uids), headers=accept))) == 1


def test_metadata(home: House, uids: dict[str, str]) -> None:
    for path, count in ((f"/dicomweb/studies/{uids['study']}", 3), (series(uids), 3), (instance(uids), 1)):
        answer = home.raw("county", "GET", f"{path}/metadata", headers={"Accept": "application/dicom+json"})
        assert answer.headers["Content-Type"] == "application/dicom+json"
        assert len(answer.json()) == count
        assert "7FE00010" not in answer.json()[0] or "Value" not in answer.json()[0]["7FE00010"]
        assert "Cookie" in answer.headers["Vary"]
        etag = answer.headers["ETag"]
        assert not etag.startswith("W/")
        again = home.raw("county", "GET", f"{path}/metadata", headers={"If-None-Match": etag})
        assert again.status_code == 304
        assert home.raw("trainee", "GET", f"{path}/metadata", headers={"If-None-Match": etag}).status_code == 404


def test_metadata_and_frames_are_immutable(home: House, uids: dict[str, str]) -> None:
    for path in (f"{instance(uids)}/frames/1", f"{instance(uids)}/metadata", f"{series(uids)}/metadata"):
        answer = home.raw("county", "GET", path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable", path
        assert "Cookie" in answer.headers["Vary"]
        assert answer.headers["ETag"].startswith('"')


def test_frames(home: House, uids: dict[str, str]) -> None:
    facts = home.raw("county", "GET", f"{instance(uids)}/metadata").json()[0]
    rows, columns, bits = (facts[tag]["Value"][0] for tag in ("00280010", "00280011", "00280100"))
    plain = home.raw("county", "GET", f"{instance(uids)}/frames/1", headers={"Accept": "multipart/related"})
    assert 'type="application/octet-stream"' in plain.headers["Content-Type"]
    assert len(parts_of(plain)[0]) == rows * columns * bits // 8
    bare = home.raw("county", "GET", f"{instance(uids)}/frames/1", headers={"Accept": "application/octet-stream"})
    assert bare.content == parts_of(plain)[0]
    stored = {"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'}
    assert home.raw("county", "GET", f"{instance(uids)}/frames/1", headers=stored).status_code == 200
    for numbers in ("0", "2", "1,2", "x"):
        assert home.raw("county", "GET", f"{instance(uids)}/frames/{numbers}").status_code in (400, 404), numbers


def test_ranges_and_not_modified(home: House, uids: dict[str, str]) -> None:
    path, accept = f"{instance(uids)}/frames/1", {"Accept": "application/octet-stream"}
    whole = home.raw("county", "GET", path, headers=accept)
    some = home.raw("county", "GET", path, headers=accept | {"Range": "bytes=10-19"})
    assert some.status_code == 206
    assert some.content == whole.content[10:20]
    assert some.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    known = {"If-None-Match": whole.headers["ETag"]}
    assert home.raw("county", "GET", path, headers=accept | known).status_code == 304
    assert home.raw("trainee", "GET", path, headers=accept | known).status_code == 404
    beyond = home.raw("county", "GET", path, headers=accept | {"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.content)}")
    for odd in ("items=0-1", "bytes=5-1", "bytes=x"):  # passed over
        assert home.raw("county", "GET", path, headers=accept | {"Range": odd}).status_code == 200


def test_rendered_and_thumbnail(home: House, uids: dict[str, str]) -> None:
    for path in ("rendered", "thumbnail"):
        answer = home.raw("county", "GET", f"{instance(uids)}/{path}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
    png = home.raw("county", "GET", f"{instance(uids)}/rendered", headers={"Accept": "image/png"})
    assert png.content.startswith(b"\x89PNG")


def test_the_viewers_own_frames_are_immutable_too(home: House, uids: dict[str, str]) -> None:
    case, _batch = home.imaged
    key = case["studies"][0]["series_list"][0]["id"]
    table = home["county"].ok("GET", f"/series/{key}/prepared")
    frame = table["frames"][0]
    address = next(str(value) for value in frame.values() if str(value).startswith("/api/"))
    answer = home.raw("county", "GET", address)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Cookie"
    assert answer.headers["ETag"].startswith('"')
    assert home.raw("trainee", "GET", address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404


def test_storing_and_bulk_data_come_later(home: House, uids: dict[str, str]) -> None:
    assert home.raw("county", "POST", "/dicomweb/studies").status_code in (404, 405)
    assert home.raw("county", "GET", f"{instance(uids)}/bulkdata/7FE00010").status_code == 404
