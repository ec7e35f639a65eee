"""Key images: only the case's own, printed as they were shown, with their marks."""

import io
from itertools import islice
from typing import Any

import pypdfium2
from PIL import Image

from mdt.consensus.pictures import SIDE, draw_key_images, with_marks, words_of
from mdt.imaging.ingest.header import read_record
from mdt.imaging.ingest.part10 import open_part10
from mdt.imaging.phantom import chest_ct
from mdt.kernel import runtime
from mdt.kernel.work import run_until_idle
from tests.world.client import Caller
from tests.world.consensus import discussed_case, issued, proposed
from tests.world.images import drop
from tests.world.people import People

MARKS = [
    {"tool": "length", "points": [[100, 100], [300, 200.5]], "measured": {"mm": 21.7}, "text": ""},
    {"tool": "angle", "points": [[50, 50], [80, 80], [120, 60]], "measured": {"deg": 88.1}},
    {"tool": "ellipse", "points": [[200, 200], [260, 250]], "measured": {"mean": -612.0, "sd": 31.0}},
    {"tool": "arrow", "points": [[400, 400], [450, 450]], "measured": {}, "text": "结节"},
    {"tool": "text", "points": [[20, 480]], "measured": {}, "text": "右上叶"},
]


def key_image(uids: tuple[str, str, str], **other: Any) -> dict[str, Any]:
    study_uid, series_uid, instance_uid = uids
    made = {
        "study_uid": study_uid,
        "series_uid": series_uid,
        "instance_uid": instance_uid,
        "frame": 1,
        "window": [-600, 1500.5],
        "annotations": MARKS,
        "caption": "肺窗，右上叶结节",
    }
    return made | other


def with_images(caller: Caller, case_id: str) -> tuple[str, str, str]:
    """Three slices of a made CT in the case; the UIDs of one of them."""
    files = list(islice(chest_ct(slices=50), 3))
    drop(caller("county"), files, case_id)
    record, _notes = read_record(open_part10(files[1][1]))
    return record.study.uid, record.series.uid, record.instance.uid


def test_a_key_image_is_printed_with_its_marks(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    uids = with_images(caller, made.case_id)
    view = issued(people, made, key_images=[key_image(uids)])
    run_until_idle()
    document = caller("county").get(f"/api/v1/documents/{view.document_id}").get_json()
    assert document["content"]["key_images"][0]["window"] == ["-600", "1500.5"]
    assert document["content"]["key_images"][0]["annotations"][0]["points"][1] == ["300", "200.5"]
    sha256 = document["pdf_sha256"]
    pdf = pypdfium2.PdfDocument(io.BytesIO(runtime.files().path(sha256).read_bytes()))
    assert any(one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for page in pdf for one in page.get_objects())
    (drawn,) = draw_key_images(made.case_id, document["content"]["key_images"])
    again = draw_key_images(made.case_id, document["content"]["key_images"])
    assert drawn == again[0]
    assert max(Image.open(io.BytesIO(drawn.picture)).size) == SIDE


def test_another_cases_picture_is_refused(people: People, caller: Caller) -> None:
    made, other = discussed_case(people), discussed_case(people)
    uids = with_images(caller, other.case_id)
    view = proposed(people, made.case_id)
    answer = caller("chair").put(f"/api/v1/consensus/{view.id}", json={"key_images": [key_image(uids)]})
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["key_images.0.instance_uid"])


def test_marks_are_drawn_where_they_were_put() -> None:
    plain = io.BytesIO()
    Image.new("L", (450, 450), 40).save(plain, "JPEG")
    line = [{"tool": "length", "points": [["100", "200"], ["300", "200"]], "measured": {}}]
    drawn = Image.open(io.BytesIO(with_marks(plain.getvalue(), line)))
    assert drawn.size == (SIDE, SIDE)
    red, _green, blue = drawn.getpixel((400, 400))  # type: ignore[misc]
    assert red > 200 > blue
    assert drawn.getpixel((400, 700)) != drawn.getpixel((400, 400))


def test_the_words_beside_a_mark() -> None:
    assert [words_of(mark) for mark in MARKS] == ["21.7 mm", "88.1°", "-612 ± 31", "结节", "右上叶"]
