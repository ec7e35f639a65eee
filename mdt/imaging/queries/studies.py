"""What is shown with a case (or an encounter), asked in batches by the slices above; facts for readiness."""

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.ingest.identity import Difference, PatientIdentity, identity_of, person_name, same_person
from mdt.imaging.models import Instance, Series, Study, StudyLink
from mdt.imaging.queries.batches import poster_url
from mdt.imaging.queries.seen import Part, parts_of_links
from mdt.imaging.terms import PreparedState
from mdt.kernel.actor import Actor
from mdt.kernel.database import asked_once
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import Subject, ask, gives, signed_in
from mdt.kernel.query import listing, note_reading


class SeriesView(BaseModel):
    """`prepared`: waiting, ready or failed; `shown` of `frames` can be displayed; `gaps` are missing slices."""

    id: str
    uid: str
    number: int | None
    description: str
    modality: str
    instances: int
    prepared: str
    frames: int
    shown: int
    gaps: int
    notes: list[dict[str, str]]
    thickness_mm: float | None
    poster_url: str


class PatientOfStudy(BaseModel):
    name: str
    sex: str
    birth_date: str
    patient_id: str


class StudyView(BaseModel):
    """A study as the case shows it; `series` is the number of series, `date` YYYY-MM-DD or empty."""

    study_uid: str
    id: str
    modality: str
    date: str
    description: str
    series: int
    instances: int
    prior: bool
    confirmed: bool
    patient: PatientOfStudy
    series_list: list[SeriesView]


class ImageFacts(BaseModel):
    """For readiness. `undisplayable` maps a reason code to the number of frames; `differences` a study UID to what
    speaks against its patient being the case's, unless a person
    confirmed it; `waiting` counts series that are not prepared yet."""

    studies: int = 0
    displayable_studies: int = 0
    waiting: int = 0
    undisplayable: dict[str, int] = {}
    gaps: dict[str, int] = {}
    differences: dict[str, list[Difference]] = {}


def studies_of(session: Session, subjects: Sequence[Subject]) -> dict[Subject, list[StudyView]]:
    """The studies of each subject, newest first, with their series, as far as it shows them; a fixed number of
    queries."""
    return asked_once(session, "studies", subjects, lambda missing: _studies_of(session, missing))


def _studies_of(session: Session, subjects: Collection[Subject]) -> dict[Subject, list[StudyView]]:
    found: dict[Subject, list[StudyView]] = {subject: [] for subject in subjects}
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        by_kind.setdefault(subject.kind, set()).add(subject.id)
    wanted = or_(
        *[and_(StudyLink.subject_kind == kind, StudyLink.subject_id.in_(ids)) for kind, ids in by_kind.items()]
    )
    linked = session.execute(
        select(StudyLink, Study).join(Study, Study.id == StudyLink.study_id).where(wanted).order_by(Study.date.desc())
    ).all()
    series = _series_of(session, {study.id for _link, study in linked}) if linked else {}
    parts = parts_of_links(session, [link for link, study in linked if link.instance_count < study.instance_count])
    for link, study in linked:
        found[link.subject].append(study_view(study, series.get(study.id, []), link, parts.get(link.id)))
    return found


def _series_of(session: Session, study_ids: set[str]) -> dict[str, list[Series]]:
    rows = session.execute(
        select(Series).where(Series.study_id.in_(study_ids)).order_by(Series.number, Series.series_uid)
    ).scalars()
    found: dict[str, list[Series]] = {}
    for row in rows:
        found.setdefault(row.study_id, []).append(row)
    return found


def study_view(study: Study, series: list[Series], link: StudyLink, part: Part | None = None) -> StudyView:
    """One study with its series, or what a link shows of them that does not show all."""
    if part is not None:
        study = part.study(study)
        shown = [part_view(each, part) for each in series if each.id in part.series]
    else:
        shown = [series_view(each) for each in series]
    patient = study.patient
    return StudyView(
        study_uid=study.study_uid,
        id=study.id,
        modality=study.modalities.replace("\\", "/"),
        date=iso_date(study.date),
        description=study.description,
        series=study.series_count,
        instances=study.instance_count,
        prior=link.is_prior,
        confirmed=link.confirmed_by is not None,
        patient=PatientOfStudy(
            name=study.patient_name,
            sex=patient.get("sex", ""),
            birth_date=iso_date(patient.get("birth_date", "")),
            patient_id=patient.get("local_id", ""),
        ),
        series_list=shown,
    )


def iso_date(compact: str) -> str:
    """YYYYMMDD as YYYY-MM-DD; anything else is empty."""
    return f"{compact[:4]}-{compact[4:6]}-{compact[6:8]}" if len(compact) == 8 and compact.isdigit() else ""


def part_view(series: Series, part: Part) -> SeriesView:
    """A series as far as it is shown."""
    seen = part.series[series.id]
    return series_view(series, seen.facts() if series.prepared_version else {}, len(seen.instances))


def series_view(series: Series, facts: dict[str, Any] | None = None, instances: int | None = None) -> SeriesView:
    """A series with its own facts and count, or with those of a part of it."""
    facts = series.facts if facts is None else facts
    notes = facts.get("notes", [])
    thickness = facts.get("thickness_mm")
    return SeriesView(
        id=series.id,
        uid=series.series_uid,
        number=series.number,
        description=series.description,
        modality=series.modality,
        instances=series.instance_count if instances is None else instances,
        prepared=series.prepared,
        frames=int(facts.get("frames", 0)),
        shown=int(facts.get("shown", 0)),
        gaps=sum(int(note["detail"] or 0) for note in notes if note["code"] == "gaps"),
        notes=notes,
        thickness_mm=float(thickness) if thickness else None,
        poster_url=poster_url(series),
    )


def image_facts(session: Session, actor: Actor, subject: Subject) -> ImageFacts:
    """What readiness asks of a subject's images."""
    studies = studies_of(session, [subject])[subject]
    known = ask(session, actor, subject, "patient")
    facts = ImageFacts(studies=len(studies))
    for study in studies:
        shown = [series for series in study.series_list if series.shown or series.prepared == PreparedState.WAITING]
        facts.displayable_studies += bool(shown)
        facts.waiting += sum(series.prepared == PreparedState.WAITING for series in study.series_list)
        for series in study.series_list:
            _count_series(facts, series)
        if known and not study.confirmed:
            theirs = PatientIdentity(
                name=person_name(study.patient.name),
                sex=study.patient.sex,
                birth_date=study.patient.birth_date,
                local_id=study.patient.patient_id,
            )
            if differences := same_person(identity_of(known), theirs):
                facts.differences[study.study_uid] = differences
    return facts


def _count_series(facts: ImageFacts, series: SeriesView) -> None:
    for note in series.notes:
        if note["code"] in ("gaps", "missing_numbers"):
            missing = note["detail"].count(",") + 1 if note["code"] == "missing_numbers" else int(note["detail"] or 0)
            name = series.description or series.uid
            facts.gaps[name] = max(facts.gaps.get(name, 0), missing)
        elif note["code"] not in ("lossy", "not_an_image"):
            facts.undisplayable[note["code"]] = facts.undisplayable.get(note["code"], 0) + int(note["detail"] or 1)


def has_instance(session: Session, subject: Subject, study_uid: str, series_uid: str, instance_uid: str) -> bool:
    """Whether a subject shows this very instance (key images point at it)."""
    query = (
        select(Instance.id)
        .join(Series, Series.id == Instance.series_id)
        .join(Study, Study.id == Series.study_id)
        .where(
            policy.shown_by(subject),
            Study.study_uid == study_uid,
            Series.series_uid == series_uid,
            Instance.sop_uid == instance_uid,
        )
    )
    return session.execute(query.limit(1)).first() is not None


class StudyOfSubject(BaseModel):
    kind: str
    id: str
    study_uid: str


@listing(signed_in)
def link_key(session: Session, _actor: Actor, ask: StudyOfSubject) -> str:
    """The row that links a study to a subject (the operation asks who may). Raises NotFound."""
    query = (
        select(StudyLink.id)
        .join(Study, Study.id == StudyLink.study_id)
        .where(StudyLink.subject_kind == ask.kind, StudyLink.subject_id == ask.id, Study.study_uid == ask.study_uid)
    )
    return _found(session.execute(query.limit(1)).scalar())


@listing(signed_in)
def own_study_key(session: Session, actor: Actor, study_uid: str) -> str:
    """The own hospital's study of a UID (the operation asks who may). Raises NotFound."""
    query = select(Study.id).where(Study.hospital_id == actor.hospital_id, Study.study_uid == study_uid)
    return _found(session.execute(query.limit(1)).scalar())


def _found(key: str | None) -> str:
    if key is None:
        raise NotFound
    return key


@listing(signed_in)
def linked_studies(session: Session, actor: Actor, subject: Subject) -> list[StudyView]:
    """What is shown with a subject, to those who may read it. Raises NotFound."""
    if not gives(session, subject, "read", actor):
        raise NotFound
    note_reading(actor, "images.read", lambda: (subject,), subject.kind, subject.id)
    return studies_of(session, [subject])[subject]
