"""Only operations write: nothing else opens a transaction, commits or changes rows."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import exc, text

from mdt.kernel import runtime
from mdt.kernel.operation import Creation, Operation, registry
from mdt.shell import wiring
from tests.world.people import People

ROOT = Path(__file__).parents[2]
WRITERS = {
    "mdt/kernel/transaction.py",  # the one transaction
    "mdt/kernel/operation.py",  # opens it
    "mdt/kernel/query.py",  # the audit row of a reading
    "mdt/kernel/work.py",  # the job table
    "mdt/kernel/web.py",  # first answers
    "mdt/kernel/database.py",  # defines it
    "mdt/identity/signin.py",  # sessions and throttle
    "mdt/rooms/posting.py",  # the posts of many people in one transaction
    "mdt/imaging/receipt.py",  # upload offsets
}
OPENERS = {"writing", "transaction", "commit", "begin"}


def calls(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.add(name)
    return found


def test_nothing_opens_a_write_transaction_outside_an_operation() -> None:
    offenders = []
    for place in sorted((ROOT / "mdt").rglob("*.py")):
        relative = str(place.relative_to(ROOT))
        opened = calls(ast.parse(place.read_text())) & OPENERS
        if opened and relative not in WRITERS and not relative.startswith("mdt/shell/"):
            offenders.append((relative, sorted(opened)))
    assert offenders == []


def test_every_change_names_its_audit_verb() -> None:
    wiring.register()
    assert len(registry) > 10
    for name, change in registry.items():
        assert isinstance(change, Operation | Creation)
        assert "." in change.audit or "_" in change.audit, name


@pytest.mark.parametrize("table", ["audit", "event"])
@pytest.mark.parametrize("change", ["UPDATE {} SET subject_id = 'x'", "DELETE FROM {}"])
def test_append_only_tables_refuse_raw_sql(people: People, table: str, change: str) -> None:
    assert people
    with runtime.database().engine.connect() as connection, connection.begin():
        insert = "INSERT INTO event (id, at, name, subject_kind, subject_id, person_id, body) "
        connection.execute(text(insert + "VALUES ('x', '2026-01-01', 'X', 'case', 'c', 'p', '{}')"))
        with pytest.raises(exc.DBAPIError, match="append only"):
            connection.execute(text(change.format(table)))
