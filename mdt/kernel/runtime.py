"""The process's database, settings and file store, bound once at start (and anew by each test)."""

from typing import TYPE_CHECKING, NamedTuple

from mdt.kernel.database import Database
from mdt.kernel.settings import Settings

if TYPE_CHECKING:
    from mdt.kernel.files import FileStore


class House(NamedTuple):
    settings: Settings
    database: Database
    files: "FileStore"


_bound: list[House] = []


def bind(settings: Settings, database: Database, files: "FileStore") -> None:
    _bound[:] = [House(settings, database, files)]


def _house() -> House:
    if not _bound:
        raise RuntimeError("nothing is bound: call mdt.shell.house.open_house first")
    return _bound[0]


def database() -> Database:
    return _house().database


def settings() -> Settings:
    return _house().settings


def files() -> "FileStore":
    return _house().files
