"""Which studies are shown with which subject: linking, unlinking, and a person's word that it is the same patient."""

from sqlalchemy import delete, select

from mdt.imaging import policy
from mdt.imaging.events import ImagesRemoved, StudyLinked
from mdt.imaging.models import PILE, Batch, Instance, Series, ShownInstance, Study, StudyLink
from mdt.imaging.operations.links import link_for, settle, show
from mdt.imaging.operations.receive import Change, Nothing
from mdt.kernel.errors import NotFound
from mdt.kernel.operation import operation
from mdt.kernel.policy import Subject, gives
from mdt.kernel.transaction import Tx


class Link(Change):
    subject_kind: str
    subject_id: str
    prior: bool = False


@operation(policy.LINK_STUDY, audit="study.linked")
def link_study(tx: Tx, study: Study, change: Link) -> None:
    """Show what the actor sees of a stored study of the own hospital with a subject. Linking again with another `prior`
    changes that alone, else it adds what they see and the subject does not show yet."""
    subject = Subject(change.subject_kind, change.subject_id)
    if not gives(tx.session, subject, "add", tx.actor):
        raise NotFound
    link = link_for(tx, subject, study.id, tx.actor.person_id)
    if link.instance_count == 0 or link.is_prior == change.prior:
        show(tx, link, _not_shown(tx, study, subject))
    link.is_prior = change.prior
    tx.emit(StudyLinked(subject, study_uid=study.study_uid, prior=change.prior))


def _not_shown(tx: Tx, study: Study, subject: Subject) -> list[str]:
    """What a drop brought here already is not linked once more: it goes with its drop."""
    seen = select(Instance.id).join(Series, Series.id == Instance.series_id).where(Series.study_id == study.id)
    return list(tx.session.execute(seen.where(policy.instance_rule(tx.actor), ~policy.shown_by(subject))).scalars())


@operation(policy.UNLINK, audit="study.unlinked")
def unlink_study(tx: Tx, link: StudyLink, _change: Nothing) -> None:
    """Take a study off a subject; the images stay with the hospital, and on the pile of who brought them."""
    study = tx.session.get_one(Study, link.study_id)
    subject = link.subject
    brought = (
        select(Batch.id, Batch.person_id, ShownInstance.instance_id)
        .join(Batch, Batch.id == ShownInstance.batch_id)
        .where(ShownInstance.link_id == link.id)
    )
    drops: dict[tuple[str, str], list[str]] = {}
    for batch_id, person_id, instance_id in tx.session.execute(brought).all():
        drops.setdefault((batch_id, person_id), []).append(instance_id)
    for (batch_id, person_id), ids in drops.items():
        show(tx, link_for(tx, Subject(PILE, person_id), study.id, person_id), ids, batch_id)
    tx.session.execute(delete(ShownInstance).where(ShownInstance.link_id == link.id))
    settle(tx, link)
    tx.emit(ImagesRemoved(subject, batch_id="", studies=[study.study_uid]))


@operation(policy.UNLINK, audit="study.same_patient")
def confirm_patient(tx: Tx, link: StudyLink, _change: Nothing) -> None:
    """The physician compared both: this study is of the case's patient, whatever its header says."""
    study = tx.session.get_one(Study, link.study_id)
    link.confirmed_by, link.confirmed_at = tx.actor.person_id, tx.at
    tx.emit(StudyLinked(link.subject, study_uid=study.study_uid, prior=link.is_prior))


def copy_links(tx: Tx, source: Subject, target: Subject) -> None:
    """Show everything shown with `source` with `target` too (an encounter that becomes a case)."""
    rows = tx.session.execute(
        select(StudyLink).where(StudyLink.subject_kind == source.kind, StudyLink.subject_id == source.id)
    ).scalars()
    for link in list(rows):
        of = select(ShownInstance.instance_id.distinct()).where(ShownInstance.link_id == link.id)
        shown = list(tx.session.execute(of).scalars())
        copy = link_for(tx, target, link.study_id, tx.actor.person_id)
        copy.is_prior = copy.is_prior or link.is_prior
        show(tx, copy, shown)
