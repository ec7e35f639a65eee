"""Search keys of people and titles: every suffix, so that any part is found by a range scan.

pypinyin knows no surnames (曾 → ceng), so each reading of the first character is indexed.
"""

import unicodedata

from pypinyin import Style, pinyin

LONGEST = 24
END = "\U0010ffff"


def normal(text: str) -> str:
    """The form that is compared: NFKC, lower case, without blanks, carets, dashes and dots."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "^-_.·,，、")


def name_keys(name: str) -> set[str]:
    """Keys of a person's name: Han text, full pinyin by syllable, initials – every suffix of each – and the
    first syllable with the initials of the rest (`zengys`)."""
    plain = normal(name)
    keys = suffixes(plain)
    if not _has_han(plain):
        return keys
    first = pinyin(plain[0], style=Style.NORMAL, heteronym=True)[0]
    rest = [each[0] for each in pinyin(plain[1:], style=Style.NORMAL)] if len(plain) > 1 else []
    for reading in first:
        syllables = [reading, *rest]
        keys.add((reading + "".join(each[:1] for each in rest))[:LONGEST])
        for start in range(len(syllables)):
            keys.add("".join(syllables[start:])[:LONGEST])
            keys.add("".join(each[:1] for each in syllables[start:])[:LONGEST])
    return {key for key in keys if key}


def title_keys(title: str) -> set[str]:
    """Keys of a title: every suffix."""
    return suffixes(normal(title))


def number_keys(number: str) -> set[str]:
    """Keys of a number such as `QX-2026-0187`: whole, by parts, the last without leading zeros."""
    last = number.rsplit("-", 1)[-1]
    return suffixes(normal(number)) | {normal(last.lstrip("0"))} - {""}


def suffixes(plain: str) -> set[str]:
    return {plain[start : start + LONGEST] for start in range(len(plain))}


def key_range(asked: str) -> tuple[str, str]:
    """The half-open range of keys that begin with what was asked; ("", "") if nothing is left of it."""
    key = normal(asked)[:LONGEST]
    return (key, key + END) if key else ("", "")


def _has_han(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in text)
