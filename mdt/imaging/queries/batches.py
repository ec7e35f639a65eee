"""Reading uploads and batches: what came, with its verdict and sentence."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.imaging import policy, receipt
from mdt.imaging.ingest.identity import PatientIdentity, identity_of, same_person
from mdt.imaging.ingest.verdicts import SENTENCES
from mdt.imaging.models import Batch, BatchFile, Series, Study, StudyLink, Upload
from mdt.imaging.queries.seen import parts_seen
from mdt.imaging.terms import BatchState, FileState, PreparedState
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Conflict, NotFound, TooLarge
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.policy import Subject, gives, signed_in
from mdt.kernel.policy import ask as about
from mdt.kernel.query import listing, query

BATCH_FILES = 5000


class UploadState(BaseModel):
    received: int
    length: int
    is_finished: bool
    announced: str


NEEDING_AN_EYE = frozenset({FileState.WARNING, FileState.REFUSED})


@query(policy.SEND)
def upload_state(_session: Session, _actor: Actor, upload: Upload, _ask: None) -> UploadState:
    """How many bytes are safely on disk: never more than the row says, never more than the file has."""
    received = upload.received if upload.is_finished else min(upload.received, receipt.size_on_disk(upload.id))
    return UploadState(
        received=received, length=upload.length, is_finished=upload.is_finished, announced=upload.announced
    )


class Difference(BaseModel):
    """A field in which the images' patient is not the case's."""

    field: str
    ours: str
    theirs: str


class FileView(BaseModel):
    name: str
    state: str
    code: str
    detail: str
    way_on: str = ""
    study_uid: str
    series_uid: str = ""
    size: int = 0
    differences: list[Difference] = []


class BatchSeries(BaseModel):
    series_uid: str
    id: str
    description: str
    modality: str
    number: int | None
    instances: int
    prepared: str
    shown: int
    poster_url: str


class BatchStudy(BaseModel):
    """`linked`: the batch's subject shows it now; `differences` from its patient, if nobody `confirmed`."""

    study_uid: str
    linked: bool
    prior: bool
    confirmed: bool
    differences: list[Difference]
    modality: str
    date: str
    description: str
    patient_name: str
    patient_sex: str
    patient_birth_date: str
    patient_id: str
    series: list[BatchSeries]


class BatchView(BaseModel):
    id: str
    state: str
    subject_kind: str
    subject_id: str
    counts: dict[str, int]
    files: list[FileView]
    studies: list[BatchStudy]


def open_batch(session: Session, actor: Actor, client_id: str, subject: Subject) -> Batch | None:
    """The person's batch of that UUID, None if it is not there yet.

    Raises:
        NotFound: the subject takes no images from this person, or the batch is another subject's. Conflict: closed.
    """
    if subject.kind and not gives(session, subject, "add", actor):
        raise NotFound
    mine = select(Batch).where(Batch.person_id == actor.person_id, Batch.client_id == client_id.lower())
    batch = session.execute(mine).scalar()
    if batch is not None and (batch.subject_kind, batch.subject_id) != (subject.kind, subject.id):
        raise NotFound
    if batch is not None and batch.state is not BatchState.OPEN:
        raise Conflict("batch.closed", N_("这一批上传已经结束，请另开一批。"))
    if batch is not None and _uploads(session, batch) >= BATCH_FILES:
        raise TooLarge("batch.too_many", N_("一批最多 5,000 个文件，请分批上传。"))
    return batch


def _uploads(session: Session, batch: Batch) -> int:
    return session.execute(select(func.count()).where(Upload.batch_id == batch.id)).scalar_one()


class SendAsk(BaseModel):
    batch: str
    subject_kind: str
    subject_id: str


@listing(signed_in)
def may_send(session: Session, actor: Actor, ask: SendAsk) -> None:
    """Refuses a file before a byte of it is taken; the operation asks again. Raises as `open_batch`."""
    open_batch(session, actor, ask.batch, Subject(ask.subject_kind, ask.subject_id))


@listing(signed_in)
def batch_key(session: Session, actor: Actor, client_id: str) -> str:
    """The row id of a batch by the client's UUID; one's own first. Raises NotFound."""
    if "\x00" in client_id:
        raise NotFound
    rows = select(Batch.id).where(Batch.client_id == client_id.lower(), policy.batch_rule(actor))
    key = session.execute(rows.order_by((Batch.person_id != actor.person_id).asc()).limit(1)).scalar()
    if key is None:
        raise NotFound
    return key


@listing(signed_in)
def open_batches(session: Session, actor: Actor, subject: Subject) -> list[str]:
    """The person's drops on a subject that still wait for files, by the client's UUIDs."""
    mine = select(Batch.client_id).where(
        Batch.person_id == actor.person_id,
        Batch.subject_kind == subject.kind,
        Batch.subject_id == subject.id,
        Batch.state == BatchState.OPEN,
    )
    return list(session.execute(mine.order_by(Batch.id)).scalars())


class BatchAsk(BaseModel):
    """`brief`: only the files that need a person's eye, for those who ask every second."""

    brief: bool = False


@query(policy.OWN_BATCH, reads="batch.read")
def batch_view(session: Session, actor: Actor, batch: Batch, ask: BatchAsk) -> BatchView:
    """A batch with every file's verdict and the studies it brought."""
    rows = list(
        session.execute(select(BatchFile).where(BatchFile.batch_id == batch.id).order_by(BatchFile.id)).scalars()
    )
    counts = {state.value: 0 for state in FileState}
    for row in rows:
        counts[row.state] += 1
    return BatchView(
        id=batch.client_id,
        state=batch.state,
        subject_kind=batch.subject_kind,
        subject_id=batch.subject_id,
        counts=counts | {"files": len(rows)},
        files=[file_view(row) for row in rows if not ask.brief or row.state in NEEDING_AN_EYE],
        studies=_studies(session, actor, batch, {row.series_uid for row in rows} - {""}),
    )


def file_view(row: BatchFile) -> FileView:
    sentence = SENTENCES.get(row.code)
    facts: dict[str, Any] = {name: value for name, value in row.params.items() if name != "differences"}
    return FileView(
        name=row.name,
        state=row.state,
        code=row.code,
        detail=gettext(sentence.text).format_map(facts) if sentence else "",
        way_on=gettext(sentence.way_on) if sentence and sentence.way_on else "",
        study_uid=row.study_uid,
        series_uid=row.series_uid,
        size=row.size,
        differences=row.params.get("differences", []),
    )


def _studies(session: Session, actor: Actor, batch: Batch, series_uids: set[str]) -> list[BatchStudy]:
    here = (
        (StudyLink.study_id == Study.id)
        & (StudyLink.subject_kind == batch.subject_kind)
        & (StudyLink.subject_id == batch.subject_id)
    )
    found = (
        select(Study, Series, StudyLink)
        .join(Series, Series.study_id == Study.id)
        .outerjoin(StudyLink, here)
        .where(Study.hospital_id == batch.hospital_id, Series.series_uid.in_(series_uids))
        .order_by(Study.date, Study.id, Series.number, Series.id)
    )
    rows = session.execute(found).all()
    parts = parts_seen(session, actor, {study.id: study for study, *_ in rows}.values())
    known = about(session, actor, batch.subject, "patient") if batch.subject_kind else None
    studies: dict[str, BatchStudy] = {}
    for study, series, link in rows:
        part = parts.get(study.id)
        view = studies.setdefault(study.study_uid, _study(part.study(study) if part else study, link, known))
        view.series.append(
            BatchSeries(
                series_uid=series.series_uid,
                id=series.id,
                description=series.description,
                modality=series.modality,
                number=series.number,
                instances=part.count(series) if part else series.instance_count,
                prepared=series.prepared,
                shown=part.shown(series) if part else int(series.facts.get("shown", 0)),
                poster_url=poster_url(series),
            )
        )
    return list(studies.values())


def _study(study: Study, link: StudyLink | None, known: dict[str, str] | None) -> BatchStudy:
    patient = study.patient
    confirmed = link is not None and link.confirmed_by is not None
    found = same_person(identity_of(known), PatientIdentity.model_validate(patient)) if known and not confirmed else []
    return BatchStudy(
        study_uid=study.study_uid,
        linked=link is not None,
        prior=link is not None and link.is_prior,
        confirmed=confirmed,
        differences=[Difference(**each.model_dump()) for each in found],
        modality=study.modalities.replace("\\", "/"),
        date=study.date,
        description=study.description,
        patient_name=study.patient_name,
        patient_sex=patient.get("sex", ""),
        patient_birth_date=patient.get("birth_date", ""),
        patient_id=patient.get("local_id", ""),
        series=[],
    )


def poster_url(series: Series) -> str:
    """The address of a series' small picture, of what came so far; empty while there is none."""
    if series.prepared is PreparedState.FAILED or not series.facts.get("poster"):
        return ""
    return f"/api/v1/series/{series.id}/thumbnail?v={series.prepared_version}"
