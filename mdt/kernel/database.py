"""One declarative base, one engine, two ways in: `reading()` and (for the kernel alone) `writing()`.

SQLite: WAL, `synchronous=FULL`, a writing transaction begins IMMEDIATE so that it never fails half-way on a lock.
PostgreSQL: READ COMMITTED, lock and statement time-outs. `recursive_triggers` makes SQLite's INSERT OR REPLACE fire
the triggers that keep append-only tables so.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, Date, DateTime, Dialect, Engine, Enum, MetaData, String, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from mdt.kernel.settings import Settings

V = TypeVar("V")
PRAGMAS = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "busy_timeout=10000"]
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """Aware UTC in Python; `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of every table of the product."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Utc(),
        date: Date(),
        str: String(),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        dict[str, str]: Json,
    }


def stored_enum(kind: type[StrEnum]) -> Enum:
    """A StrEnum stored by value with a CHECK constraint, the same on both databases."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


class Database:
    """The engine with its two session factories."""

    def __init__(self, settings: Settings, *, pool_size: int = 8) -> None:
        self.url = settings.database
        self.is_sqlite = self.url.startswith("sqlite")
        if self.is_sqlite:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            self.engine = create_engine(self.url, pool_size=pool_size, connect_args={"timeout": 10})
            _tune_sqlite(self.engine)
        else:
            limits = {"options": "-c lock_timeout=4000 -c statement_timeout=15000 -c timezone=UTC"}
            pool = {"pool_size": pool_size, "max_overflow": 4, "pool_timeout": 5, "pool_pre_ping": True}
            self.engine = create_engine(self.url, connect_args=limits, **pool)
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        writing = self.engine.execution_options(mdt_write=True)
        self._write = sessionmaker(writing, expire_on_commit=False, info={"writes": True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; whatever it might have changed is thrown away."""
        with self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back on any exception. For the kernel only."""
        with self._write() as session, session.begin():
            yield session

    def close(self) -> None:
        self.engine.dispose()


def asked_once(
    session: Session, about: Hashable, keys: Iterable[Any], ask: Callable[[set[Any]], dict[Any, V]]
) -> dict[Any, V]:
    """What `ask` finds for `keys`; those that this reading session asked for already are not asked again. A writing
    one always asks: it decides by what is."""
    wanted = set(keys)
    if session.info.get("writes"):
        return ask(wanted) if wanted else {}
    known = session.info.setdefault(about, {})
    if missing := wanted - known.keys():
        known.update(dict.fromkeys(missing) | ask(missing))
    return {key: known[key] for key in wanted if known[key] is not None}


def insert_unless_there(session: Session, table: type[Base], columns: list[str]) -> Any:
    """An INSERT that leaves a row with the same unique `columns` as it is, on both databases, also where the other one
    is being written at the same moment."""
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing(index_elements=columns)


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("mdt_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
