"""Names as they really arrive, and whose image it is."""

from pathlib import Path

import pytest

from mdt.imaging.ingest.charset import decode_text, display_text
from mdt.imaging.ingest.identity import PatientIdentity, names_agree, person_name, same_person
from mdt.imaging.ingest.judge import inspect_file

_NAMES = {
    "own_fault_gbk_bytes_as_latin1": ("李晓明", True),
    "own_fault_gbk_bytes_as_utf8": ("李晓明", True),
    "own_fault_gbk_bytes_no_charset": ("李晓明", True),
    "own_fault_utf8_bytes_as_gb18030": ("李晓明", True),
    "own_gb18030": ("王小东", False),
    "own_gb18030_four_byte": ("杨𬍛", False),
    "own_gbk": ("王小東", False),
    "own_iso2022_ir58": ("王小东", False),
    "own_japanese_ir87": ("山田太郎", False),
    "own_korean_ir149": ("洪吉洞", False),
    "own_latin1": ("Müller Jürgen", False),
    "own_utf8": ("王小东", False),
    "own_utf8_ideographic_only": ("王小东", False),
    "chrFren": ("Buc Jérôme", False),
    "chrH31": ("山田太郎", False),
    "chrH32": ("山田太郎", False),
    "chrI2": ("洪吉洞", False),
    "chrX1": ("王小東", False),
    "chrX2": ("王小东", False),
}


@pytest.mark.parametrize("stem", _NAMES)
def test_a_name_reads_right(stem: str, reference: Path) -> None:
    found = inspect_file(reference / "charset" / f"{stem}.dcm")
    assert found.record is not None
    name, guessed = _NAMES[stem]
    assert found.record.patient.name.display == name
    assert ("charset_guessed" in found.record.notes) == guessed


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("曾^小东", "ZENG XIAODONG"),
        ("单田芳", "SHAN^TIANFANG"),
        ("仇英", "Qiu Ying"),
        ("Wang^XiaoDong=王^小东", "王小东"),
        ("Xiao Dong Wang", "王小东"),
        ("吕梁", "LYU LIANG"),
        ("吕梁", "Lv^Liang"),
        ("欧阳锋", "Feng Ouyang"),
        ("ＷＡＮＧ　小", "wang 小"),
        ("***", "王小东"),
        ("", "王小东"),
        ("Müller^Jürgen", "JURGEN MULLER"),
    ],
)
def test_two_written_forms_of_one_name_agree(ours: str, theirs: str) -> None:
    assert names_agree(person_name(ours), person_name(theirs))
    assert names_agree(person_name(theirs), person_name(ours))


@pytest.mark.parametrize(
    ("ours", "theirs"), [("王小东", "王晓东"), ("Zhao^Liu=赵^六", "Qian^Qi=钱^七"), ("李明", "WANG MING")]
)
def test_other_names_differ(ours: str, theirs: str) -> None:
    assert not names_agree(person_name(ours), person_name(theirs))


def test_the_local_id_counts_only_beside_another_difference() -> None:
    case = PatientIdentity(name=person_name("王小东"), sex="M", birth_date="1960-01-01", local_id="A1")
    other_id = case.model_copy(update={"local_id": "B2", "birth_date": "19600101"})
    assert same_person(case, other_id) == []
    other_sex = other_id.model_copy(update={"sex": "女"})
    assert [d.field for d in same_person(case, other_sex)] == ["sex", "local_id"]
    assert same_person(case, PatientIdentity()) == []


def test_display_text_is_one_safe_line() -> None:
    assert display_text("a\r\nb\u202ec\x00e\u0301") == "a bc é"


def test_latin_text_is_not_taken_for_chinese() -> None:
    for text in ("Müller", "Jérôme", "Ångström", "naïve façade"):
        assert decode_text(text.encode("latin-1"), ("ISO_IR 100",)).text == text
