"""One spelling for one content: the form that is fingerprinted and signed.

JCS (RFC 8785) over NFC text. Whatever two readers could see alike and a machine read apart is
refused with the name of its field, never dropped: what was signed is what was typed.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import rfc8785

PREFIX: Final = b"mdt-consensus-v1\n"
LARGEST: Final = 2**53 - 1
DEEPEST: Final = 32
SPACING: Final = "\t\n\r"
# Drawn as nothing though no control: grapheme joiner, Hangul and Khmer fillers, Braille blank,
# Mongolian and other variation selectors (Default_Ignorable_Code_Point beyond category Cf).
INVISIBLE: Final = frozenset(
    (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)

Canonical = str | int | bool | None | list["Canonical"] | dict[str, "Canonical"]


class NotCanonical(ValueError):
    """A value that has no canonical form; `field` is its path, ``answers[0].text``.

    `code` is ``control`` (`char` says which), ``surrogate``, ``number``, ``type``, ``key`` or
    ``depth``.
    """

    def __init__(self, field: str, code: str, char: str = "") -> None:
        self.field = field
        self.code = code
        self.char = char
        what = f" U+{ord(char):04X}" if char else ""
        super().__init__(f"{field or 'document'}: {code}{what}")


def fingerprint(content: object) -> str:
    """SHA-256 of the prefix and the canonical form, 64 hex digits (trust level (a))."""
    return hashlib.sha256(PREFIX + canonical(content)).hexdigest()


def canonical(content: object) -> bytes:
    """The canonical form: UTF-8, keys sorted, NFC. Raises `NotCanonical`.

    Decimals and times must come as text (`decimal_text`): a float is refused, because what is
    printed and what is hashed would be two numbers.
    """
    return rfc8785.dumps(_normal(content, "", 0))


def clean_text(text: str, field: str) -> str:
    """The text in NFC, or `NotCanonical` naming `field` and the character."""
    for char in text:
        if code := _refusal(char):
            raise NotCanonical(field, code, char)
    return unicodedata.normalize("NFC", text)


def decimal_text(number: float) -> str:
    """A pixel coordinate or window as the canonical form wants it: 40 → ``40``, 0.5 → ``0.5``."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _refusal(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "surrogate"
    if category in ("Cc", "Cf", "Zl", "Zp") and char not in SPACING:
        return "control"
    return "control" if ord(char) in INVISIBLE else ""


def _normal(value: object, field: str, depth: int) -> Canonical:
    if depth > DEEPEST:
        raise NotCanonical(field, "depth")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean_text(value, field)
    if isinstance(value, int):
        return _whole(value, field)
    if isinstance(value, float):
        raise NotCanonical(field, "number")
    return _nested(value, field, depth)


def _whole(value: int, field: str) -> int:
    if abs(value) > LARGEST:
        raise NotCanonical(field, "number")
    return value


def _nested(value: object, field: str, depth: int) -> Canonical:
    if isinstance(value, Mapping):
        return _mapping(value, field, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_normal(one, f"{field}[{at}]", depth + 1) for at, one in enumerate(value)]
    raise NotCanonical(field, "type")


def _mapping(value: Mapping[object, object], field: str, depth: int) -> Canonical:
    normal: dict[str, Canonical] = {}
    for key, one in value.items():
        if not isinstance(key, str):
            raise NotCanonical(field, "key")
        name = clean_text(key, field)
        if name in normal:  # two keys that are one in NFC
            raise NotCanonical(field, "key")
        normal[name] = _normal(one, f"{field}.{name}" if field else name, depth + 1)
    return normal
