"""A folder dropped on a case: received, judged, indexed, shown to those who may."""

from tests.world.client import Caller
from tests.world.dicom import reference
from tests.world.images import drop


def test_a_folder_of_real_slices_is_stored_and_shown(caller: Caller) -> None:
    folder = reference("ct/病例甲_肺结节_胸部CT")
    places = sorted(place for place in folder.rglob("*") if place.is_file())[:12]
    files = [(str(place.relative_to(folder.parent)), place.read_bytes()) for place in places]
    county = caller("county")
    case_id = county.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    batch = drop(county, files, case_id)
    assert batch["state"] == "done"
    assert batch["counts"]["stored"] == 12
    series = batch["studies"][0]["series"][0]
    table = county.get(f"/api/v1/series/{series['id']}/prepared").json
    frame = table["frames"][0]
    pixels = county.get(frame["url"])
    assert len(pixels.data) == frame["rows"] * frame["columns"] * 2
    assert pixels.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    outsider = caller("outsider")
    assert outsider.get(frame["url"]).status_code == 404
    assert outsider.get(f"/api/v1/batches/{batch['id']}").status_code == 404
