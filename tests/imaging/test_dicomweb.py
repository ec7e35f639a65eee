"""DICOMweb as its users' library speaks it, against a real server process; negotiation and refusals in plain HTTP."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from pydicom.encaps import generate_frames

from mdt.kernel import runtime
from mdt.shell.app import create_app
from tests.world.client import SignedIn
from tests.world.dicom import reference
from tests.world.house import Template, house
from tests.world.images import drop
from tests.world.people import PASSWORD
from tests.world.server import ServerProcess

CHEST = "ct/病例甲_肺结节_胸部CT"
HEAD = "ct/ge_head_12_uncompressed.zip"


class Served:
    """A server with a packed chest and an unpacked head, and the sessions of two people."""

    def __init__(self, server: ServerProcess, case_id: str, files: dict[str, Path]) -> None:
        self.server = server
        self.case_id = case_id
        self.files = files
        self.root = f"{server.url}/dicomweb"
        self.county = self.session("county")
        self.client = DICOMwebClient(self.root, session=self.county)

    def session(self, username: str) -> requests.Session:
        found = requests.Session()
        answer = found.post(f"{self.server.url}/api/v1/session", json={"username": username, "password": PASSWORD})
        assert answer.ok
        return found

    def instance(self, study: int = 0) -> tuple[dict[str, str], str]:
        """The UIDs of a study's first instance, and its address."""
        found = self.client.search_for_instances()
        uids = sorted({each["0020000D"]["Value"][0] for each in found})
        one = next(each for each in found if each["0020000D"]["Value"][0] == uids[study])
        names = {"study": "0020000D", "series": "0020000E", "sop": "00080018"}
        return {key: one[tag]["Value"][0] for key, tag in names.items()}, one["00081190"]["Value"][0]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Served]:
    chest = sorted(place for place in reference(CHEST).rglob("*") if place.is_file())[:6]
    head = reference(HEAD)
    with house(tmp_path_factory.mktemp("dicomweb") / "data", template) as settings:
        county = SignedIn(create_app(settings).test_client(), "county")
        case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
        batch = drop(
            county, [*((each.name, each.read_bytes()) for each in chest), ("h.zip", head.read_bytes())], case_id
        )
        assert batch["state"] == "done"
        files = {str(pydicom.dcmread(each, stop_before_pixels=True).SOPInstanceUID): each for each in chest}
        runtime.database().close()
        with ServerProcess(settings, "mdt.shell.serve") as server:
            yield Served(server, case_id, files)


def test_search_finds_by_every_kind_of_matching(served: Served) -> None:
    studies = served.client.search_for_studies()
    assert len(studies) == 2
    one = studies[0]
    uid = one["0020000D"]["Value"][0]
    assert {"00080020", "00080061", "00100010", "00100020", "00200010", "00201206", "00201208"} <= one.keys()
    assert one["00081190"]["Value"] == [f"{served.root}/studies/{uid}"]
    date = one["00080020"]["Value"][0]
    for terms, count in (
        ({"StudyInstanceUID": uid}, 1),
        ({"StudyDate": f"{date}-{date}"}, 1),
        ({"StudyDate": "30000101-"}, 0),
        ({"PatientID": one["00100020"]["Value"][0][:3].lower() + "*"}, 1),
        ({"ModalitiesInStudy": "CT"}, 2),
        ({"Modality": "MR"}, 0),
        ({"00100010": "*"}, 2),
    ):
        assert len(served.client.search_for_studies(search_filters=terms)) == count, terms
    both = "%5C".join(each["0020000D"]["Value"][0] for each in studies)
    assert len(served.county.get(f"{served.root}/studies?0020000D={both}").json()) == 2


def test_search_pages_and_says_what_it_left(served: Served) -> None:
    answer = served.county.get(f"{served.root}/instances?limit=4&offset=1&fuzzymatching=true&Nonsense=1")
    assert len(answer.json()) == 4
    assert "299" in answer.headers["Warning"]
    assert "13 additional results" in answer.headers["Warning"]
    assert served.county.get(f"{served.root}/studies?limit=x").status_code == 400
    assert served.county.get(f"{served.root}/studies?StudyInstanceUID=abc").status_code == 400
    uids, _address = served.instance()
    series = served.client.search_for_series(uids["study"])
    assert "00100010" not in series[0]
    assert "00100010" in served.client.search_for_series()[0]
    more = served.client.search_for_instances(uids["study"], uids["series"], fields=["SliceLocation", "00200032"])
    assert "00200032" in more[0]


def test_instances_come_back_byte_for_byte(served: Served) -> None:
    uid, place = next(iter(served.files.items()))
    found = served.client.search_for_instances(search_filters={"SOPInstanceUID": uid})[0]
    study, series = found["0020000D"]["Value"][0], found["0020000E"]["Value"][0]
    address = found["00081190"]["Value"][0]
    bare = served.county.get(address, headers={"Accept": "application/dicom"})
    assert bare.content == place.read_bytes()
    assert (
        served.county.get(
            address, headers={"Accept": "application/dicom", "If-None-Match": bare.headers["ETag"]}
        ).status_code
        == 304
    )
    part = served.county.get(address, headers={"Accept": "application/dicom", "Range": "bytes=128-131"})
    assert (part.status_code, part.content) == (206, b"DICM")
    assert (
        served.county.get(address, headers={"Accept": "application/dicom", "Range": "bytes=99999999-"}).status_code
        == 416
    )
    assert str(served.client.retrieve_instance(study, series, uid).SOPInstanceUID) == uid
    assert len(served.client.retrieve_series(study, series)) == 6


def test_metadata_is_dicom_json(served: Served) -> None:
    uids, _address = served.instance()
    for found in (
        served.client.retrieve_study_metadata(uids["study"]),
        served.client.retrieve_series_metadata(uids["study"], uids["series"]),
        [served.client.retrieve_instance_metadata(uids["study"], uids["series"], uids["sop"])],
    ):
        header = found[0]
        assert header["7FE00010"]["BulkDataURI"].startswith(served.root)
        assert pydicom.Dataset.from_json(header, bulk_data_uri_handler=lambda _t, _v, _u: b"").Rows == 512


@pytest.mark.parametrize("study", [0, 1])
def test_frames_are_the_stored_values(served: Served, study: int) -> None:
    uids, address = served.instance(study)
    whole = served.county.get(address, headers={"Accept": "application/dicom"}).content
    expected = pydicom.dcmread(io.BytesIO(whole))
    frame = served.client.retrieve_instance_frames(uids["study"], uids["series"], uids["sop"], [1])[0]
    values = np.frombuffer(frame, f"<{'i' if expected.PixelRepresentation else 'u'}{expected.BitsAllocated // 8}")
    assert np.array_equal(values.reshape(expected.Rows, expected.Columns), _pixels(expected))
    packed = served.county.get(
        f"{address}/frames/1",
        headers={"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'},
    )
    assert expected.file_meta.TransferSyntaxUID in packed.text[:200]
    assert packed.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    bulk = served.county.get(served.client.retrieve_instance_metadata(**_named(uids))["7FE00010"]["BulkDataURI"])
    assert frame in bulk.content


def _pixels(dataset: pydicom.Dataset) -> Any:
    if not dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return dataset.pixel_array
    return imagecodecs.jpegls_decode(next(generate_frames(dataset.PixelData, number_of_frames=1))).view(np.int16)


def _named(uids: dict[str, str]) -> dict[str, str]:
    return {
        "study_instance_uid": uids["study"],
        "series_instance_uid": uids["series"],
        "sop_instance_uid": uids["sop"],
    }


def test_what_does_not_exist_and_what_cannot_be_given(served: Served) -> None:
    uids, address = served.instance()
    get = served.county.get
    assert get(f"{address}/frames/2").status_code == 404
    assert get(f"{address}/frames/0").status_code == 404
    assert get(f"{address}/frames/1", headers={"Accept": "text/html"}).status_code == 406
    cornerstone = "multipart/related; type=application/octet-stream; transfer-syntax=*"
    assert get(f"{address}/frames/1", headers={"Accept": cornerstone}).ok
    mixed = "application/dicom+json, multipart/related; type=application/octet-stream"
    assert get(f"{served.root}/studies", headers={"Accept": mixed}).ok
    other = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90'
    assert get(address, headers={"Accept": other}).status_code == 406
    assert get(f"{served.root}/studies/{uids['study']}/series/1.2.3").status_code == 404


def test_pictures(served: Served) -> None:
    _uids, address = served.instance()
    jpeg = served.county.get(f"{address}/rendered?window=40,400,linear&viewport=256,256")
    assert jpeg.content.startswith(b"\xff\xd8")
    assert served.county.get(f"{address}/rendered", headers={"Accept": "image/png"}).content.startswith(b"\x89PNG")
    assert served.county.get(f"{address}/thumbnail").ok
    assert served.county.get(f"{address}/rendered?window=wide").status_code == 400


def test_a_whole_series_and_study_as_pictures(served: Served) -> None:
    """Each frame is a part of its own, found again at the address that it names."""
    uids, _address = served.instance()
    study = f"{served.root}/studies/{uids['study']}"
    pictures = parts_of(served.county.get(f"{study}/series/{uids['series']}/rendered?viewport=64,64"))
    assert pictures
    assert all(media == "image/jpeg" and content.startswith(b"\xff\xd8") for media, _place, content in pictures)
    _media, place, content = pictures[0]
    alone = served.county.get(f"{place}?viewport=64,64")
    assert alone.content == content
    wish = {"Accept": 'multipart/related; type="image/png"'}
    whole = parts_of(served.county.get(f"{study}/rendered?viewport=64,64", headers=wish))
    assert len(whole) >= len(pictures)
    assert {media for media, _place, _content in whole} == {"image/png"}
    assert served.county.get(f"{study}/rendered", headers={"Accept": "text/html"}).status_code == 406
    assert served.session("outsider").get(f"{study}/rendered").status_code == 404


def parts_of(answer: requests.Response) -> list[tuple[str, str, bytes]]:
    """Media type, location and content of each part."""
    assert answer.ok, answer.text
    boundary = answer.headers["Content-Type"].partition("boundary=")[2].encode()
    made = []
    for part in answer.content.split(b"--" + boundary)[1:-1]:
        head, _blank, content = part.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().strip().split("\r\n"))
        made.append((fields["Content-Type"], fields["Content-Location"], content.removesuffix(b"\r\n")))
    return made


def test_a_stranger_learns_nothing(served: Served) -> None:
    uids, address = served.instance()
    etag = served.county.get(address, headers={"Accept": "application/dicom"}).headers["ETag"]
    outsider = served.session("outsider")
    assert outsider.get(f"{served.root}/studies").json() == []
    unknown = address.replace(uids["study"], "1.2.3.4")
    for path in ("", "/metadata", "/frames/1", "/rendered"):
        foreign = outsider.get(address + path, headers={"If-None-Match": etag})
        absent = outsider.get(unknown + path)
        assert foreign.status_code == absent.status_code == 404
        assert foreign.content == absent.content
    assert requests.get(f"{served.root}/studies", timeout=10).status_code == 401


def test_the_team_takes_everything_home(served: Served) -> None:
    address = f"{served.server.url}/api/v1/cases/{served.case_id}/images.zip"
    answer = served.county.get(address)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        contents = {archive.read(name) for name in names}
    assert len(names) == 18
    assert {place.read_bytes() for place in served.files.values()} <= contents
    assert served.session("outsider").get(address).status_code == 404
