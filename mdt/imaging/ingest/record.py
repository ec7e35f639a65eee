"""What the index keeps of one file, in a form that may cross a process border as JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from mdt.imaging.ingest.identity import PatientIdentity

Vector = tuple[float, float, float]
Cosines = tuple[float, float, float, float, float, float]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Record):
    """A grey window in real-world units: centre, width."""

    label: str
    window: tuple[float, float]


class Geometry(_Record):
    """Where a frame lies in the patient; millimetres, patient coordinates (LPS)."""

    position_mm: Vector | None = None
    orientation: Cosines | None = None
    spacing_mm: tuple[float, float] | None = None
    """Between rows, between columns."""
    thickness_mm: float | None = None


class FrameFacts(_Record):
    """What may differ from frame to frame; `slope`, `intercept` give the real-world value."""

    geometry: Geometry = Geometry()
    windows: tuple[Window, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    duration_ms: float | None = None


class StudyRecord(_Record):
    """Study level (date YYYYMMDD, time HHMMSS as sent)."""

    uid: str
    date: str = ""
    time: str = ""
    accession: str = ""
    study_id: str = ""
    description: str = ""
    referring_physician: str = ""
    institution: str = ""


class SeriesRecord(_Record):
    """Series level."""

    uid: str
    number: int | None = None
    modality: str = ""
    description: str = ""
    protocol: str = ""
    body_part: str = ""
    laterality: str = ""
    date: str = ""
    time: str = ""
    contrast: str = ""
    manufacturer: str = ""
    frame_of_reference_uid: str = ""


class InstanceRecord(_Record):
    """Instance level."""

    uid: str
    sop_class_uid: str
    number: int | None = None
    transfer_syntax_uid: str
    rows: int = 0
    columns: int = 0
    frames: int = 0
    bits_allocated: int = 0
    bits_stored: int = 0
    samples: int = 0
    photometric: str = ""
    lossy: bool = False
    acquisition_time: str = ""
    fps: float | None = None
    geometry: Geometry = Geometry()


class IndexRecord(_Record):
    """One file, read. `why` is the reason code when there is nothing to show."""

    patient: PatientIdentity
    study: StudyRecord
    series: SeriesRecord
    instance: InstanceRecord
    displayable: bool
    why: str | None = None
    character_sets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    dicom_json: dict[str, JsonValue] | None = None
    """PS3.18 F; None if it would not fit into the answer."""


class Inspection(_Record):
    """The verdict on one file, sentence parameters included."""

    path: str
    state: Literal["stored", "warning", "refused"]
    code: str
    params: dict[str, str | int] = {}
    record: IndexRecord | None = None


class PreparedFrame(_Record):
    """One normalised frame: `file` in the folder of `version`, the one of its series in which it was first written."""

    instance_uid: str
    frame: int
    file: str | None = Field(pattern=r"^[0-9]+-[0-9]+\.raw$")
    version: int = 0
    rows: int
    columns: int
    kind: Literal["mono16", "rgb8"] | None
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    window: tuple[float, float] | None = None
    invert: bool = False
    spacing_mm: tuple[float, float] | None = None
    position_mm: Vector | None = None
    orientation: Cosines | None = None
    thickness_mm: float | None = None
    lossy: bool = False
    bytes: int = 0
    duration_ms: float | None = None
    why: str | None = None


class PreparedNote(_Record):
    """Something to say about the whole series."""

    code: str
    detail: str = ""


class PreparedSeries(_Record):
    """A series as the viewer takes it, frames in order of position."""

    series_uid: str
    study_uid: str
    modality: str
    description: str
    date: str
    number: int | None
    window_presets: tuple[Window, ...] = ()
    frames: tuple[PreparedFrame, ...] = ()
    notes: tuple[PreparedNote, ...] = ()
    frame_of_reference_uid: str = ""
    fps: float | None = None
    poster: str | None = None
    thumbnail: str | None = None
