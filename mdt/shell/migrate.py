"""Migrations from Python: one Alembic history for both databases."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from mdt.kernel import runtime

ROOT = Path(__file__).parent.parent.parent


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade() -> None:
    """Bring the bound database to the newest revision."""
    command.upgrade(configuration(), "head")


def is_up_to_date() -> bool:
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    with runtime.database().engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
