"""A person's word on the readiness list: this does not apply here, and why."""

from pydantic import Field

from mdt.cases import policy
from mdt.cases.models import Case, Waiver
from mdt.cases.operations.score import renew_readiness
from mdt.cases.operations.write import Line
from mdt.cases.readiness import WAIVABLE
from mdt.cases.terms import EDITABLE
from mdt.identity.operations import Change
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx


class Waive(Change):
    """An empty reason takes the word back."""

    key: str = Field(max_length=40)
    reason: Line = Field(default="", max_length=300)


@operation(policy.TEAM, audit="case.item_waived", states=EDITABLE)
def waive_item(tx: Tx, case: Case, change: Waive) -> None:
    """Say that an item of the readiness list does not apply, or take that back."""
    if change.key not in WAIVABLE:
        raise Invalid(fields={"key": [N_("这一项不能注明“不适用”。")]})
    row = tx.session.get(Waiver, (case.id, change.key))
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()  # the new word has the same key
    if change.reason:
        row = Waiver(case_id=case.id, key=change.key, reason=change.reason, by=tx.actor.person_id, at=tx.at)
        tx.session.add(row)
    renew_readiness(tx, case)
