"""Facts of free-clinic days."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class ClinicPlanned(Event):
    meeting_id: str


@dataclass(frozen=True, slots=True)
class ClinicFiled(Event):
    """The health authority's number is known."""


@dataclass(frozen=True, slots=True)
class ClinicOpened(Event):
    """`overridden`: opened without a filing, for a reason that the day keeps."""

    overridden: bool


@dataclass(frozen=True, slots=True)
class ClinicClosed(Event):
    pass


@dataclass(frozen=True, slots=True)
class ClinicReported(Event):
    pass


@dataclass(frozen=True, slots=True)
class EncounterAdded(Event):
    clinic_id: str


@dataclass(frozen=True, slots=True)
class EncounterChanged(Event):
    changed: list[str]


@dataclass(frozen=True, slots=True)
class EncounterBecameCase(Event):
    """`subject` is the case."""

    encounter_id: str
    clinic_id: str


@dataclass(frozen=True, slots=True)
class FilmPhotoStored(Event):
    photo_id: str
