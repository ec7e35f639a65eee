"""Rows of the image index by their DICOM UIDs, for the doors that link studies to a case."""

from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case
from mdt.imaging.queries.studies import link_id, own_study_id
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import signed_in
from mdt.kernel.query import listing, query


@listing(signed_in)
def own_study(session: Session, actor: Actor, study_uid: str) -> str:
    """The id of the own hospital's study of that UID. Raises NotFound."""
    found = own_study_id(session, actor, study_uid)
    if found is None:
        raise NotFound
    return found


@query(policy.READ)
def linked_study(session: Session, _actor: Actor, case: Case, study_uid: str) -> str:
    """The id of the link between a case and a study. Raises NotFound."""
    found = link_id(session, case.subject, study_uid)
    if found is None:
        raise NotFound
    return found
