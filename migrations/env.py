"""Alembic's entry: runs against the database bound by the house."""

from alembic import context

from mdt.kernel import runtime
from mdt.kernel.database import Base
from mdt.shell import wiring  # noqa: F401 - brings every table


def run() -> None:
    engine = runtime.database().engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
