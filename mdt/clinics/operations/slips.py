"""The printed 义诊单: asked for, and kept when the worker has printed it."""

from pydantic import Field

from mdt.clinics import policy
from mdt.clinics.models import Encounter, Slip
from mdt.clinics.terms import SlipState
from mdt.identity.operations import Change, Nothing
from mdt.kernel.errors import Conflict
from mdt.kernel.i18n import N_
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx


def renew_slip(tx: Tx, row: Encounter) -> None:
    """Have the slip printed for the encounter as it stands now; call after the flush of its change."""
    slip = tx.session.get(Slip, row.id)
    if slip is None:
        slip = Slip(id=row.id)
        tx.session.add(slip)
    slip.version, slip.state, slip.problem, slip.at = row.version, SlipState.WORKING, "", tx.at
    tx.later("clinics.slip", {"encounter_id": row.id}, key=f"slip:{row.id}")


@operation(policy.PRINT, audit="encounter.slip_asked")
def ask_slip(tx: Tx, row: Encounter, _change: Nothing) -> None:
    """Queue the printing unless this version is printed or being printed."""
    if row.disposition is None:
        raise Conflict("clinic.no_disposition", N_("请先选择处置，再打印义诊单。"), allowed=["edit"])
    slip = tx.session.get(Slip, row.id)
    if slip is None or slip.version != row.version:
        renew_slip(tx, row)


class Printed(Change):
    """What the press made of one version: a file in the store, or why not."""

    version: int
    sha256: str = Field(default="", max_length=64)
    problem: str = Field(default="", max_length=200)


@operation(policy.INNER_SLIP, audit="encounter.slip_printed")
def keep_slip(tx: Tx, slip: Slip, change: Printed) -> None:
    """Keep the printed slip, unless the encounter has moved on: then another job prints it."""
    if change.version != slip.version:
        return
    slip.sha256, slip.problem, slip.at = change.sha256, change.problem, tx.at
    slip.state = SlipState.REFUSED if change.problem else SlipState.READY
