"""The triggers behind `kernel.immutable`, for both databases from one declaration.

SQLite: row triggers that raise; INSERT OR REPLACE fires them too, as `recursive_triggers` is on for each connection.
PostgreSQL: row triggers on one shared function and a statement trigger against TRUNCATE.
"""

from sqlalchemy import Connection, inspect

from mdt.kernel.immutable import Protected, protected

POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'append only: %%', TG_TABLE_NAME; END $$"
)


def statements(rule: Protected, dialect: str) -> list[str]:
    """The DDL of one protection; safe to run again."""
    return _sqlite(rule) if dialect == "sqlite" else _postgres(rule)


def _of(rule: Protected) -> str:
    return f" OF {', '.join(rule.columns)}" if rule.columns else ""


def _sqlite(rule: Protected) -> list[str]:
    when = f" WHEN {rule.when}" if rule.when else ""
    made = []
    for verb, of in (("UPDATE", _of(rule)), ("DELETE", "")):
        name = f"keep_{rule.table}_{verb.lower()}"
        made.append(f"DROP TRIGGER IF EXISTS {name}")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {verb}{of} ON {rule.table}{when} "
            f"BEGIN SELECT RAISE(ABORT, 'append only: {rule.table}'); END"
        )
    return made


def _postgres(rule: Protected) -> list[str]:
    when = f" WHEN ({rule.when})" if rule.when else ""
    table = f'"{rule.table}"'
    made = [POSTGRES_FUNCTION]
    for verb, of in (("UPDATE", _of(rule)), ("DELETE", "")):
        name = f"keep_{rule.table}_{verb.lower()}"
        made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        made.append(
            f"CREATE TRIGGER {name} BEFORE {verb}{of} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION refuse_change()"
        )
    name = f"keep_{rule.table}_truncate"
    made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    made.append(f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()")
    return made


def install(connection: Connection) -> None:
    """Create every declared trigger anew (after each migration: batch mode on SQLite drops them silently). A table
    that the present revision does not have yet gets its triggers with the revision that makes it."""
    present = set(inspect(connection).get_table_names())
    for rule in protected.values():
        if rule.table in present:
            for statement in statements(rule, connection.dialect.name):
                connection.exec_driver_sql(statement)
