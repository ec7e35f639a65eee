"""Photographs and paper, made anew from their pixels: nothing of the sender's bytes, marks or metadata survives."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict

SIDE_PX = 3000
PDF_DPI = 150
PDF_PAGES = 60
PIXELS = 120_000_000
"""A picture that claims more is not opened."""
JPEG_QUALITY = 88
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif"})


STAMP_RED = (173, 35, 28)


class Stamp(BaseModel):
    """Words in a white strip below a picture: they cannot be cropped into it, and hide nothing of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    font: str
    """The place of the font's file."""


class Page(BaseModel):
    """One picture: the file's name in the folder, pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    width: int
    height: int


class Cleaned(BaseModel):
    """`kind` is what the file was; `code` says why there are no pages. `cut`: a PDF had more pages than are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["photo", "pdf", ""]
    pages: tuple[Page, ...] = ()
    code: str = ""
    cut: bool = False


class Unreadable(Exception):
    """The file gives no picture; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write_pages(path: Path, out_dir: Path, stamp: Stamp | None = None) -> Cleaned:
    """Write `page-001.jpg` … into `out_dir`, each with the stamp; never raises for what is in the file."""
    raw = path.read_bytes()
    kind = kind_of(raw)
    try:
        if kind == "":
            is_heic = raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS
            return Cleaned(kind="", code="heic" if is_heic else "not_a_picture")
        pictures = _pdf_pages(raw) if kind == "pdf" else iter([_photo(raw)])
        pages = tuple(_written(picture, out_dir, n, stamp) for n, picture in enumerate(pictures, 1))
        cut = kind == "pdf" and len(pages) == PDF_PAGES
        return Cleaned(kind=kind, pages=pages, code="" if pages else "no_pages", cut=cut)
    except Unreadable as reason:
        return Cleaned(kind=kind, code=reason.code)
    except MemoryError:
        return Cleaned(kind=kind, code="too_large")


def kind_of(raw: bytes) -> Literal["photo", "pdf", ""]:
    """By the first bytes; a name proves nothing."""
    if raw[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "pdf"
    if raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "photo"
    return ""


def _photo(raw: bytes) -> Image.Image:
    try:
        opened = Image.open(io.BytesIO(raw), formats=("JPEG", "PNG"))
        if opened.width * opened.height > PIXELS:
            raise Unreadable("too_large")
        opened.draft("RGB", (SIDE_PX, SIDE_PX))
        upright = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unreadable("undecodable") from None
    return _on_white(upright)


def _on_white(picture: Image.Image) -> Image.Image:
    """Transparent parts become white paper."""
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _pdf_pages(raw: bytes) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(raw)
        for n in range(min(len(document), PDF_PAGES)):
            page = document[n]
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                continue
            scale = min(PDF_DPI / 72, SIDE_PX / max(width, height))
            yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("password" if "assword" in str(fault) else "undecodable") from None


def _written(picture: Image.Image, out_dir: Path, number: int, stamp: Stamp | None) -> Page:
    picture.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    if stamp is not None:
        picture = _stamped(picture, stamp)
    name = f"page-{number:03}.jpg"
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())  # no info, no profile, no comment
    bare.save(out_dir / name, "JPEG", quality=JPEG_QUALITY)
    return Page(name=name, width=bare.width, height=bare.height)


def _stamped(picture: Image.Image, stamp: Stamp) -> Image.Image:
    """With a strip of a thirtieth of the longer side."""
    height = max(18, max(picture.size) // 30)
    made = Image.new("RGB", (picture.width, picture.height + height), "white")
    made.paste(picture, (0, 0))
    letters = ImageFont.truetype(stamp.font, int(height * 0.62))
    ImageDraw.Draw(made).text((height // 3, picture.height + height * 0.12), stamp.text, fill=STAMP_RED, font=letters)
    return made
