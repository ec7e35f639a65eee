"""Reading patient data leaves a trace: of one thing in its case's audit, of a list one row; once in five minutes."""

from sqlalchemy import func, select

from mdt.kernel import runtime
from mdt.kernel.ledger import AuditRow
from tests.world.client import Caller


def _count(action: str) -> int:
    with runtime.database().reading() as session:
        rows = select(func.count()).select_from(AuditRow).where(AuditRow.action == action)
        return session.execute(rows).scalar_one()


def test_lists_with_patients_are_in_the_audit_once(caller: Caller) -> None:
    county = caller("county")
    for address in ("/api/v1/cases", "/cases", "/", "/api/v1/cases"):
        assert county.get(address).status_code == 200
    assert county.get("/api/v1/tasks").status_code == 200
    assert _count("cases.listed") == 1
    assert _count("tasks.listed") == 1
