"""Tables of imaging. An instance belongs to one hospital; another hospital's copy of the same UID is its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base, stored_enum
from mdt.kernel.policy import Subject

UID = String(64)
PILE = "person"
"""Subject of what somebody uploaded to no case: they alone see it."""


class Batch(Base):
    """One drop of files: `id` is the client's UUID, kept per person so that nobody can touch another's."""

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("person_id", "client_id"),
        Index("ix_batch_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(String(36))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[BatchState] = mapped_column(stored_enum(BatchState), default=BatchState.OPEN)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    @property
    def shown_with(self) -> Subject:
        """The subject that shows what the drop brings: its own, else its sender's pile."""
        return self.subject if self.subject_kind else Subject(PILE, self.person_id)


class Upload(Base):
    """A tus upload: `received` bytes of `length` are flushed to disk."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), index=True)
    name: Mapped[str] = mapped_column(String(1024))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    is_finished: Mapped[bool] = mapped_column(default=False)
    announced: Mapped[str] = mapped_column(String(8192), default="")
    """`Upload-Metadata` as it came: HEAD says it again (tus 1.0.0, creation)."""
    created_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject("upload", self.id)


class BatchFile(Base):
    """One file of a batch with its verdict; a member of an archive names its `archive_id`."""

    __tablename__ = "batch_file"
    __table_args__ = (Index("ix_batch_file_state", "batch_id", "state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    archive_id: Mapped[str | None] = mapped_column(ForeignKey("batch_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(1100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[FileState] = mapped_column(stored_enum(FileState), default=FileState.RECEIVED)
    is_archive: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(40), default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    study_uid: Mapped[str] = mapped_column(UID, default="")
    series_uid: Mapped[str] = mapped_column(UID, default="")


class Study(Base):
    """PS3.3 C.7.2; counts are kept, not computed."""

    __tablename__ = "study"
    __table_args__ = (UniqueConstraint("hospital_id", "study_uid"), Index("ix_study_uid", "study_uid"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    study_uid: Mapped[str] = mapped_column(UID)
    date: Mapped[str] = mapped_column(String(8), default="")
    time: Mapped[str] = mapped_column(String(16), default="")
    accession: Mapped[str] = mapped_column(String(64), default="")
    study_ref: Mapped[str] = mapped_column(String(64), default="")
    description: Mapped[str] = mapped_column(String(400), default="")
    referring: Mapped[str] = mapped_column(String(400), default="")
    patient_name: Mapped[str] = mapped_column(String(400), default="")
    patient: Mapped[dict[str, Any]]
    modalities: Mapped[str] = mapped_column(String(120), default="")
    series_count: Mapped[int] = mapped_column(default=0)
    instance_count: Mapped[int] = mapped_column(default=0)
    uploaded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    @property
    def subject(self) -> Subject:
        return Subject("study", self.id)


class Series(Base):
    """PS3.3 C.7.3. `version` numbers the prepared folder of normalised frames."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("study_id", "series_uid"), Index("ix_series_uid", "series_uid"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"))
    series_uid: Mapped[str] = mapped_column(UID)
    modality: Mapped[str] = mapped_column(String(16), default="")
    number: Mapped[int | None]
    description: Mapped[str] = mapped_column(String(400), default="")
    body_part: Mapped[str] = mapped_column(String(64), default="")
    date: Mapped[str] = mapped_column(String(8), default="")
    time: Mapped[str] = mapped_column(String(16), default="")
    instance_count: Mapped[int] = mapped_column(default=0)
    prepared: Mapped[PreparedState] = mapped_column(stored_enum(PreparedState), default=PreparedState.WAITING)
    prepared_version: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def subject(self) -> Subject:
        return Subject("series", self.id)


class Instance(Base):
    """One SOP instance; its bytes are the object `sha256` of the file store, unchanged for ever."""

    __tablename__ = "instance"
    __table_args__ = (
        UniqueConstraint("hospital_id", "sop_uid"),
        Index("ix_instance_series", "series_id", "number"),
        Index("ix_instance_sop", "sop_uid"),
        Index("ix_instance_sha", "sha256"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospital.id"))
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"), index=True)
    sop_uid: Mapped[str] = mapped_column(UID)
    sop_class_uid: Mapped[str] = mapped_column(UID)
    transfer_syntax_uid: Mapped[str] = mapped_column(UID)
    number: Mapped[int | None]
    rows: Mapped[int] = mapped_column(default=0)
    columns: Mapped[int] = mapped_column(default=0)
    bits: Mapped[int] = mapped_column(default=0)
    frames: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    displayable: Mapped[bool]
    why: Mapped[str] = mapped_column(String(40), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    dicom_json: Mapped[dict[str, Any]] = mapped_column(default=dict)


class StudyLink(Base):
    """A study shown with a subject: a case, an encounter, or the person who uploaded it to none (`PILE`). Which of its
    instances, `ShownInstance` says; `instance_count` is kept and tells what to display, never who may.
    `confirmed_by` is a person who said that its patient is the subject's, although the names differ."""

    __tablename__ = "study_link"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "study_id"),
        Index("ix_study_link_study", "study_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(36))
    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"))
    instance_count: Mapped[int] = mapped_column(default=0)
    is_prior: Mapped[bool] = mapped_column(default=False)
    linked_by: Mapped[str] = mapped_column(String(36))
    linked_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(String(36))
    confirmed_at: Mapped[datetime | None]

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class ShownInstance(Base):
    """An instance that a link shows, once for each drop that brought it; `batch_id` is empty where a person linked
    what was stored. Every file that a standing drop brought has such a row somewhere."""

    __tablename__ = "shown_instance"
    __table_args__ = (
        Index("ix_shown_instance_instance", "instance_id"),
        Index("ix_shown_instance_batch", "batch_id"),
    )

    link_id: Mapped[str] = mapped_column(ForeignKey("study_link.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(36), primary_key=True, default="")
