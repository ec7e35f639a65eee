"""The 会诊意见书 on paper: complete, literal, repeatable, refusing what it cannot print."""

from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from mdt.consensus.opinion import qr_svg, render_opinion, unprintable
from mdt.consensus.sheet import Answer, KeyImage, Patient, Recommendation, Stance
from mdt.press.typst import MissingGlyphs
from tests.consensus.sheets import BARE, SAID, SHEET, pages, picture, signature

LONG = "咳嗽两月，伴消瘦约四公斤，无咯血，外院抗炎两周未见吸收。"


def test_the_paper_holds_every_field() -> None:
    text = "".join(pages(render_opinion(SHEET)))
    assert [said for said in SAID if said not in text] == []
    assert SHEET.fingerprint in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    first = render_opinion(SHEET)
    render_opinion(BARE)
    assert render_opinion(SHEET) == first


def test_an_ordinary_opinion_fits_one_page() -> None:
    sheet = replace(SHEET, edition=1, amend_reason="", signatures=SHEET.signatures[:2])
    assert len(pages(render_opinion(sheet))) == 1


def test_a_sheet_without_optional_texts_prints() -> None:
    text = "".join(pages(render_opinion(BARE)))
    assert "演示乙" in text
    assert "关键图像" not in text
    assert "更正" not in text


@pytest.mark.parametrize(
    "markup",
    [
        "#let x = read(sys.inputs.sheet)",
        "$ a^2 $ and $x$",
        "[cell] #[x] #emph[y]",
        "\\ \\n \\u{41} *bold* _slanted_ `raw`",
        "// comment /* more */ <label> @ref = title - item + one ~ -- ---",
        "\"straight\" 'quotes' … <script>alert(1)</script> {{ jinja }}",
    ],
)
def test_markup_is_printed_as_typed(markup: str) -> None:
    sheet = replace(
        SHEET,
        narrative=markup,
        patient=Patient(name=markup[:12], sex="M"),
        answers=(Answer(question=markup, text=markup),),
        recommendations=(Recommendation(text=markup, owner="陈立"),),
        signatures=(signature("沈岚", Stance.DISSENT, markup),),
    )
    literal = "".join(markup.split())
    assert "".join(pages(render_opinion(sheet))).count(literal) >= 5


def test_a_character_without_glyph_is_named_before_printing() -> None:
    sheet = replace(SHEET, patient=Patient(name="𠮷田\U0001f600", sex="M"))
    with pytest.raises(MissingGlyphs, match=r"、𠮷（U\+20BB7）") as caught:
        render_opinion(sheet)
    assert caught.value.chars == "\U0001f600𠮷"
    assert unprintable(sheet) == caught.value.chars
    assert unprintable(SHEET) == ""


def test_a_dissent_of_many_pages_is_printed_in_full() -> None:
    words = "".join(f"{n}、{LONG}" for n in range(700))
    sheet = replace(SHEET, signatures=(signature("沈岚", Stance.DISSENT, words),))
    printed = pages(render_opinion(sheet))
    assert len(printed) >= 10
    assert all(f"第{n}页共{len(printed)}页" in page for n, page in enumerate(printed, start=1))
    assert all("JZ-2026-0412-02" in page and SHEET.verify_code in page for page in printed)
    assert all(f"{n}、" in "".join(printed) for n in range(700))
    assert sum(page.count("抗炎") for page in printed) == 700


def test_a_word_without_a_break_stays_on_the_paper() -> None:
    address = "https://huizhen.example/" + "a1/" * 150
    crowded = Patient(name="W" * 60, sex="M", age="71 岁", local_id="ZY" * 40)
    pdf = render_opinion(replace(SHEET, narrative=address, patient=crowded))
    assert address in "".join(pages(pdf))
    for page in PdfDocument(pdf):
        text = page.get_textpage()
        rights = [text.get_charbox(at)[2] for at in range(text.count_chars())]
        assert max(rights) <= (210 - 18) / 25.4 * 72


def test_a_replaced_edition_says_so_on_every_page() -> None:
    sheet = replace(SHEET, superseded_by=3, summary=LONG * 80)
    printed = pages(render_opinion(sheet))
    assert len(printed) > 1
    assert all("已被第3版替代" in page for page in printed)
    assert "替代，" not in "".join(pages(render_opinion(SHEET)))


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_several_key_images_print_with_their_captions(count: int) -> None:
    images = tuple(KeyImage(picture=picture(kind="JPEG" if n % 2 else "PNG"), caption=f"第{n}张") for n in range(count))
    text = "".join(pages(render_opinion(replace(SHEET, key_images=images))))
    assert all(f"图{n + 1}第{n}张" in text for n in range(count))


def test_a_picture_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="PNG or JPEG"):
        render_opinion(replace(SHEET, key_images=(KeyImage(picture=b"<svg/>"),)))


def test_the_qr_code_is_an_svg_of_dark_modules_only() -> None:
    drawing = qr_svg(SHEET.verify_url)
    assert drawing.startswith((b"<?xml", b"<svg"))
    assert qr_svg(SHEET.verify_url) == drawing != qr_svg(SHEET.verify_url + "0")
