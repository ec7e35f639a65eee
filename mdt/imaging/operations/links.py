"""The rows behind what a subject shows of a study: made, counted and removed here alone."""

from collections.abc import Collection

from sqlalchemy import func, select

from mdt.imaging.models import ShownInstance, StudyLink
from mdt.kernel.database import insert_unless_there
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import Tx

KEY = ["link_id", "instance_id", "batch_id"]


def link_of(tx: Tx, subject: Subject, study_id: str) -> StudyLink | None:
    """The link, locked on PostgreSQL: two who add to it at once must not count each without the other."""
    of = select(StudyLink).where(
        StudyLink.subject_kind == subject.kind, StudyLink.subject_id == subject.id, StudyLink.study_id == study_id
    )
    return tx.session.execute(of.with_for_update()).scalar()


def link_for(tx: Tx, subject: Subject, study_id: str, person_id: str) -> StudyLink:
    """The link, made if it is not there yet."""
    link = link_of(tx, subject, study_id)
    if link is None:
        link = StudyLink(
            subject_kind=subject.kind,
            subject_id=subject.id,
            study_id=study_id,
            instance_count=0,
            is_prior=False,
            linked_by=person_id,
            linked_at=tx.at,
        )
        tx.session.add(link)
        tx.session.flush()  # what it shows points at it
    return link


def show(tx: Tx, link: StudyLink, instance_ids: Collection[str], batch_id: str = "") -> None:
    """Show more instances with a link; those that it shows already stay."""
    rows = [{"link_id": link.id, "instance_id": key, "batch_id": batch_id} for key in instance_ids]
    if rows:
        tx.session.flush()  # instances that the rows point at
        tx.session.execute(insert_unless_there(tx.session, ShownInstance, KEY), rows)
    settle(tx, link)


def settle(tx: Tx, link: StudyLink) -> None:
    """Count what a link shows; one that shows nothing any more is removed."""
    shown = select(func.count(ShownInstance.instance_id.distinct())).where(ShownInstance.link_id == link.id)
    link.instance_count = tx.session.execute(shown).scalar_one()
    if link.instance_count == 0:
        tx.session.delete(link)
    tx.session.flush()  # who shows the study is asked next
