"""The press: one kept-alive Typst compiler per template, one fixed set of fonts.

Content reaches a template as JSON in ``sys.inputs.sheet`` and as files beside it, never as
markup, so ``#let`` or ``$`` in a text is printed as it was typed. Only the fonts of
the lock file are used: a document printed again in ten years, on a host without a single Chinese
font, is the same document to the byte.

A compiler starts threads on its first use: make it in the process that renders, do not fork after.
"""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

import typst

PROJECT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = PROJECT / "templates"
FONTS: Final = PROJECT / "node_modules" / "@expo-google-fonts"

FACES: Final = (
    "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
)

# What people type (CO₂, Na⁺, HCO₃⁻) and Noto SC lacks, but Libertinus, which Typst carries
# within itself, has. It is last in the font list of every template.
BUILT_IN: Final = frozenset("⁰⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾₀₁₂₃₄₅₆₇₈₉₊₋₍₎\u2009\u202f")
LAYOUT: Final = frozenset("\n\r\t")

# PDF/A-2u: fonts embedded, every character searchable; for records kept thirty years.
# It also makes Typst refuse a missing glyph, a second lock behind `unprintable`.
STANDARD: Final = "a-2u"

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class MissingGlyphs(ValueError):
    """Characters no font of ours can print; a box in a name is worse than a refusal."""

    def __init__(self, chars: str) -> None:
        self.chars = chars
        listed = "、".join(f"{char}（U+{ord(char):04X}）" for char in chars)
        super().__init__(f"字体中没有这些字，无法打印：{listed}。请改用可打印的写法。")


class FontsMissing(RuntimeError):
    """The faces of the lock file are not on this machine."""

    def __init__(self, face: Path) -> None:
        super().__init__(f"缺少打印字体 {face}；请先运行 npm ci。")


class Press:
    """Prints one template, as often as wanted."""

    def __init__(self, template: Path, fonts: Path = FONTS) -> None:
        self._source = template.read_bytes()
        faces = typst.Fonts(include_system_fonts=False, font_paths=[path.parent for path in _faces(fonts)])
        self._compiler = typst.Compiler(font_paths=faces)
        self._turn = Lock()  # a compiler refuses a second caller: "Already borrowed"

    def pdf(self, sheet: Mapping[str, Json], files: Mapping[str, bytes], at: datetime) -> bytes:
        """The document as PDF/A-2u; the same arguments give the same bytes.

        `files` are pictures by plain name, `at` (aware) becomes the date of the document.
        Raises `MissingGlyphs` before anything is drawn.
        """
        if missing := unprintable(sheet):
            raise MissingGlyphs(missing)
        with self._turn, TemporaryDirectory(prefix="mdt-press-") as folder:
            for name, content in files.items():
                (Path(folder) / name).write_bytes(content)
            pdf = self._compiler.compile(
                input=self._source,
                root=folder,
                format="pdf",
                sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
                pdf_standards=STANDARD,
                timestamp=int(at.timestamp()),
            )
        if not isinstance(pdf, bytes):
            raise TypeError(type(pdf))
        return pdf


@cache
def press(name: str) -> Press:
    """The press of a template, ``consensus/opinion``; kept for the life of the process."""
    return Press(TEMPLATES / f"{name}.typ")


def picture_name(position: int, picture: bytes) -> str:
    """A file name Typst knows the format by; only PNG and JPEG are printed, else ValueError."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return f"{position}.png"
    if picture.startswith(b"\xff\xd8\xff"):
        return f"{position}.jpg"
    raise ValueError("a printed picture must be PNG or JPEG")


def unprintable(content: Json) -> str:
    """The characters of all texts in `content` that no face has, each once, in order of code."""
    wanted = {char for text in _texts(content) for char in text} - LAYOUT - BUILT_IN
    return "".join(sorted(char for char in wanted if ord(char) not in _covered()))


def _texts(content: Json) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, Sequence):
        for value in content:
            yield from _texts(value)


@cache
def _covered(fonts: Path = FONTS) -> frozenset[int]:
    """Code points in the faces; the weights of a family have the same ones, so one each."""
    faces = _faces(fonts)
    return frozenset(code_points(faces[0])) | frozenset(code_points(faces[2]))


def _faces(fonts: Path) -> list[Path]:
    faces = [fonts / face for face in FACES]
    for face in faces:
        if not face.is_file():
            raise FontsMissing(face)
    return faces


def code_points(face: Path) -> Iterator[int]:
    """What a TrueType/OpenType face maps: its cmap subtable of format 12 (OpenType 1.9, cmap).

    Thirty lines in place of fontTools: the two families we ship have this subtable, and reading
    only the table takes milliseconds of a 15 MB file.
    """
    with face.open("rb") as file:
        (count,) = struct.unpack(">4xH6x", file.read(12))
        directory = [struct.unpack(">4s4xLL", file.read(16)) for _ in range(count)]
        offset, length = next(entry[1:] for entry in directory if entry[0] == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    (tables,) = struct.unpack_from(">2xH", cmap)
    for record in range(tables):
        (start,) = struct.unpack_from(">4xL", cmap, 4 + 8 * record)
        if struct.unpack_from(">H", cmap, start) == (12,):
            break
    else:
        raise FontsMissing(face)
    (groups,) = struct.unpack_from(">12xL", cmap, start)
    for group in range(groups):
        first, last = struct.unpack_from(">LL", cmap, start + 16 + 12 * group)
        yield from range(first, last + 1)
