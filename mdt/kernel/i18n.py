"""Two languages: source strings are Chinese, English comes from one catalogue (`mdt/translations/en.po`).

The language of the moment is a context variable, so pages, sockets and workers translate in the same way.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
CATALOGUE = Path(__file__).parent.parent / "translations" / "en.po"
_COUNTED = re.compile(r"(?P<start>%\((?P<name>\w+)\)s[^%\[\]]*)\[(?P<one>[^|\[\]]*)\|(?P<many>[^|\[\]]*)\]")
_language: ContextVar[str] = ContextVar("language", default="zh")


def N_(source: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a string for translation where it is defined; it is translated where it is shown."""
    return source


@cache
def english() -> Catalog:
    """The English catalogue, read once; empty when there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def language() -> str:
    return _language.get()


def set_language(code: str) -> None:
    _language.set(code if code in LANGUAGES else "zh")


@contextmanager
def in_language(code: str) -> Iterator[None]:
    token = _language.set(code if code in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


def translated(source: str, facts: Mapping[str, object]) -> str:
    """`source` in the language of the moment, its counted words chosen for `facts`, `%(name)s` not yet filled."""
    if _language.get() != "en" or not source:
        return source
    message = english().get(source)
    return _counted(str(message.string), facts) if message and message.string else source


def _counted(text: str, facts: Mapping[str, object]) -> str:
    """`%(n)s [study|studies]` keeps the first word where n is 1, else the second; Chinese needs none of this."""

    def chosen(found: re.Match[str]) -> str:
        return found["start"] + found["one" if str(facts.get(found["name"])) == "1" else "many"]

    return _COUNTED.sub(chosen, text)


def gettext(source: str, **facts: object) -> str:
    """`source` in the language of the moment, `%(name)s` filled from `facts`."""
    text = translated(source, facts)
    return text % facts if facts else text


def ngettext(singular: str, plural: str, number: int, **facts: object) -> str:
    """Chinese has one form; English takes its plural from the catalogue's entry of the singular."""
    return gettext(singular if number == 1 else plural, **{"num": number, **facts})


@cache
def script_strings() -> dict[str, str]:
    """English texts of the strings that scripts use (their place in the catalogue names `frontend/`)."""
    return {
        str(m.id): str(m.string)
        for m in english()
        if m.id and m.string and any(place.startswith("frontend/") for place, _line in m.locations)
    }
