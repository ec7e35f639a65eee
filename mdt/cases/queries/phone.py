"""What a phone link leads to: the token is the right, nothing of the patient is shown."""

import hashlib
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases.models import Case, PhoneLink
from mdt.cases.terms import OPEN_FOR_MATERIAL
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.policy import anybody
from mdt.kernel.query import listing


class PhoneCase(BaseModel):
    """`person_id` made the link; what the phone sends is sent in that name."""

    case_id: str
    number: str
    person_id: str
    expires_at: datetime


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@listing(anybody)
def phone_case(session: Session, _actor: Actor, token: str) -> PhoneCase:
    """The case behind a link that is still good. Raises NotFound."""
    row = session.execute(
        select(PhoneLink, Case)
        .join(Case, Case.id == PhoneLink.case_id)
        .where(
            PhoneLink.token_hash == token_hash(token),
            PhoneLink.expires_at > clock.now(),
            Case.state.in_(OPEN_FOR_MATERIAL),
        )
    ).first()
    if row is None:
        raise NotFound
    link, case = row
    return PhoneCase(case_id=case.id, number=case.number, person_id=link.made_by, expires_at=link.expires_at)
