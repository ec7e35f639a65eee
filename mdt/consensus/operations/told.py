"""Who hears of what: the case's room as entries, people as notices. No patient data in either."""

from typing import Any

from mdt.cases.queries.basis import team_of_case
from mdt.consensus.basis import Ground
from mdt.consensus.models import Consensus
from mdt.kernel.transaction import Tx
from mdt.notices.operations import notify
from mdt.rooms.operations import append
from mdt.rooms.queries import room_ids


def tell_room(tx: Tx, row: Consensus, action: str, **facts: Any) -> None:
    """An entry in the case's room, so that everybody there looks again."""
    tx.session.flush()  # the entry carries the new version
    room_id = room_ids(tx.session, [row.subject]).get(row.subject)
    if room_id is None:
        return
    body = {"action": action, "id": row.id, "version": row.version, "edition": row.edition}
    append(tx, room_id, "consensus", body | ({"fingerprint": row.fingerprint} if row.fingerprint else {}) | facts)


def tell_signers(tx: Tx, row: Consensus, ground: Ground, kind: str) -> None:
    """A notice to everybody who is asked to sign."""
    notify(tx, ground.asked, kind, row.subject, f"/cases/{row.case_id}#consensus", number=ground.case.number)


def tell_team(tx: Tx, row: Consensus, ground: Ground, kind: str, link: str) -> None:
    """A notice to the requester and the people named on the case."""
    notify(tx, team_of_case(tx.session, row.case_id), kind, row.subject, link, number=ground.case.number)
