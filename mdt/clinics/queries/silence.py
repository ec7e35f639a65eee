"""Whose tablet fell silent in the middle of a day: what it wrote since cannot be known, only that it may exist."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.clinics.models import ClinicDay
from mdt.clinics.queries.shapes import SilentTablet
from mdt.clinics.terms import DayState
from mdt.identity.queries import PersonCard
from mdt.kernel import clock
from mdt.kernel.ledger import AuditRow
from mdt.kernel.query import ONCE_IN

QUEUE_READ = "encounter.listed"
SILENT_AFTER = ONCE_IN + timedelta(minutes=1)
"""A tablet with a line reads the queue all the time, and its reading is written down once in five minutes."""

BEFORE_OPENING = timedelta(hours=2)
"""A tablet is set up before the first person comes."""


def silent_tablets(session: Session, day: ClinicDay, roster: list[PersonCard]) -> list[SilentTablet]:
    """Those of the roster who had the queue of an open day before them, but not in the last minutes; longest first."""
    if day.state is not DayState.OPEN or day.opened_at is None:
        return []
    begun = day.opened_at - BEFORE_OPENING
    people = {person.id: person for person in roster}
    heard = (
        select(AuditRow.person_id, func.max(AuditRow.at))
        .where(AuditRow.person_id.in_(people), AuditRow.action == QUEUE_READ, AuditRow.object_id == day.id)
        .where(AuditRow.at >= begun)
        .group_by(AuditRow.person_id)
    )
    limit = clock.now() - SILENT_AFTER
    rows = sorted(((at, person_id) for person_id, at in session.execute(heard) if at < limit))
    return [SilentTablet(person=people[person_id], heard_at=at) for at, person_id in rows]
