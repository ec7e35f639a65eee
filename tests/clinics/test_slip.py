"""The 义诊单 on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from mdt.clinics.slip import DISPOSITION_WORDS, LAW, Doctor, FilmPhoto, Slip, render_slip
from mdt.press.typst import MissingGlyphs


def film() -> bytes:
    """A small JPEG."""
    drawing = BytesIO()
    Image.new("L", (52, 44), 90).save(drawing, "JPEG")
    return drawing.getvalue()


SLIP = Slip(
    ticket="A038",
    name="张桂英",
    sex="F",
    age="67 岁",
    at=datetime(2026, 11, 23, 2, 12, tzinfo=UTC),
    day_title="白石镇冬季义诊",
    place="白石镇卫生院",
    filing_authority="青溪县卫生健康局",
    filing_number="义备〔2026〕117 号",
    doctor=Doctor(name="林静", title="主任医师", department="影像科", hospital="江州省立医院"),
    disposition="county_hospital",
    complaint="咳嗽两月 #let",
    finding="右上肺斑片影。",
    advice="三日内做胸部 CT。",
    revisit_on=date(2026, 11, 26),
    where_to_go="青溪县人民医院 呼吸科",
    photos=(FilmPhoto(picture=film(), caption="胸片翻拍"),),
)

SAID = (
    "义诊单 A038 张桂英 女 67岁 2026-11-2310:12 白石镇冬季义诊 白石镇卫生院 青溪县卫生健康局"
    " 义备〔2026〕117号 林静 主任医师 影像科 江州省立医院 到县医院就诊 咳嗽两月#let"
    f" 右上肺斑片影。 三日内做胸部CT。 2026-11-26 青溪县人民医院呼吸科 胸片翻拍 非诊断级图像 {LAW}"
).split()


def printed(slip: Slip) -> list[str]:
    """The text of each page, without white space."""
    document = pypdfium2.PdfDocument(render_slip(slip))
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def test_the_slip_holds_every_field_on_one_page() -> None:
    (text,) = printed(SLIP)
    assert [said for said in SAID if said not in text] == []


def test_the_slip_is_a5_and_the_same_twice() -> None:
    pdf = render_slip(SLIP)
    assert render_slip(SLIP) == pdf
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (148, 210)


@pytest.mark.parametrize("disposition", DISPOSITION_WORDS)
def test_each_disposition_is_said_in_words(disposition: str) -> None:
    bare = replace(SLIP, disposition=disposition, photos=(), revisit_on=None, where_to_go="")
    text = "".join(printed(bare))
    assert DISPOSITION_WORDS[disposition] in text
    assert "非诊断级图像" not in text
    assert "去哪里" not in text


def test_long_advice_goes_on_overleaf() -> None:
    text = printed(replace(SLIP, advice="三日内做胸部增强检查。" * 200))
    assert len(text) > 1
    assert "".join(text).count("增强") == 200


def test_a_name_without_glyph_is_refused() -> None:
    with pytest.raises(MissingGlyphs, match="𠮷"):
        render_slip(replace(SLIP, name="𠮷田"))
