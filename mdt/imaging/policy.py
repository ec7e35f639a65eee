"""Who may see images: an instance is seen by who may read a subject that shows it (`ShownInstance`); a series or study
by who may see an instance of it. What a person uploaded to no case is theirs. One condition for lists, single objects,
frames and archives."""

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from mdt.imaging.models import PILE, Batch, Instance, Series, ShownInstance, Study, StudyLink, Upload
from mdt.imaging.terms import BatchState
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right, Subject, governed, never, subject_kinds


def _linked(actor: Actor, access: str) -> ColumnElement[bool]:
    """The link's subject gives `access` to the actor."""
    choices: list[ColumnElement[bool]] = [
        and_(StudyLink.subject_kind == kind, governed(StudyLink.subject_id, kind, access, actor))
        for kind in subject_kinds(access)
    ]
    return or_(false(), *choices)


def readable_link(actor: Actor) -> ColumnElement[bool]:
    """The link shows its instances to the actor."""
    pile = and_(StudyLink.subject_kind == PILE, StudyLink.subject_id == actor.person_id)
    return or_(pile, _linked(actor, "read"))


def _shown(actor: Actor) -> Select[str]:
    """What is shown to the actor, one row for each link and instance; one level deep, for SQLite's parser has 100."""
    shown = select(ShownInstance.instance_id).join(StudyLink, StudyLink.id == ShownInstance.link_id)
    return shown.where(readable_link(actor))


def instance_rule(actor: Actor) -> ColumnElement[bool]:
    return exists(_shown(actor).where(ShownInstance.instance_id == Instance.id).correlate(Instance))


def series_rule(actor: Actor) -> ColumnElement[bool]:
    shown = _shown(actor).join(Instance, Instance.id == ShownInstance.instance_id)
    return exists(shown.where(Instance.series_id == Series.id).correlate(Series))


def with_series(actor: Actor, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The actor sees something of a series of the study that fulfils `condition`."""
    shown = _shown(actor).join(Instance, Instance.id == ShownInstance.instance_id)
    shown = shown.join(Series, Series.id == Instance.series_id)
    return exists(shown.where(Series.study_id == Study.id, condition).correlate(Study))


def study_rule(actor: Actor) -> ColumnElement[bool]:
    """A link shows at least one instance: an empty one is removed."""
    return exists(select(StudyLink.id).where(StudyLink.study_id == Study.id, readable_link(actor)).correlate(Study))


def shown_by(subject: Subject) -> ColumnElement[bool]:
    """The instance is shown with a subject, whoever asks: the subject's own permission was asked before."""
    shown = select(ShownInstance.instance_id).join(StudyLink, StudyLink.id == ShownInstance.link_id)
    return Instance.id.in_(shown.where(StudyLink.subject_kind == subject.kind, StudyLink.subject_id == subject.id))


def shown_with(session: Session, actor: Actor, study: Study) -> list[Subject]:
    """In whose audit a reading of a study belongs: the subjects that show it to the actor."""
    shown = select(StudyLink).where(StudyLink.study_id == study.id, readable_link(actor))
    return [link.subject for link in session.execute(shown).scalars()]


def series_shown_with(session: Session, actor: Actor, series: Series) -> list[Subject]:
    """The same for a series."""
    return shown_with(session, actor, session.get_one(Study, series.study_id))


def link_rule(actor: Actor) -> ColumnElement[bool]:
    return _linked(actor, "add")


def batch_rule(actor: Actor) -> ColumnElement[bool]:
    """A batch is its uploader's as long as they may see its subject, and of those who may add images to that."""
    if actor.kind == "system":
        return true()
    seen = or_(Batch.subject_kind == "", _given_its_subject(actor, "read"))
    mine = and_(Batch.person_id == actor.person_id, seen)
    return and_(Batch.state != BatchState.UNDONE, or_(mine, _given_its_subject(actor, "add")))


def _given_its_subject(actor: Actor, access: str) -> ColumnElement[bool]:
    choices = [
        and_(Batch.subject_kind == kind, governed(Batch.subject_id, kind, access, actor))
        for kind in subject_kinds(access)
    ]
    return or_(false(), *choices)


def _may_take_back(actor: Actor) -> ColumnElement[bool]:
    """What was dropped on a case is taken off it only by who could still add to it: a closed case keeps its images."""
    loose = and_(Batch.subject_kind == "", Batch.person_id == actor.person_id)
    return and_(Batch.state != BatchState.UNDONE, or_(loose, _given_its_subject(actor, "add")))


def upload_rule(actor: Actor) -> ColumnElement[bool]:
    return Upload.batch_id.in_(select(Batch.id).where(Batch.person_id == actor.person_id))


def _own_hospital_study(actor: Actor) -> ColumnElement[bool]:
    """A stored study of the own hospital that the actor may see something of."""
    return and_(Study.hospital_id == actor.hospital_id, study_rule(actor))


def system_only(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


READ_STUDY: Permission[Study] = Permission("imaging.read", Study, study_rule)
READ_SERIES: Permission[Series] = Permission("imaging.read", Series, series_rule)
READ_INSTANCE: Permission[Instance] = Permission("imaging.read", Instance, instance_rule)
LINK_STUDY: Permission[Study] = Permission("imaging.link", Study, _own_hospital_study)
UNLINK: Permission[StudyLink] = Permission("imaging.unlink", StudyLink, link_rule)
OWN_BATCH: Permission[Batch] = Permission("imaging.batch", Batch, batch_rule)
TAKE_BACK: Permission[Batch] = Permission("imaging.take_back", Batch, _may_take_back, OWN_BATCH)
SEND: Permission[Upload] = Permission("imaging.send", Upload, upload_rule)
INNER_BATCH: Permission[Batch] = Permission("imaging.index", Batch, system_only)
INNER_SERIES: Permission[Series] = Permission("imaging.prepare", Series, system_only)
INNER_STUDY: Permission[Study] = Permission("imaging.inner", Study, never)

RECEIVE = Right("imaging.receive", lambda actor: bool(actor.person_id) and actor.kind != "nobody")
