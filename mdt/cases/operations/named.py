"""Colleagues of the requesting hospital named on a case: they join the requesting team, for good or until they are
taken off. Other hospitals' people come by invitation only."""

from pydantic import Field

from mdt.cases import policy
from mdt.cases.models import Case
from mdt.cases.operations.members import Grant, Revoke, grant, revoke
from mdt.cases.operations.write import Line
from mdt.cases.queries.people import NAMED, colleagues_of, named_on
from mdt.cases.terms import Relation
from mdt.identity.operations import Change
from mdt.kernel.errors import Invalid, NotFound
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx
from mdt.notices.operations import notify


class NamePerson(Change):
    person_id: Line = Field(min_length=1, max_length=36)


@operation(policy.TEAM, audit="case.person_named", action="name_person")
def name_person(tx: Tx, case: Case, change: NamePerson) -> None:
    """Let a clinician or technician of the case's hospital see and do what the team does. Twice changes nothing.

    Raises:
        Invalid: nobody such works there.
    """
    if change.person_id not in {each.id for each in colleagues_of(tx.session, case)}:
        raise Invalid("case.person", fields={"person_id": [N_("请选择本院在岗的临床人员或技师。")]})
    if change.person_id in named_on(tx.session, case):
        return
    grant.inside(tx, case.id, Grant(person_id=change.person_id, relation=Relation.NAMED, via=NAMED))
    notify(tx, [change.person_id], "case.named", case.subject, f"/cases/{case.id}", number=case.number)


@operation(policy.TEAM, audit="case.person_unnamed", action="unname_person")
def unname_person(tx: Tx, case: Case, change: NamePerson) -> None:
    """Take a name off the case; what the department or an invitation gives stays.

    Raises:
        NotFound: that person is not named on it.
    """
    if change.person_id not in named_on(tx.session, case):
        raise NotFound
    revoke.inside(tx, case.id, Revoke(via=NAMED, person_id=change.person_id))
