"""What people attach is shown only as it was made anew: no place, no device, nothing hidden behind the picture."""

import io

from PIL import Image

from mdt.kernel.work import run_until_idle
from tests.world.client import Caller, SignedIn


def _photo() -> bytes:
    marks = Image.Exif()
    marks[0x010F] = "Phone of Dr Zeng"
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(target, "JPEG", exif=marks)
    return target.getvalue() + b"<script>hidden behind the picture</script>"


def _attached(who: SignedIn, content: bytes, name: str) -> str:
    case_id = who.post("/api/v1/cases", json={"title": "胸部CT"}).json["id"]
    answer = who.post(f"/api/v1/cases/{case_id}/materials", data={"kind": "photo", "file": (io.BytesIO(content), name)})
    assert answer.status_code == 201, answer.text
    url: str = answer.json["url"]
    return url


def test_a_photograph_is_made_anew(caller: Caller) -> None:
    county = caller("county")
    url = _attached(county, _photo(), "同意书.jpg")
    before = county.get(url)
    assert before.headers["Content-Disposition"].startswith("attachment")
    run_until_idle()
    shown = county.get(url)
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert b"Zeng" not in shown.data
    assert b"script" not in shown.data
    assert Image.open(io.BytesIO(shown.data)).size == (64, 48)


def test_what_is_no_picture_after_all_stays_a_download(caller: Caller) -> None:
    county = caller("county")
    url = _attached(county, b"\xff\xd8\xff" + b"nothing like a picture", "坏.jpg")
    run_until_idle()
    answer = county.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
