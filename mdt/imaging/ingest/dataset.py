"""The checked header as a pydicom data set whose text is decoded by us, and safe reading of it."""

import math
import warnings
from collections.abc import Iterable
from io import BytesIO

from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.filereader import read_dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.valuerep import PersonName as PydicomName

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.charset import character_sets, decode_text, display_text
from mdt.imaging.ingest.part10 import Opened
from mdt.imaging.ingest.verdicts import Refused
from mdt.imaging.ingest.walk import LONG_VRS, PIXEL_TAGS

# values are judged here, one by one; pydicom's opinion would only be printed
config.settings.reading_validation_mode = config.IGNORE

CHARACTER_SET = 0x00080005
_TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_ONE_VALUE_VRS = frozenset({"LT", "ST", "UT"})
CONVERSION_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    BytesLengthException,
)
"""What pydicom raises for one bad value."""


def read_header(opened: Opened) -> tuple[Dataset, set[str]]:
    """Everything but the pixels, text in Unicode; notes say what the character sets needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        syntax = opened.syntax
        try:
            dataset = read_dataset(BytesIO(_header_bytes(opened)), not syntax.is_explicit, syntax.is_little)
            notes: set[str] = set()
            _decode_all(dataset, (), notes, depth=0)
        except RecursionError:
            raise Refused("nesting_too_deep") from None
        except (EOFError, OSError, *CONVERSION_FAULTS):
            raise Refused("bad_structure") from None
    return dataset, notes


def _header_bytes(opened: Opened) -> bytes:
    walk, raw = opened.walk, opened.raw
    header, pos = bytearray(), walk.start
    for span in sorted((walk.spans[t] for t in PIXEL_TAGS if t in walk.spans), key=lambda s: s.start):
        header += raw[pos : span.start]
        pos = span.end
    header += raw[pos : walk.end]
    pixels = walk.pixels
    for offset, tag in walk.bad_vrs:
        if pixels is None or offset < pixels.start:
            at = offset - walk.start
            header[at : at + 2] = _mended_vr(tag)
    return bytes(header)


def _mended_vr(tag: int) -> bytes:
    """The dictionary's VR where it has the same short length field, else plain text."""
    try:
        vr = dictionary_VR(tag)[:2].encode()
    except KeyError:
        return b"LO"
    return b"LO" if vr in LONG_VRS else vr


def _decode_all(dataset: Dataset, inherited: tuple[str, ...], notes: set[str], *, depth: int) -> None:
    if depth > ceilings.DEPTH:
        raise Refused("nesting_too_deep")
    raw_sets = dataset.get_item(CHARACTER_SET) if CHARACTER_SET in dataset else None
    declared = inherited
    if isinstance(raw_sets, RawDataElement):
        declared = character_sets(raw_sets.value)
    for tag in list(dataset.keys()):
        element = dataset.get_item(tag)
        if isinstance(element, RawDataElement):
            vr = element.VR or _vr_of(tag)
            if vr in _TEXT_VRS:
                dataset[tag] = _decoded(tag, vr, element.value or b"", declared, notes)
                continue
            if vr != "SQ":
                continue
        nested = _sequence(dataset, tag)
        for child in nested:
            _decode_all(child, declared, notes, depth=depth + 1)


def _sequence(dataset: Dataset, tag: BaseTag) -> Iterable[Dataset]:
    try:
        element = dataset[tag]
    except CONVERSION_FAULTS:
        del dataset[tag]
        return ()
    return element.value if isinstance(element.value, Sequence) else ()


def _vr_of(tag: BaseTag) -> str:
    try:
        return str(dictionary_VR(tag))
    except KeyError:
        return "UN"


def _decoded(tag: BaseTag, vr: str, raw: bytes, declared: tuple[str, ...], notes: set[str]) -> DataElement:
    decoded = decode_text(raw, declared, is_name=vr == "PN")
    if decoded.how == "guessed":
        notes.add("charset_guessed")
    elif decoded.how == "undecodable":
        notes.add("undecodable_text")
    text = decoded.text.replace("\0", "")
    texts = [text] if vr in _ONE_VALUE_VRS else text.split("\\")
    value: str | list[str] | PydicomName | list[PydicomName]
    if vr == "PN":
        names = [PydicomName(part.strip()) for part in texts]
        value = names if len(names) > 1 else names[0]
    else:
        stripped = [part.rstrip(" ") if vr in _ONE_VALUE_VRS else part.strip(" ") for part in texts]
        value = stripped if len(stripped) > 1 else stripped[0]
    return DataElement(tag, vr, value, already_converted=True)


class Reader:
    """Typed values out of a data set; what cannot be read is absent, never an exception."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def values(self, keyword: str) -> list[object]:
        """All values of an element, [] if absent, empty or unreadable."""
        try:
            value = self.dataset.get(keyword)
        except CONVERSION_FAULTS:
            return []
        if value is None or value in ("", b""):
            return []
        if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue":
            return list(value)
        return [value]

    def text(self, keyword: str, limit: int = 256) -> str:
        """Display text, several values joined by a backslash."""
        return display_text("\\".join(str(v) for v in self.values(keyword)))[:limit]

    def decimals(self, keyword: str) -> tuple[float, ...]:
        """Finite numbers only; () if any value is none."""
        numbers: list[float] = []
        for value in self.values(keyword):
            try:
                number = float(str(value))
            except ValueError:
                return ()
            if not math.isfinite(number):
                return ()
            numbers.append(number)
        return tuple(numbers)

    def decimal(self, keyword: str) -> float | None:
        """The first number."""
        return next(iter(self.decimals(keyword)), None)

    def integer(self, keyword: str) -> int | None:
        """The first number as a whole one, within 32 bits."""
        number = self.decimal(keyword)
        return int(number) if number is not None and abs(number) < 2**32 else None

    def nested(self, keyword: str) -> list["Reader"]:
        """The items of a sequence."""
        try:
            value = self.dataset.get(keyword)
        except CONVERSION_FAULTS:
            return []
        return [Reader(child) for child in value] if isinstance(value, Sequence) else []

    def first(self, keyword: str) -> "Reader":
        """The first item of a sequence, or an empty reader."""
        return next(iter(self.nested(keyword)), Reader(Dataset()))

    def binary(self, keyword: str) -> bytes:
        """Raw bytes of a binary element, b"" if absent."""
        try:
            value = self.dataset.get(keyword)
        except CONVERSION_FAULTS:
            return b""
        return value if isinstance(value, bytes) else b""
