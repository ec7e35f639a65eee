"""What consensus does when a case goes away: an opinion nobody will sign is given up."""

from mdt.cases.events import CaseDeclined, CaseWithdrawn
from mdt.consensus.operations.draft import Abandon, drop_draft, open_edition
from mdt.kernel.transaction import Tx


def drop_open_draft(tx: Tx, event: CaseWithdrawn | CaseDeclined) -> None:
    """In the same transaction; the stances that were given stay in the record."""
    row = open_edition(tx, event.subject.id)
    if row is not None:
        drop_draft.inside(tx, row.id, Abandon())
