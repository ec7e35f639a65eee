"""A data set as DICOM JSON (PS3.18 F), UTF-8, large values named instead of copied."""

import base64
import math

from pydantic import JsonValue
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from mdt.imaging.ingest import ceilings
from mdt.imaging.ingest.dataset import CONVERSION_FAULTS
from mdt.imaging.ingest.walk import Walk

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_REAL = frozenset({"DS", "FL", "FD"})
_WHOLE = frozenset({"IS", "SL", "SS", "SV", "UL", "US", "UV"})
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_SAFE_INTEGER = 2**53

JsonObject = dict[str, JsonValue]


def dicom_json(dataset: Dataset, walk: Walk) -> JsonObject:
    """The whole header; pixel data appear as a BulkDataURI relative to the instance."""
    found = _dataset(dataset, "bulk")
    found["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
    pixels = walk.pixels
    if pixels is not None:
        vr = pixels.vr.decode() or "OW"
        found[f"{pixels.tag:08X}"] = {"vr": vr, "BulkDataURI": f"bulk/{pixels.tag:08X}"}
    return dict(sorted(found.items()))


def _dataset(dataset: Dataset, path: str) -> JsonObject:
    return {
        f"{tag:08X}": _element(dataset, tag, f"{path}/{tag:08X}")
        for tag in dataset.keys()  # noqa: SIM118 - iterating a Dataset converts its elements
        if tag.element != 0
    }


def _element(dataset: Dataset, tag: BaseTag, path: str) -> JsonValue:
    raw = dataset.get_item(tag)
    try:
        element = dataset[tag]
        vr, value = element.VR, element.value
    except CONVERSION_FAULTS:
        return _bulk("UN", raw.value if isinstance(raw, RawDataElement) else b"", path)
    if vr == "SQ" and isinstance(value, Sequence):
        items: list[JsonValue] = [_dataset(child, f"{path}/{n}") for n, child in enumerate(value)]
        return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
    if isinstance(value, bytes):
        return _bulk(vr if vr in _BINARY else "UN", value, path)
    many = value if type(value).__name__ in ("MultiValue", "list") else [value]
    values = [_value(vr, one) for one in many]
    vr = "US" if vr in ("US or SS", "US or OW", "US or SS or OW") else vr
    return {"vr": vr, "Value": values} if any(v is not None for v in values) else {"vr": vr}


def _bulk(vr: str, value: bytes | None, path: str) -> JsonValue:
    if not value:
        return {"vr": vr}
    if len(value) > ceilings.BULK_BYTES:
        return {"vr": vr, "BulkDataURI": path}
    return {"vr": vr, "InlineBinary": base64.b64encode(value).decode("ascii")}


def _value(vr: str, value: object) -> JsonValue:
    if value is None or value == "":
        return None
    if vr == "PN":
        return _name(str(value))
    if vr == "AT":
        return f"{int(value):08X}" if isinstance(value, int) else str(value)
    if vr in _WHOLE or vr.startswith("US or"):
        return _whole(value)
    if vr in _REAL:
        return _real(value)
    return str(value)


def _name(text: str) -> JsonValue:
    groups = {key: part for key, part in zip(_GROUPS, text.split("="), strict=False) if part}
    return dict(groups) or None


def _whole(value: object) -> JsonValue:
    try:
        number = int(str(value))
    except ValueError:
        return _real(value)
    # beyond 2^53 a reader in JavaScript would round: PS3.18 F.2.3 allows a string
    return number if abs(number) < _SAFE_INTEGER else str(number)


def _real(value: object) -> JsonValue:
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return number
