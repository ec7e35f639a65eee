"""Signing as a person does it: the stance first, the password only when everything else is right."""

from dataclasses import replace

from mdt.consensus.operations.sign import Sign, sign_consensus
from mdt.identity.signin import ConfirmRequired, demand_recent_proof
from mdt.kernel import clock
from mdt.kernel.actor import Actor


def sign_with_proof(actor: Actor, consensus_id: str, change: Sign, *, version: int | None = None) -> None:
    """Sign; a password that was sent is checked whatever the age of the last proof.

    Raises:
        What `sign_consensus` raises; Invalid for a wrong password; TooMany after several.
    """
    password = change.confirm.password if change.confirm else ""
    if not password:
        sign_consensus(actor, consensus_id, change, version=version)
        return
    try:
        sign_consensus(replace(actor, signed_in_at=None), consensus_id, change, version=version)
    except ConfirmRequired:
        demand_recent_proof(actor, password)
        sign_consensus(replace(actor, signed_in_at=clock.now()), consensus_id, change, version=version)
