"""Migrations from Python: one Alembic history for both databases; the protecting triggers are made anew after it."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from mdt.kernel import runtime
from mdt.kernel.database import Base
from mdt.shell import triggers

ROOT = Path(__file__).parent.parent.parent


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade() -> None:
    """Bring the bound database to the newest revision. Batch migrations on SQLite drop triggers: they are made anew."""
    command.upgrade(configuration(), "head")
    with runtime.database().engine.begin() as connection:
        triggers.install(connection)


def is_up_to_date() -> bool:
    """Whether the bound database stands at the newest revision."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with runtime.database().engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def differences() -> list[object]:
    """What the models say and the bound, migrated database does not; empty when they are in step."""
    with runtime.database().engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
