"""复制为病历文字 says what the paper says."""

from dataclasses import replace

from mdt.consensus.plain import record_text
from tests.consensus.sheets import BARE, SAID, SHEET, unbroken


def test_the_text_holds_every_field() -> None:
    text = unbroken(record_text(SHEET))
    assert [said for said in SAID if said not in text] == []
    assert SHEET.fingerprint in text


def test_empty_parts_leave_no_heading() -> None:
    text = record_text(BARE)
    assert "【" not in text
    assert "：　" not in text
    assert "\n\n" not in text


def test_a_replaced_edition_says_so() -> None:
    assert "【本版已被第 3 版替代】" in record_text(replace(SHEET, superseded_by=3))


def test_line_ends_are_of_one_kind() -> None:
    text = record_text(replace(SHEET, narrative="一\r\n二\r三"))
    assert "一\n二\n三" in text
    assert "\r" not in text
