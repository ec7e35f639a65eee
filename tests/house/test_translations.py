"""Every text that people read has its English."""

import re
from pathlib import Path

from mdt.kernel.i18n import english, gettext, in_language
from mdt.shell import texts

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OWN_NAMES = {"中文"}


def test_the_english_catalogue_is_complete() -> None:
    assert texts.problems() == [], "run python -m mdt.shell.texts update and fill in what is empty"


def test_every_text_of_a_script_is_read() -> None:
    """The extractor passes over a call inside another's arguments, and over braces within a template."""
    read = {found.text for found in texts.found_texts()}
    called = re.compile(r"\bt\(\s*'((?:[^'\\]|\\.)*)'")
    scripts = [place for place in (ROOT / "frontend").rglob("*.ts*") if not place.name.endswith(".test.ts")]
    found = {text: place.name for place in scripts for text in called.findall(place.read_text("utf-8"))}
    assert len(found) > 500
    assert {text: name for text, name in found.items() if text not in read} == {}


def test_english_texts_are_english() -> None:
    found = [str(message.id) for message in english() if message.id and CHINESE.search(str(message.string))]
    assert [text for text in found if not any(name in text for name in OWN_NAMES)] == []


def test_a_text_is_translated_with_its_facts() -> None:
    with in_language("en"):
        assert "3" in gettext("%(number)s 条未读", number=3)
    with in_language("zh"):
        assert gettext("%(number)s 条未读", number=3) == "3 条未读"


def test_pages_hold_no_unmarked_chinese() -> None:
    """Outside comments, `_( )` and forms of dates."""
    found = []
    for place in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", place.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{% trans .*?endtrans %\}", "", text, flags=re.DOTALL)
        text = re.sub(r"local_time\([^)]*\)", "", text)
        text = re.sub(r"_\((\"[^\"]*\"|'[^']*')", "", text)
        found += [f"{place.name}: {line.strip()[:60]}" for line in text.splitlines() if CHINESE.search(line)]
    assert found == []


def test_english_counts() -> None:
    """One form in Chinese, two in English: the catalogue holds both, `[case|cases]`."""
    with in_language("en"):
        assert gettext("%(number)s 例", number=1) == "1 case"
        assert gettext("%(number)s 例", number=12) == "12 cases"
    with in_language("zh"):
        assert gettext("%(number)s 例", number=1) == "1 例"
