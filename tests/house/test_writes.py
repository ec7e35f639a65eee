"""Only operations write: nothing else opens a transaction, commits or changes rows."""

import ast
from pathlib import Path

from mdt.kernel.operation import Creation, Operation, registry
from mdt.shell import wiring

ROOT = Path(__file__).parents[2]
WRITERS = {
    "mdt/kernel/transaction.py",  # the one transaction
    "mdt/kernel/operation.py",  # opens it
    "mdt/kernel/query.py",  # the audit row of a reading
    "mdt/kernel/work.py",  # the job table
    "mdt/kernel/web.py",  # first answers
    "mdt/kernel/database.py",  # defines it
    "mdt/identity/signin.py",  # sessions and throttle
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


def test_append_only_tables_refuse_update_and_delete_by_raw_sql(settings: object, people: object) -> None:
    from sqlalchemy import exc, text

    from mdt.kernel import runtime

    for table in ("audit", "event"):
        for statement in (f"UPDATE {table} SET subject_id = 'x'", f"DELETE FROM {table}"):
            with runtime.database().engine.connect() as connection, connection.begin():
                if not connection.execute(text(f"SELECT count(*) FROM {table}")).scalar():
                    continue
                try:
                    connection.execute(text(statement))
                except exc.DatabaseError as refused:
                    assert "append only" in str(refused)
                    break
                raise AssertionError(statement)
