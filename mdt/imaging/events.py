"""Facts of imaging."""

from dataclasses import dataclass

from mdt.kernel.event import Event


@dataclass(frozen=True, slots=True)
class ImagesIndexed(Event):
    """A batch is done and brought something: `studies` are the UIDs it touched."""

    batch_id: str
    studies: list[str]
    stored: int
    refused: int


@dataclass(frozen=True, slots=True)
class ImagesRemoved(Event):
    """A batch was undone, moved away, or a study unlinked."""

    batch_id: str
    studies: list[str]


@dataclass(frozen=True, slots=True)
class StudyLinked(Event):
    study_uid: str
    prior: bool
