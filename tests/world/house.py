"""A house for one test: its own folder and database, the schema of the migrations, the demo's hospitals and people."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from mdt.kernel import immutable, runtime
from mdt.kernel.database import Base
from mdt.kernel.settings import Settings
from mdt.shell.house import open_house

POSTGRES = os.environ.get("MDT_TEST_POSTGRES", "")


def settings_for(folder: Path, database_url: str = "") -> Settings:
    return Settings(
        env="test",
        data_dir=folder,
        database_url=database_url,
        secret_key="k" * 32,
        _env_file=None,  # type: ignore[call-arg]
    )


def make_schema() -> None:
    """Every table and trigger in the bound database."""
    engine = runtime.database().engine
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        immutable.install(connection)


def drop_schema() -> None:
    """An empty PostgreSQL schema for the next test."""
    with runtime.database().engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


@contextmanager
def house(folder: Path, template: Path, database_url: str = "") -> Iterator[Settings]:
    """Open a house in `folder`; on SQLite from a copy of `template`, a folder already peopled."""
    if not database_url:
        shutil.copytree(template, folder, dirs_exist_ok=True)
    settings = settings_for(folder, database_url)
    open_house(settings)
    try:
        yield settings
    finally:
        runtime.database().close()
