"""Photographs and PDFs come out as fresh JPEGs: upright, small enough, without anything of the sender's metadata."""

import io
from pathlib import Path

import pypdfium2
from PIL import Image

from mdt.imaging.ingest.limited import kept_nursery
from mdt.imaging.ingest.photo import Stamp
from mdt.imaging.ingest.picture import Picture, clean_picture
from mdt.press import typst

STAMP = Stamp(text="非诊断级图像", font=str(typst.FONTS / typst.FACES[3]))


def cleaned(content: bytes, folder: Path, stamp: Stamp | None = None) -> Picture:
    place = folder / "sent"
    place.write_bytes(content)
    with kept_nursery() as nursery:
        return clean_picture(place, folder, stamp=stamp, nursery=nursery)


def photo(size: tuple[int, int] = (4000, 1000)) -> bytes:
    """A photograph on its side, with a place and a camera in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by 90 degrees to see it upright
    exif[0x010F] = "手机"
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    Image.new("RGB", size, "navy").save(target, "JPEG", exif=exif, comment=b"secret")
    return target.getvalue()


def test_a_photograph_is_upright_small_and_bare(tmp_path: Path) -> None:
    found = cleaned(photo(), tmp_path)
    assert (found.kind, found.code) == ("photo", "")
    page = found.pages[0]
    assert (page.width, page.height) == (750, 3000)
    raw = (tmp_path / page.name).read_bytes()
    opened = Image.open(io.BytesIO(raw))
    assert opened.size == (750, 3000)
    assert not opened.getexif()
    assert b"secret" not in raw
    assert "手机".encode() not in raw


def test_a_stamp_stands_below_the_picture_and_hides_nothing(tmp_path: Path) -> None:
    page = cleaned(photo(), tmp_path, STAMP).pages[0]
    assert (page.width, page.height) == (750, 3100)
    with Image.open(tmp_path / page.name) as made:
        bottom = made.convert("RGB").crop((0, 3000, 750, 3100)).getcolors(100_000) or []
        above = made.convert("RGB").crop((0, 0, 750, 2990)).getcolors(100_000) or []
    assert any(red > 150 and green < 80 for _count, (red, green, _blue) in bottom)  # type: ignore[misc]
    assert all(blue > 100 and red < 30 for _count, (red, _green, blue) in above)  # type: ignore[misc]


def test_a_picture_of_too_many_points_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(target, "PNG")
    assert cleaned(target.getvalue(), tmp_path, STAMP).code == "too_large"


def test_a_transparent_drawing_gets_white_paper(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(target, "PNG")
    found = cleaned(target.getvalue(), tmp_path)
    assert Image.open(tmp_path / found.pages[0].name).getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_becomes_its_pages(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    for _page in range(3):
        document.new_page(595, 842)
    target = io.BytesIO()
    document.save(target)
    found = cleaned(target.getvalue(), tmp_path)
    assert (found.kind, len(found.pages), found.cut) == ("pdf", 3, False)
    assert found.pages[0].height > found.pages[0].width


def test_what_gives_no_picture_says_why(tmp_path: Path) -> None:
    assert cleaned(b"\0\0\0\x18ftypheic" + bytes(64), tmp_path).code == "heic"
    assert cleaned(b"MZ" + bytes(64), tmp_path).code == "not_a_picture"
    assert cleaned(photo()[:500], tmp_path).code == "undecodable"
    assert cleaned(b"%PDF-1.7\n" + bytes(64), tmp_path).code == "undecodable"
