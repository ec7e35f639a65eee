"""Text as it really arrives from Chinese devices (PS3.5 section 6.1, PS3.3 C.12.1.1.2).

pydicom leaves the escape of ISO 2022 IR 58 in the text and trusts what is
declared; here the bytes have the last word, and a guess says that it is one.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pydicom.charset import convert_encodings, decode_bytes

How = Literal["declared", "guessed", "undecodable"]

_TO_58 = b"\x1b$)A"
_ESCAPE_58 = re.compile(rb"\x1b(?:\$\)A|\(B|\)B)")
_ALIASES = {
    "ISO_IR 58": "ISO 2022 IR 58",
    "ISO IR 58": "ISO 2022 IR 58",
    "GB2312": "GB18030",
    "GB 18030": "GB18030",
    "UTF-8": "ISO_IR 192",
    "UTF8": "ISO_IR 192",
}
_LATIN = frozenset({"", "ISO_IR 6", "ISO_IR 100", "ISO 2022 IR 6", "ISO 2022 IR 100"})
_PN_DELIMITERS = {0x3D, 0x5C, 0x5E}
_TEXT_DELIMITERS = {0x0A, 0x0C, 0x0D, 0x09, 0x5C}
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CJK_MARKS = re.compile("[\u3000-\u303f\uff00-\uffef\u00b7\u2014\u2018-\u201d\u2026\u2460-\u249b]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how sure we are of it."""

    text: str
    how: How


def character_sets(raw: bytes | None) -> tuple[str, ...]:
    """The declared terms of (0008,0005), spelling mended; () = none declared."""
    if not raw:
        return ()
    terms = raw[:1024].decode("ascii", "replace").split("\\")
    spelled = (term.strip(" \0").upper().replace("ISO-IR", "ISO_IR") for term in terms[:16])
    return tuple(_ALIASES.get(term, term) for term in spelled)


def decode_text(raw: bytes, declared: tuple[str, ...], *, is_name: bool = False) -> Decoded:
    """Decode one value; the declared set first, then what the bytes themselves say."""
    raw = raw.rstrip(b"\0 ") if raw.endswith((b"\0", b" ")) else raw
    if raw.isascii() and b"\x1b" not in raw:
        return Decoded(raw.decode("ascii"), "declared")
    if "ISO 2022 IR 58" in declared or _TO_58 in raw:
        return _strict(_ESCAPE_58.sub(b"", raw), "gb18030", "declared") or _lost(raw, "gb18030")
    if "ISO_IR 192" in declared:
        return _strict(raw, "utf-8", "declared") or _guess(raw) or _lost(raw, "utf-8")
    if "GB18030" in declared or "GBK" in declared:
        return _han_utf8(raw) or _strict(raw, "gb18030", "declared") or _lost(raw, "gb18030")
    if set(declared) <= _LATIN:
        return _han_utf8(raw) or _guess(raw) or _latin(raw, declared)
    return _as_declared(raw, declared, is_name=is_name)


def display_text(text: str) -> str:
    """NFC, one line, without control and direction marks: safe to stand anywhere."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def has_han(text: str) -> bool:
    """True if any Chinese character is in it."""
    return bool(_HAN.search(text))


def _strict(raw: bytes, encoding: str, how: How) -> Decoded | None:
    try:
        return Decoded(raw.decode(encoding), how)
    except UnicodeDecodeError:
        return None


def _lost(raw: bytes, encoding: str) -> Decoded:
    return Decoded(raw.decode(encoding, "replace"), "undecodable")


def _latin(raw: bytes, declared: tuple[str, ...]) -> Decoded:
    """Bytes over 127 are legal in ISO_IR 100 only; undeclared they are a guess."""
    return Decoded(raw.decode("latin-1"), "declared" if set(declared) - {"", "ISO_IR 6"} else "guessed")


def _han_utf8(raw: bytes) -> Decoded | None:
    """UTF-8 under another name: three-byte Chinese hardly ever happens by chance."""
    found = _strict(raw, "utf-8", "guessed")
    return found if found and _is_chinese(found.text) else None


def _guess(raw: bytes) -> Decoded | None:
    """GB bytes under another name: Chinese only, and of common characters for the most part."""
    found = _strict(raw, "gb18030", "guessed")
    if not found or not _is_chinese(found.text):
        return None
    han = _HAN.findall(found.text)
    common = sum(_is_gb2312(character) for character in han)
    return found if 2 * common >= len(han) else None


def _is_chinese(text: str) -> bool:
    foreign = [c for c in text if ord(c) > 0x7F and not _HAN.match(c) and not _CJK_MARKS.match(c)]
    return has_han(text) and not foreign


def _is_gb2312(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _as_declared(raw: bytes, declared: tuple[str, ...], *, is_name: bool) -> Decoded:
    """Japanese, Korean, Cyrillic …: pydicom's code extension machinery."""
    try:
        encodings = convert_encodings(list(declared))
        text = decode_bytes(raw, encodings, _PN_DELIMITERS if is_name else _TEXT_DELIMITERS)
    except (LookupError, UnicodeError, ValueError):
        return _guess(raw) or _lost(raw, "latin-1")
    return Decoded(text, "undecodable" if "\ufffd" in text else "declared")
