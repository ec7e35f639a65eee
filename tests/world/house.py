"""A house for one test: its own folder and database with the demo's hospitals and people.

SQLite always; the whole suite runs on PostgreSQL when `MDT_TEST_DATABASE=postgres` (a server is started from a
wheel, one database per house, copied from a peopled template and dropped when the house closes: houses of a module
or of the session stand beside those of single tests).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.house import open_house
from mdt.shell.migrate import upgrade
from tests.world.people import add_people

ON_POSTGRES = os.environ.get("MDT_TEST_DATABASE") == "postgres"
HOUSES = count(1)


def settings_for(folder: Path, database_url: str = "") -> Settings:
    """Settings of a test house; nothing is read from the environment's `.env`."""
    made: Settings = Settings(
        env="test",
        data_dir=folder,
        database_url=database_url,
        secret_key="k" * 32,
        _env_file=None,  # type: ignore[call-arg]
    )
    return made


@dataclass(frozen=True)
class Template:
    """A peopled house to copy: a folder (SQLite) or the URL prefix of a server with a database `template_house`."""

    folder: Path
    server: str = ""


def make_template(folder: Path, server: str = "") -> Template:
    """Migrate and people a fresh house, once per session."""
    url = ""
    if server:
        _on_server(server, "DROP DATABASE IF EXISTS template_house", "CREATE DATABASE template_house")
        url = database_url(server, "template_house")
    open_house(settings_for(folder, url))
    upgrade()
    add_people()
    runtime.database().close()
    return Template(folder, server)


def database_url(server: str, name: str) -> str:
    """The URL of one database of a server given as `postgresql+psycopg://user@/?host=folder`."""
    return server.replace("@/?", f"@/{name}?")


def _on_server(server: str, *statements: str) -> None:
    engine = create_engine(database_url(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def empty_house(folder: Path, template: Template) -> Iterator[Settings]:
    """Settings of a house that has neither files nor tables yet, on the same kind of database as `template`; nothing
    is opened."""
    name = f"empty_{next(HOUSES)}"
    if template.server:
        _on_server(template.server, f"CREATE DATABASE {name}")
    try:
        yield settings_for(folder, database_url(template.server, name) if template.server else "")
    finally:
        if template.server:
            _on_server(template.server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def house(folder: Path, template: Template) -> Iterator[Settings]:
    """Open a copy of `template` in `folder`."""
    name = f"house_{next(HOUSES)}"
    if template.server:
        _on_server(template.server, f"CREATE DATABASE {name} TEMPLATE template_house")
        settings = settings_for(folder, database_url(template.server, name))
    else:
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        settings = settings_for(folder)
    open_house(settings)
    opened = runtime.database()
    try:
        yield settings
    finally:
        opened.close()
        if template.server:
            _on_server(template.server, f"DROP DATABASE {name} WITH (FORCE)")
