"""Per-frame facts from plain and enhanced objects (PS3.3 C.7.6.2, C.7.6.16)."""

from collections.abc import Iterator

from mdt.imaging.ingest.dataset import Reader
from mdt.imaging.ingest.record import FrameFacts, Geometry, Window

_PLANE = {
    "position": "PlanePositionSequence",
    "orientation": "PlaneOrientationSequence",
    "measures": "PixelMeasuresSequence",
    "voi": "FrameVOILUTSequence",
    "values": "PixelValueTransformationSequence",
}


class Groups:
    """Functional groups: the frame's own item first, the shared one, then the data set itself."""

    def __init__(self, whole: Reader) -> None:
        self.whole = whole
        self.shared = whole.first("SharedFunctionalGroupsSequence")
        self.frames = whole.nested("PerFrameFunctionalGroupsSequence")

    def macro(self, keyword: str, frame: int) -> Reader:
        """The item that holds a macro's attributes for a frame (from 0)."""
        own = self.frames[frame] if frame < len(self.frames) else None
        for group in (own, self.shared):
            found = group.nested(keyword) if group is not None else []
            if found:
                return found[0]
        return self.whole


def frame_facts(whole: Reader, frames: int) -> Iterator[FrameFacts]:
    """The facts of every frame, in stored order."""
    groups = Groups(whole)
    durations = _durations(whole, frames)
    positions = whole.decimals("GridFrameOffsetVector")
    shared: FrameFacts | None = None
    for frame in range(frames):
        if groups.frames or shared is None:
            shared = _facts(groups, frame)
        facts = shared
        if len(positions) == frames and facts.geometry.position_mm and not groups.frames:
            facts = facts.model_copy(update={"geometry": _offset(facts.geometry, positions[frame])})
        yield facts.model_copy(update={"duration_ms": durations[frame]}) if durations else facts


def _facts(groups: Groups, frame: int) -> FrameFacts:
    values = groups.macro(_PLANE["values"], frame)
    slope, intercept = values.decimal("RescaleSlope"), values.decimal("RescaleIntercept")
    return FrameFacts(
        geometry=_geometry(groups, frame),
        windows=windows_of(groups.macro(_PLANE["voi"], frame)),
        slope=slope or 1.0,
        intercept=intercept or 0.0,
        unit=_unit(groups.whole, values),
    )


def _unit(whole: Reader, values: Reader) -> str:
    """HU only where CT numbers really are HU (PS3.3 C.11.1.1.2)."""
    if whole.text("Modality") != "CT" or not values.decimals("RescaleIntercept"):
        return ""
    return "HU" if values.text("RescaleType") in ("", "HU", "HU_MOD") else ""


def _geometry(groups: Groups, frame: int) -> Geometry:
    position = groups.macro(_PLANE["position"], frame).decimals("ImagePositionPatient")
    cosines = groups.macro(_PLANE["orientation"], frame).decimals("ImageOrientationPatient")
    measures = groups.macro(_PLANE["measures"], frame)
    spacing = measures.decimals("PixelSpacing") or measures.decimals("ImagerPixelSpacing")
    if not spacing:
        spacing = _ultrasound_spacing(groups.whole)
    thickness = measures.decimal("SliceThickness")
    return Geometry(
        position_mm=(position[0], position[1], position[2]) if len(position) == 3 else None,
        orientation=_cosines(cosines),
        spacing_mm=(spacing[0], spacing[1]) if len(spacing) == 2 and min(spacing) > 0 else None,
        thickness_mm=thickness if thickness and thickness > 0 else None,
    )


def _cosines(cosines: tuple[float, ...]) -> tuple[float, float, float, float, float, float] | None:
    """Row and column direction; anything but two crossing unit vectors is not believed."""
    if len(cosines) != 6:
        return None
    a, b, c, d, e, f = cosines
    tolerance = 0.02
    unit = all(abs(n - 1) < tolerance for n in (a * a + b * b + c * c, d * d + e * e + f * f))
    return (a, b, c, d, e, f) if unit and abs(a * d + b * e + c * f) < tolerance else None


def _ultrasound_spacing(whole: Reader) -> tuple[float, ...]:
    """The first region measured in centimetres (PS3.3 C.8.5.5); rows then columns, mm."""
    for region in whole.nested("SequenceOfUltrasoundRegions"):
        centimetres = 3
        if region.integer("PhysicalUnitsXDirection") == centimetres == region.integer("PhysicalUnitsYDirection"):
            x, y = region.decimal("PhysicalDeltaX"), region.decimal("PhysicalDeltaY")
            if x and y:
                return (abs(y) * 10, abs(x) * 10)
    return ()


def _offset(geometry: Geometry, along_mm: float) -> Geometry:
    """A frame of a grid (RT dose): moved along the normal (PS3.3 C.8.8.3.2)."""
    position, cosines = geometry.position_mm, geometry.orientation
    if position is None or cosines is None:
        return geometry
    a, b, c, d, e, f = cosines
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    x, y, z = (p + along_mm * n for p, n in zip(position, normal, strict=True))
    return geometry.model_copy(update={"position_mm": (x, y, z)})


def windows_of(reader: Reader) -> tuple[Window, ...]:
    """The file's own windows; a width below 1 is illegal (PS3.3 C.11.2.1.2) and dropped."""
    centres, widths = reader.decimals("WindowCenter"), reader.decimals("WindowWidth")
    labels = [str(v) for v in reader.values("WindowCenterWidthExplanation")]
    found = []
    for n, (centre, width) in enumerate(zip(centres, widths, strict=False)):
        if width > 0:
            label = labels[n] if n < len(labels) and labels[n] else f"{centre:g}/{width:g}"
            found.append(Window(label=label[:64], window=(centre, width)))
    return tuple(found[:8])


def _durations(whole: Reader, frames: int) -> list[float]:
    """Milliseconds each frame stays; [] where the object is no cine."""
    vector = [v for v in whole.decimals("FrameTimeVector") if v >= 0]
    if len(vector) == frames and frames > 1:
        return vector[1:] + vector[1:2]
    fps = frames_per_second(whole)
    return [1000.0 / fps] * frames if fps and frames > 1 else []


def frames_per_second(whole: Reader) -> float | None:
    """The rate the file asks for (PS3.3 C.7.6.5)."""
    frame_ms = whole.decimal("FrameTime")
    if frame_ms and frame_ms > 0:
        return 1000.0 / frame_ms
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = whole.decimal(keyword)
        if rate and rate > 0:
            return rate
    return None
