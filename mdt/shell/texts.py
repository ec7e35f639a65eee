"""The English catalogue: every Chinese source string of code, pages and scripts with its translation.

`python -m mdt.shell.texts update` brings mdt/translations/en.po in step with the sources (translations are kept, new
strings come in empty, gone ones go); `python -m mdt.shell.texts` names what is missing and exits 1.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from mdt.kernel.i18n import CATALOGUE

ROOT = Path(__file__).parent.parent.parent
PYTHON_WORDS = {"N_": None, "_": None, "gettext": None}
PAGE_WORDS = {"_": None, "gettext": None}
SCRIPT_WORDS = {"t": None}
SOURCES = (
    ("mdt", "*.py", "python", PYTHON_WORDS),
    ("templates", "*.html", "jinja2.ext:babel_extract", PAGE_WORDS),
    ("frontend", "*.ts", "javascript", SCRIPT_WORDS),
    ("frontend", "*.tsx", "javascript", SCRIPT_WORDS),
)
OPTIONS = {
    "jinja2.ext:babel_extract": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"},
    "javascript": {"jsx": "true", "template_string": "true", "parse_template_string": "true"},
}
BORN = datetime(2026, 1, 1, tzinfo=UTC)
HOLES = re.compile(r"%\(\w+\)s|\{\w+\}")
"""Places that facts fill, in Python's and in the scripts' spelling."""


class Found(NamedTuple):
    text: str
    place: str


def found_texts() -> Iterator[Found]:
    """Every marked string with the file it stands in; tests of scripts are no sources."""
    for folder, pattern, method, words in SOURCES:
        for place in sorted((ROOT / folder).rglob(pattern)):
            if place.name.endswith(".test.ts"):
                continue
            yield from _texts_of(place, method, words)


def _texts_of(place: Path, method: str, words: dict[str, None]) -> Iterator[Found]:
    source = io.BytesIO(place.read_bytes())
    for _line, text, _comments, _context in extract(method, source, words, options=OPTIONS.get(method)):
        if isinstance(text, str) and text:
            yield Found(text, place.relative_to(ROOT).as_posix())


def kept() -> Catalog:
    """The catalogue as it is on disk."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def merged(old: Catalog) -> Catalog:
    """A catalogue of exactly the strings in the sources, with the translations of `old`."""
    new = Catalog(locale="en", project="mdt", header_comment="# English texts; made by mdt.shell.texts")
    places: dict[str, list[str]] = {}
    for found in found_texts():
        places.setdefault(found.text, []).append(found.place)
    for text in sorted(places):
        known = old.get(text)
        translation = str(known.string) if known is not None and not known.fuzzy else ""
        locations = [(place, 0) for place in sorted(set(places[text]))]
        new.add(text, translation, locations=locations)
    return new


def update() -> None:
    """Write the merged catalogue."""
    new = merged(kept())
    new.creation_date = new.revision_date = BORN  # no change of date alone
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as target:
        write_po(target, new, include_lineno=False, width=110)


def problems() -> list[str]:
    """What keeps the catalogue from being complete: missing, fuzzy, left over, or with other holes than the source."""
    old = kept()
    wanted = {found.text for found in found_texts()}
    told = [f"left over: {message.id}" for message in old if message.id and message.id not in wanted]
    for text in sorted(wanted):
        known = old.get(text)
        if known is None or not known.string:
            told.append(f"not translated: {text}")
        elif known.fuzzy:
            told.append(f"fuzzy: {text}")
        elif sorted(set(HOLES.findall(text))) != sorted(set(HOLES.findall(str(known.string)))):
            told.append(f"other holes: {text}")
    return told


def main() -> None:
    if sys.argv[1:] == ["update"]:
        update()
    told = problems()
    for line in told:
        sys.stderr.write(f"{line}\n")
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
