"""Telling people, and people having read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import update

from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import Subject, signed_in
from mdt.kernel.transaction import Tx
from mdt.notices import policy
from mdt.notices.models import Notice

MAIL_DELAY_S = 60
"""Several pieces of news within a minute become one mail; what was read by then becomes none."""


def notify(tx: Tx, person_ids: Iterable[str], kind: str, subject: Subject, link: str, **params: str) -> None:
    """Tell people within the caller's transaction; nobody is told of their own deed, nobody twice.

    `kind` is one of `terms.SENTENCES`; `params` fill its sentence and carry no patient data; `link` is a path here.
    """
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError(f"a notice links to a page of this site, not to {link!r}")
    for person_id in dict.fromkeys(person_ids):
        if not person_id or person_id == tx.actor.person_id:
            continue
        row = Notice(
            person_id=person_id,
            kind=kind,
            subject_kind=subject.kind,
            subject_id=subject.id,
            link=link,
            params={name: str(value) for name, value in params.items()},
            at=tx.at,
            read_at=None,
        )
        tx.session.add(row)
        tx.ring("notice", person_id)
        if runtime.settings().mail_url:
            tx.later("notices.mail", {"person_id": person_id}, key=f"mail:{person_id}", delay_s=MAIL_DELAY_S)


@operation(policy.OWN, audit="notice.read")
def read_notice(tx: Tx, row: Notice, _change: Nothing) -> None:
    """Mark one of one's notices as read; reading it again keeps the first time."""
    row.read_at = row.read_at or tx.at
    tx.ring("notice", row.person_id)


@dataclass(frozen=True, slots=True)
class AllRead:
    """`id` is the reader's."""

    id: str
    unread: int

    @property
    def subject(self) -> Subject:
        return Subject("person", self.id)


@creation(signed_in, audit="notice.all_read")
def read_all_notices(tx: Tx, _change: Nothing) -> AllRead:
    """Mark all of one's notices as read."""
    unread = (Notice.person_id == tx.actor.person_id) & Notice.read_at.is_(None)
    tx.session.execute(update(Notice).where(unread).values(read_at=tx.at))
    tx.ring("notice", tx.actor.person_id)
    return AllRead(tx.actor.person_id, 0)
