"""Stances: who said what to which text. The last row of a person for the present fingerprint holds."""

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.consensus.canonical import canonical
from mdt.consensus.freeze import Someone, someone_of
from mdt.consensus.models import Consensus, Stance
from mdt.consensus.terms import LEVEL_PASSWORD, Mark
from mdt.identity.queries import person_cards
from mdt.kernel.clock import rfc3339
from mdt.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says to a text now; `text` is empty for plain agreement."""

    mark: Mark
    text: str
    is_chair: bool


def someone(session: Session, person_id: str) -> Someone:
    """A person as printed now."""
    return someone_of(person_cards(session, {person_id})[person_id])


def add_statement(tx: Tx, row: Consensus, said: Said) -> Stance:
    """Store the stance of `tx.actor` to the present text as a statement of its own: what, who, when, a nonce."""
    last = tx.session.execute(select(func.max(Stance.seq)).where(Stance.consensus_id == row.id)).scalar()
    who = someone(tx.session, tx.actor.person_id)
    content = {
        "fingerprint": row.fingerprint,
        "signer": {
            "id": who.id,
            "name": who.name,
            "title": who.title,
            "department": who.department,
            "hospital": who.hospital,
        },
        "is_chair": said.is_chair,
        "stance": said.mark.value,
        "text": said.text,
        "level": LEVEL_PASSWORD,
        "at": rfc3339(tx.at),
        "nonce": secrets.token_hex(16),
    }
    stance = Stance(
        consensus_id=row.id,
        fingerprint=row.fingerprint,
        seq=(last or 0) + 1,
        person_id=who.id,
        mark=said.mark,
        text=said.text,
        statement=canonical(content).decode(),
        at=tx.at,
    )
    tx.session.add(stance)
    return stance


def standing(session: Session, consensus_id: str, fingerprint: str) -> list[Stance]:
    """The stances that hold for a text, in the order of signing; those taken back are not among them."""
    if not fingerprint:
        return []
    rows = session.execute(
        select(Stance)
        .where(Stance.consensus_id == consensus_id, Stance.fingerprint == fingerprint)
        .order_by(Stance.seq)
    ).scalars()
    last = {row.person_id: row for row in rows}
    held = [row for row in last.values() if row.mark is not Mark.WITHDRAWN]
    return sorted(held, key=lambda row: row.seq)


def counted(voices: Collection[str], stances: Sequence[Stance]) -> int:
    """How many stances the quorum counts: a voice that was taken away stays in the record and in print, no more."""
    return sum(1 for row in stances if row.person_id in voices)


def missing(asked: Sequence[str], stances: Sequence[Stance]) -> list[str]:
    """Those asked who have said nothing yet."""
    signed = {row.person_id for row in stances}
    return [person_id for person_id in asked if person_id not in signed]


def statement_of(stance: Stance) -> dict[str, object]:
    """The statement as it was made."""
    content: dict[str, object] = json.loads(stance.statement)
    return content
