"""What the database is asked: counted, where time would depend on the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from mdt.kernel import runtime


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements put within, without those that begin and end transactions."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    engine = runtime.database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
