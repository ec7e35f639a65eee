"""A case shows the files that its own people brought, and of somebody else's study no more: through every door."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pydicom
import pytest
from PIL import Image
from werkzeug.test import TestResponse

from mdt.imaging.queries.pictures import KeyImageAsk, key_picture
from mdt.imaging.queries.studies import has_instance
from mdt.kernel import runtime
from mdt.kernel.policy import Subject
from tests.world.client import Caller, SignedIn
from tests.world.images import drop
from tests.world.slices import slices

Files = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Shared:
    """A study of five slices: `theirs` is a case of another department that was given all, `mine` one that was given
    the last of them. `uids` are the SOP instances in order."""

    theirs: str
    mine: str
    owner: SignedIn
    holder: SignedIn
    files: Files
    study: str
    series: str
    uids: list[str]

    @property
    def address(self) -> str:
        return f"/dicomweb/studies/{self.study}/series/{self.series}"

    def row(self) -> str:
        """The id of the series' row."""
        return str(studies(self.owner, self.theirs)[0]["series_list"][0]["id"])


def case_of(who: SignedIn) -> str:
    patient = {"name": "曾演示", "sex": "F", "local_id": "ZY20261120-033"}
    return str(who.post("/api/v1/cases", json={"title": "影像", "patient": patient}).json["id"])


def studies(who: SignedIn, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(f"/api/v1/cases/{case_id}/studies").json["items"]
    return found


def named(contents: list[bytes]) -> Files:
    return [(f"IM{number}", content) for number, content in enumerate(contents)]


@pytest.fixture
def shared(caller: Caller) -> Shared:
    owner, holder, files = caller("county"), caller("county2"), named(slices(5))
    theirs, mine = case_of(owner), case_of(holder)
    drop(owner, files, theirs)
    assert drop(holder, files[4:], mine)["counts"]["duplicate"] == 1
    headers = [pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True) for _name, content in files]
    uids = [str(each.SOPInstanceUID) for each in headers]
    study, series = str(headers[0].StudyInstanceUID), str(headers[0].SeriesInstanceUID)
    return Shared(theirs, mine, owner, holder, files, study, series, uids)


def test_the_case_counts_and_lists_what_was_brought_to_it(shared: Shared) -> None:
    (study,) = studies(shared.holder, shared.mine)
    (series,) = study["series_list"]
    assert (study["series"], study["instances"]) == (1, 1)
    assert (series["instances"], series["frames"], series["shown"], series["gaps"]) == (1, 1, 1, 0)
    assert shared.holder.get(f"/api/v1/cases/{shared.mine}").json["studies"][0]["instances"] == 1
    page = shared.holder.get(f"/cases/{shared.mine}")
    assert page.status_code == 200
    batch = drop(shared.holder, shared.files[4:], shared.mine)
    assert batch["studies"][0]["series"][0]["instances"] == 1
    assert shared.holder.get(f"/api/v1/cases/{shared.theirs}/studies").status_code == 404
    (whole,) = studies(shared.owner, shared.theirs)
    assert (whole["instances"], whole["series_list"][0]["shown"]) == (5, 5)


def test_the_prepared_series_and_its_frames_are_a_part(shared: Shared) -> None:
    address = f"/api/v1/series/{shared.row()}"
    whole = shared.owner.get(f"{address}/prepared").json
    part = shared.holder.get(f"{address}/prepared").json
    assert [frame["instance_uid"] for frame in part["frames"]] == shared.uids[4:]
    assert part["notes"] == []
    urls = {frame["instance_uid"]: frame["url"] for frame in whole["frames"]}
    assert len(urls) == 5
    for uid, url in urls.items():
        assert shared.owner.get(url).status_code == 200
        assert shared.holder.get(url).status_code == (200 if uid == shared.uids[4] else 404)
    assert shared.holder.get(f"{address}/prepared", query_string={"case": shared.theirs}).status_code == 404


def _mean(answer: TestResponse) -> float:
    assert answer.status_code == 200
    picture = Image.open(io.BytesIO(answer.data)).convert("L")
    return sum(picture.get_flattened_data()) / (picture.width * picture.height)


def test_the_small_pictures_are_of_the_own_files(shared: Shared) -> None:
    places = [f"/api/v1/series/{shared.row()}/{kind}" for kind in ("poster", "thumbnail")]
    places += [f"/dicomweb/studies/{shared.study}/thumbnail", f"{shared.address}/thumbnail"]
    own = f"{shared.address}/instances/{shared.uids[4]}"
    for place in places:
        mine, kept = shared.holder.get(place), shared.owner.get(place)
        assert abs(_mean(mine) - _mean(shared.holder.get(f"{own}/rendered"))) < 2, place
        assert abs(_mean(mine) - _mean(kept)) > 20, place


def test_the_archive_of_the_case_has_the_own_files(shared: Shared) -> None:
    answer = shared.holder.get(f"/api/v1/cases/{shared.mine}/images.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = [pydicom.dcmread(io.BytesIO(archive.read(name))).SOPInstanceUID for name in archive.namelist()]
    assert found == shared.uids[4:]


def test_searches_count_and_find_the_own_files(shared: Shared) -> None:
    get = shared.holder.get
    (study,) = get("/dicomweb/studies").json
    assert (study["00201206"]["Value"], study["00201208"]["Value"]) == ([1], [1])
    assert get("/dicomweb/studies", query_string={"ModalitiesInStudy": "CT"}).json == [study]
    (series,) = get("/dicomweb/series").json
    assert series["00201209"]["Value"] == [1]
    for place in ("/dicomweb/instances", f"/dicomweb/studies/{shared.study}/instances", f"{shared.address}/instances"):
        assert [each["00080018"]["Value"][0] for each in get(place).json] == shared.uids[4:]
    assert get("/dicomweb/instances", query_string={"SOPInstanceUID": shared.uids[0]}).json == []
    assert len(shared.owner.get("/dicomweb/instances").json) == 5


def test_retrieving_gives_the_own_files(shared: Shared) -> None:
    get = shared.holder.get
    for place in (f"/dicomweb/studies/{shared.study}", shared.address):
        assert get(place).data.count(b"DICM") == 1
        assert shared.owner.get(place).data.count(b"DICM") == 5
        assert [each["00080018"]["Value"][0] for each in get(f"{place}/metadata").json] == shared.uids[4:]
    for kind in ("", "/metadata", "/frames/1", "/bulk/7FE00010", "/rendered", "/thumbnail", "/frames/1/rendered"):
        assert get(f"{shared.address}/instances/{shared.uids[4]}{kind}").status_code == 200, kind
        foreign = get(f"{shared.address}/instances/{shared.uids[0]}{kind}")
        absent = get(f"{shared.address}/instances/1.2.3{kind}")
        assert (foreign.status_code, foreign.json["code"]) == (404, absent.json["code"]), kind


def test_a_key_image_is_of_what_the_case_shows(shared: Shared) -> None:
    case = Subject("case", shared.mine)
    with runtime.database().reading() as session:
        shown = [has_instance(session, case, shared.study, shared.series, uid) for uid in shared.uids]
        drawn = [key_picture(session, case, KeyImageAsk(series_uid=shared.series, instance_uid=u)) for u in shared.uids]
    assert shown == [False] * 4 + [True]
    assert [picture is not None for picture in drawn] == shown


def test_a_made_up_file_does_not_tell_whose_the_study_is(caller: Caller) -> None:
    owner, holder, real = caller("county"), caller("county2"), slices(2)
    theirs, mine = case_of(owner), case_of(holder)
    drop(owner, named(real), theirs)
    made = pydicom.dcmread(io.BytesIO(slices(1, name="甲测试")[0]))
    made.StudyInstanceUID = pydicom.dcmread(io.BytesIO(real[0])).StudyInstanceUID
    made.StudyDescription, made.StudyDate, made.PatientID = "自造", "20200101", "X1"
    target = io.BytesIO()
    made.save_as(target, enforce_file_format=True)
    batch = drop(holder, [("x", target.getvalue())], mine)
    (study,) = studies(holder, mine)
    assert (study["patient"]["name"], study["patient"]["patient_id"]) == ("甲测试", "X1")
    assert (study["description"], study["date"], study["instances"]) == ("自造", "2020-01-01", 1)
    assert batch["studies"][0]["patient_name"] == "甲测试"
    (found,) = holder.get("/dicomweb/studies").json
    assert found["00100010"]["Value"] == [{"Alphabetic": "甲测试"}]
    assert studies(owner, theirs)[0]["instances"] == 2


def test_who_sees_two_cases_sees_both_parts_and_each_case_its_own(caller: Caller) -> None:
    county, files = caller("county"), named(slices(5))
    one, two = case_of(county), case_of(county)
    drop(county, files[:3], one)
    drop(county, files[3:], two)
    assert [studies(county, case)[0]["instances"] for case in (one, two)] == [3, 2]
    series = studies(county, one)[0]["series_list"][0]
    address = f"/api/v1/series/{series['id']}/prepared"
    counts = [len(county.get(address, query_string={"case": case}).json["frames"]) for case in ("", one, two)]
    assert counts == [5, 3, 2]
    (study,) = county.get("/dicomweb/studies").json
    assert study["00201208"]["Value"] == [5]
