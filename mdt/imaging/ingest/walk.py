"""An iterative, bounds-checking walk over a DICOM data set (PS3.5 section 7).

It runs before pydicom: no recursion, no read beyond the buffer, every count
under a ceiling. What it meets that is illegal but harmless it notes; what
parsers would disagree about it refuses.
"""

import struct
from dataclasses import dataclass, field

from pydicom.datadict import dictionary_VR

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.verdicts import Refused

Bytes = bytes | memoryview

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA, FLOAT_PIXELS, DOUBLE_PIXELS = 0x7FE00010, 0x7FE00008, 0x7FE00009
PIXEL_TAGS = frozenset({PIXEL_DATA, FLOAT_PIXELS, DOUBLE_PIXELS})

LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_PLAUSIBLE_SHORT = {b"LT": 10240 * 4, b"ST": 1024 * 4, b"LO": 64 * 64 * 4, b"PN": 64 * 15 * 4}
_PLAUSIBLE_DEFAULT = 1024 * 8


@dataclass(frozen=True, slots=True)
class Span:
    """One element: offsets from the start of the buffer, `length` of its value in bytes.

    For an undefined length, `length` is what the value took, delimiter included.
    """

    tag: int
    vr: bytes
    start: int
    value: int
    length: int

    @property
    def end(self) -> int:
        """Offset just past the value."""
        return self.value + self.length


@dataclass(slots=True)
class Walk:
    """What the walk found at the top level, and every note on the way."""

    explicit: bool
    little: bool
    start: int
    end: int
    spans: dict[int, Span] = field(default_factory=dict)
    fragments: list[tuple[int, int]] | None = None
    """Offset and length of each pixel data fragment, the offset table first; None = native."""
    notes: set[str] = field(default_factory=set)
    bad_vrs: list[tuple[int, int]] = field(default_factory=list)
    """(offset of the VR, tag) of elements whose VR does not exist."""
    items: int = 0
    elements: int = 0

    @property
    def pixels(self) -> Span | None:
        """The element that holds the picture, if there is one."""
        return next((self.spans[tag] for tag in PIXEL_TAGS if tag in self.spans), None)


@dataclass(slots=True)
class _Level:
    """One open container: `end` is None while its length is undefined."""

    is_sequence: bool
    end: int | None
    explicit: bool
    span: tuple[int, bytes, int, int] | None = None
    last_tag: int = -1


class Walker:
    """Walks `raw[start:end]`; use `walk_dataset`."""

    def __init__(self, raw: Bytes, start: int, end: int, explicit: bool, little: bool) -> None:
        self.raw = raw
        self.pos = start
        self.found = Walk(explicit, little, start, end)
        order = "<" if little else ">"
        self.tag_struct = struct.Struct(order + "HH")
        self.u16 = struct.Struct(order + "H")
        self.u32 = struct.Struct(order + "I")
        self.levels = [_Level(is_sequence=False, end=end, explicit=explicit)]

    def run(self) -> Walk:
        """Walk to the end or refuse."""
        end = self.found.end
        while True:
            self._close_full()
            if self.pos >= end:
                break
            level = self.levels[-1]
            if level.is_sequence:
                self._item(level)
            elif not self._element(level):
                break
        if len(self.levels) > 1:
            raise Refused("unterminated_sequence")
        self.found.end = self.pos
        return self.found

    def _close_full(self) -> None:
        while len(self.levels) > 1:
            level = self.levels[-1]
            if level.end is None or self.pos < level.end:
                return
            if self.pos > level.end:
                raise Refused("length_past_end")
            self._pop()

    def _pop(self) -> None:
        level = self.levels.pop()
        if level.span is not None:
            tag, vr, start, value = level.span
            self._keep(Span(tag, vr, start, value, self.pos - value))

    def _push(self, level: _Level) -> None:
        # one sequence with its item counts as one step of depth
        if len(self.levels) > 2 * ceilings.DEPTH:
            raise Refused("nesting_too_deep")
        parent = self.levels[-1].end
        if level.end is not None and parent is not None and level.end > parent:
            raise Refused("length_past_end" if level.end <= self.found.end else "truncated")
        self.levels.append(level)

    def _need(self, count: int) -> None:
        if self.pos + count > self.found.end:
            raise Refused("truncated")

    def _tag(self) -> int:
        group, element = self.tag_struct.unpack_from(self.raw, self.pos)
        return int(group) << 16 | int(element)

    def _item(self, level: _Level) -> None:
        self._need(8)
        tag = self._tag()
        (length,) = self.u32.unpack_from(self.raw, self.pos + 4)
        self.pos += 8
        if tag == SEQUENCE_END:
            if level.end is not None or length:
                raise Refused("bad_structure")
            self._pop()
            return
        if tag != ITEM:
            raise Refused("bad_structure")
        self.found.items += 1
        if self.found.items > ceilings.ITEMS:
            raise Refused("bad_structure")
        end = None if length == UNDEFINED else self.pos + length
        if end is not None and end > self.found.end:
            raise Refused("truncated")
        self._push(_Level(is_sequence=False, end=end, explicit=level.explicit))

    def _element(self, level: _Level) -> bool:
        """Step over one element; False where the data set ends before the buffer does."""
        at_top = len(self.levels) == 1
        if at_top and self._is_tail():
            return False
        self._need(8)
        start, tag = self.pos, self._tag()
        if tag == ITEM_END:
            self._close_item(level)
            return True
        if tag >> 16 == 0xFFFE:
            raise Refused("bad_structure")
        self.found.elements += 1
        if self.found.elements > ceilings.ELEMENTS:
            raise Refused("bad_structure")
        if tag < level.last_tag:
            self.found.notes.add("unordered_elements")
        level.last_tag = tag
        vr, length = self._header(tag, explicit=level.explicit)
        if length == UNDEFINED:
            self._undefined(tag, vr, start, level)
        else:
            self._defined(tag, vr, start, length, level)
        return True

    def _close_item(self, level: _Level) -> None:
        if len(self.levels) == 1 or level.end is not None:
            raise Refused("bad_structure")
        self.pos += 8
        self._pop()

    def _header(self, tag: int, *, explicit: bool) -> tuple[bytes, int]:
        """VR (b"" when implicit and unknown) and value length; moves to the value."""
        if not explicit:
            (length,) = self.u32.unpack_from(self.raw, self.pos + 4)
            self.pos += 8
            return self._known_vr(tag), int(length)
        vr = bytes(self.raw[self.pos + 4 : self.pos + 6])
        if vr in LONG_VRS:
            self._need(12)
            (length,) = self.u32.unpack_from(self.raw, self.pos + 8)
            self.pos += 12
            return vr, int(length)
        if vr not in SHORT_VRS:
            if not (vr.isalpha() and vr.isupper()):
                raise Refused("bad_structure")
            self.found.notes.add("bad_vr")
            self.found.bad_vrs.append((self.pos + 4, tag))
        (length,) = self.u16.unpack_from(self.raw, self.pos + 6)
        self.pos += 8
        return vr, int(length)

    @staticmethod
    def _known_vr(tag: int) -> bytes:
        try:
            return str(dictionary_VR(tag))[:2].encode()
        except KeyError:
            return b""

    def _undefined(self, tag: int, vr: bytes, start: int, level: _Level) -> None:
        if vr in (b"OB", b"OW") and (level.explicit or tag == PIXEL_DATA):
            fragments = self._fragments()
            if len(self.levels) == 1:
                if tag == PIXEL_DATA:
                    self.found.fragments = fragments
                self._keep(Span(tag, vr, start, fragments[0][0] - 8, self.pos - fragments[0][0] + 8))
            return
        if level.explicit and vr not in (b"SQ", b"UN"):
            raise Refused("bad_structure")
        # an UN of undefined length is implicit little endian inside (PS3.5 6.2.2 note 2)
        explicit = level.explicit and vr == b"SQ"
        span = (tag, vr, start, self.pos) if len(self.levels) == 1 else None
        self._push(_Level(is_sequence=True, end=None, explicit=explicit, span=span))

    def _fragments(self) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        while True:
            self._need(8)
            tag = self._tag()
            (length,) = self.u32.unpack_from(self.raw, self.pos + 4)
            self.pos += 8
            if tag == SEQUENCE_END:
                if not found:
                    raise Refused("pixel_length_mismatch")
                return found
            if tag != ITEM or length == UNDEFINED:
                raise Refused("bad_structure")
            self._need(length)
            found.append((self.pos, int(length)))
            if len(found) > ceilings.FRAGMENTS + 1:
                raise Refused("bad_structure")
            self.pos += length

    def _defined(self, tag: int, vr: bytes, start: int, length: int, level: _Level) -> None:
        limit = level.end if level.end is not None else self.found.end
        is_pixels = tag in PIXEL_TAGS and len(self.levels) == 1
        if self.pos + length > limit:
            raise Refused(self._overrun(vr, length, limit, is_pixels=is_pixels))
        if length & 1:
            self.found.notes.add("odd_length")
        if length > ceilings.VALUE_BYTES and not is_pixels and vr != b"SQ":
            raise Refused("too_large")
        if vr == b"SQ" and length:
            span = (tag, vr, start, self.pos) if len(self.levels) == 1 else None
            self._push(_Level(is_sequence=True, end=self.pos + length, explicit=level.explicit, span=span))
            return
        span_found = Span(tag, vr, start, self.pos, length)
        self.pos += length
        if len(self.levels) == 1:
            self._keep(span_found)

    def _overrun(self, vr: bytes, length: int, limit: int, *, is_pixels: bool) -> str:
        """A cut file ends in the middle of a plausible value; a lie claims an absurd one."""
        if is_pixels:
            return "truncated"
        if self.pos + length <= self.found.end and limit < self.found.end:
            return "length_past_end"
        if vr in SHORT_VRS and length > _PLAUSIBLE_SHORT.get(vr, _PLAUSIBLE_DEFAULT):
            return "length_past_end"
        return "truncated"

    def _keep(self, span: Span) -> None:
        if len(self.levels) > 1:
            return
        earlier = self.found.spans.get(span.tag)
        if earlier is not None:
            if bytes(self.raw[earlier.value : earlier.end]) != bytes(self.raw[span.value : span.end]):
                raise Refused("duplicate_element")
            self.found.notes.add("duplicate_element")
        self.found.spans[span.tag] = span

    def _is_tail(self) -> bool:
        """After the picture: does something other than an element follow?"""
        rest = self.found.end - self.pos
        if rest <= 2 and not any(self.raw[self.pos : self.found.end]):
            return True
        if self.found.pixels is None:
            return False
        if rest >= 8 and self._looks_like_element(rest):
            return False
        if any(self.raw[self.pos : self.found.end]):
            self.found.notes.add("trailing_bytes")
        return True

    def _looks_like_element(self, rest: int) -> bool:
        tag = self._tag()
        if tag == 0 or tag >> 16 == 0xFFFE:
            return False
        if self.found.explicit:
            return bytes(self.raw[self.pos + 4 : self.pos + 6]) in LONG_VRS | SHORT_VRS
        (length,) = self.u32.unpack_from(self.raw, self.pos + 4)
        return tag > PIXEL_DATA and (length == UNDEFINED or length + 8 <= rest)


def walk_dataset(raw: Bytes, *, start: int, end: int, explicit: bool, little: bool) -> Walk:
    """Check the data set in `raw[start:end]` and index its top level, or raise Refused."""
    return Walker(raw, start, end, explicit, little).run()
