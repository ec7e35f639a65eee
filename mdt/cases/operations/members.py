"""Who is on a case beyond the requesting team. Called by invitations and meetings only."""

from pydantic import Field
from sqlalchemy import delete, select

from mdt.cases import policy
from mdt.cases.events import MemberGranted, MemberRevoked
from mdt.cases.models import Case, CaseMember
from mdt.cases.terms import Relation
from mdt.identity.operations import Change
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx


class Grant(Change):
    """`via` is unique for what gives the right (`invitation:<id>`, `chair:<meeting id>`); a second grant by the same
    way replaces the relation."""

    person_id: str
    relation: Relation
    via: str = Field(min_length=1, max_length=60)


@operation(policy.INNER, audit="case.granted")
def grant(tx: Tx, case: Case, change: Grant) -> None:
    """Give a person a relation to this case."""
    held = tx.session.execute(
        select(CaseMember).where(
            CaseMember.case_id == case.id, CaseMember.person_id == change.person_id, CaseMember.via == change.via
        )
    ).scalar()
    if held is not None and held.relation == change.relation:
        return
    if held is None:
        held = CaseMember(case_id=case.id, person_id=change.person_id, via=change.via, granted_at=tx.at)
        tx.session.add(held)
    held.relation, held.until = change.relation, None
    tx.session.flush()  # a query of the same transaction asks for it
    tx.emit(MemberGranted(case.subject, person_id=change.person_id, relation=change.relation.value))
    tx.ring("rights", change.person_id)


class Revoke(Change):
    """Ends what `via` gave; of one person if named, else of all."""

    via: str
    person_id: str | None = None


@operation(policy.INNER, audit="case.revoked")
def revoke(tx: Tx, case: Case, change: Revoke) -> None:
    """Take a relation away, at once: open sockets are looked at again."""
    mine = (CaseMember.case_id == case.id) & (CaseMember.via == change.via)
    if change.person_id is not None:
        mine &= CaseMember.person_id == change.person_id
    people = tx.session.execute(select(CaseMember.person_id).where(mine)).scalars().all()
    tx.session.execute(delete(CaseMember).where(mine))
    for person_id in people:
        tx.emit(MemberRevoked(case.subject, person_id=person_id))
        tx.ring("rights", person_id)
