"""What meetings do when a case goes its own way: it leaves its agenda and its open invitations."""

from sqlalchemy import select

from mdt.cases.events import CaseDeclined, CasePostponed, CaseWithdrawn
from mdt.cases.terms import Outcome
from mdt.kernel.transaction import Tx
from mdt.meetings.models import AgendaItem, Meeting
from mdt.meetings.operations.agenda import take_off
from mdt.meetings.operations.running import close_item
from mdt.meetings.terms import ItemState


def leave_agenda(tx: Tx, event: CaseWithdrawn | CaseDeclined | CasePostponed) -> None:
    """A planned item goes; a running one is closed as deferred, so that the log keeps its chapter."""
    open_item = (AgendaItem.case_id == event.subject.id) & (AgendaItem.state != ItemState.FINISHED)
    item = tx.session.execute(select(AgendaItem).where(open_item)).scalar()
    if item is None:
        return
    tx.session.get_one(Meeting, item.meeting_id).changed_at = tx.at
    if item.state is ItemState.RUNNING:
        close_item(tx, item, Outcome.DEFERRED, "")
    else:
        take_off(tx, item)
