"""When a case was discussed: for the head of its opinion."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.meetings.models import AgendaItem


def discussed_at(session: Session, case_id: str) -> datetime | None:
    """When its latest agenda item was started; None on the written route and before."""
    started = select(AgendaItem.started_at).where(AgendaItem.case_id == case_id, AgendaItem.started_at.is_not(None))
    return session.execute(started.order_by(AgendaItem.started_at.desc()).limit(1)).scalar()
