"""What a DICOMweb client would like to have (RFC 9110 12.5.1, PS3.18 8.7.4): media ranges in order of preference."""

import re
from dataclasses import dataclass, field

from mdt.kernel.errors import Refused
from mdt.kernel.i18n import N_

_TOKEN = re.compile(r'\s*([^\s;,="]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^;,\s]*))?\s*')


@dataclass(frozen=True, slots=True)
class Wish:
    """One media range; `parameters` without `q`, names in lower case, quotes taken off."""

    media: str
    parameters: dict[str, str] = field(default_factory=dict)
    q: float = 1.0

    @property
    def type(self) -> str:
        """The type of the parts of a multipart answer, "" if it does not say."""
        return self.parameters.get("type", "").lower()

    @property
    def syntax(self) -> str:
        return self.parameters.get("transfer-syntax", "")


class NotAcceptable(Refused):
    status = 406
    code = "not_acceptable"
    sentence = N_("不能以所要求的格式提供。")


def wishes(header: str) -> list[Wish]:
    """Best first; equal ones in their order. An empty header wishes for anything."""
    found = [wish for part in _split(header, ",") if (wish := _wish(part)) is not None and wish.q > 0]
    if not header.strip():
        return [Wish("*/*")]
    return sorted(found, key=lambda wish: -wish.q)


def _split(text: str, separator: str) -> list[str]:
    """Split outside quotes."""
    parts, current, quoted = [], "", False
    for sign in text:
        quoted ^= sign == '"'
        if sign == separator and not quoted:
            parts.append(current)
            current = ""
        else:
            current += sign
    return [*parts, current]


def _wish(part: str) -> Wish | None:
    media, *rest = _split(part, ";")
    media = media.strip().lower()
    if media.count("/") != 1:
        return None
    parameters: dict[str, str] = {}
    for each in rest:
        match = _TOKEN.fullmatch(each)
        if match:
            parameters[match[1].lower()] = (match[2] or "").strip('"')
    try:
        q = float(parameters.pop("q", "1") or "1")
    except ValueError:
        q = 1.0
    return Wish(media, parameters, min(max(q, 0.0), 1.0))
