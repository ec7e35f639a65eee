"""The process's database, settings and file store, bound once at start (and anew by each test)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mdt.kernel.database import Database
from mdt.kernel.settings import Settings

if TYPE_CHECKING:
    from mdt.kernel.files import FileStore


@dataclass(slots=True)
class _Bound:
    settings: Settings | None = None
    database: Database | None = None
    files: "FileStore | None" = None


_bound = _Bound()


def bind(settings: Settings, database: Database, files: "FileStore") -> None:
    _bound.settings, _bound.database, _bound.files = settings, database, files


def database() -> Database:
    if _bound.database is None:
        raise RuntimeError("no database is bound: call mdt.shell.house.open_house first")
    return _bound.database


def settings() -> Settings:
    if _bound.settings is None:
        raise RuntimeError("no settings are bound: call mdt.shell.house.open_house first")
    return _bound.settings


def files() -> "FileStore":
    if _bound.files is None:
        raise RuntimeError("no file store is bound: call mdt.shell.house.open_house first")
    return _bound.files
