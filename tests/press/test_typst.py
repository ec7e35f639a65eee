"""The press: its fonts, its glyph check, its files."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from mdt.press.typst import (
    BUILT_IN,
    FACES,
    FONTS,
    FontsMissing,
    MissingGlyphs,
    Press,
    code_points,
    picture_name,
    unprintable,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
PROBE = """
#set text(font: ("Noto Serif SC", "Noto Sans SC", "Libertinus Serif"))
#let sheet = json(bytes(sys.inputs.sheet))
#sheet.text
"""


@pytest.fixture
def probe(tmp_path: Path) -> Press:
    """Give a press whose template prints one text."""
    template = tmp_path / "probe.typ"
    template.write_text(PROBE, encoding="utf-8")
    return Press(template)


def test_each_built_in_character_has_a_glyph(probe: Press) -> None:
    """Typst itself refuses PDF/A with a missing glyph: so these print without a box."""
    text = "".join(sorted(BUILT_IN))
    pdf = probe.pdf({"text": text}, {}, AT)
    shown = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert [char for char in text if not char.isspace() and char not in shown] == []


def test_weights_of_a_family_have_the_same_characters() -> None:
    for regular, bold in (FACES[:2], FACES[2:]):
        assert set(code_points(FONTS / regular)) == set(code_points(FONTS / bold))


def test_common_and_rare_characters() -> None:
    assert unprintable({"a": ["张桂英䶮㛃 12 mm ≤ ± ℃ μ Ω ² ³ × → ① Ⅱ ㎡ “”—…〔〕"]}) == ""
    assert unprintable({"a": [{"b": "𠮷\u0000\U0001f600"}, "𠮷"], "c": 1, "d": None}) == ("\u0000\U0001f600𠮷")


def test_a_missing_glyph_stops_the_press(probe: Press) -> None:
    with pytest.raises(MissingGlyphs) as caught:
        probe.pdf({"text": "𠮷"}, {}, AT)
    assert caught.value.chars == "𠮷"


def test_a_template_cannot_read_outside_its_sheet(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    template = tmp_path / "thief.typ"
    template.write_text(f'#read("{secret}")')
    with pytest.raises(RuntimeError, match="not found"):
        Press(template).pdf({}, {}, AT)


def test_threads_take_turns(probe: Press) -> None:
    texts = [f"第 {n} 份" for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(lambda text: probe.pdf({"text": text}, {}, AT), texts))
    assert [probe.pdf({"text": text}, {}, AT) for text in texts] == printed


def test_missing_fonts_are_a_sentence(tmp_path: Path) -> None:
    template = tmp_path / "probe.typ"
    template.write_text(PROBE, encoding="utf-8")
    with pytest.raises(FontsMissing, match="npm ci"):
        Press(template, fonts=tmp_path)


def test_only_png_and_jpeg_are_pictures() -> None:
    assert picture_name(3, b"\x89PNG\r\n\x1a\n") == "3.png"
    assert picture_name(0, b"\xff\xd8\xff\xe0") == "0.jpg"
    with pytest.raises(ValueError, match="PNG or JPEG"):
        picture_name(0, b"GIF89a")
