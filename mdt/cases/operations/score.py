"""The stored readiness score, renewed whenever the text, the material or the images of a case change."""

from mdt.cases import readiness
from mdt.cases.models import Case, Readiness
from mdt.cases.queries.facts import assess_case
from mdt.cases.readiness import Item
from mdt.kernel.transaction import Tx


def renew_readiness(tx: Tx, case: Case) -> list[Item]:
    """Assess the case and keep score and open items for board and agenda."""
    tx.session.flush()  # the assessment reads questions and material
    items = assess_case(tx.session, tx.actor, case)
    row = tx.session.get(Readiness, case.id)
    if row is None:
        row = Readiness(case_id=case.id)
        tx.session.add(row)
    row.score = readiness.score(items)
    row.missing = readiness.missing_musts(items)
    row.warned = [key for key in readiness.open_items(items) if key not in row.missing]
    return items
