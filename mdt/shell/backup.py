"""Backup and restore: one tar of the database, the stored objects and the derived files, with a manifest of hashes.

The database is copied first, so no row of the copy points at bytes that are missing from the tar. The tar appears
under its name when it is whole and flushed, or not at all. The manifest is its last member: a tar without one is not
a backup. The house's secret is not in it; sessions, tokens and one-time links are dead after a restore.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import inspect, make_url

from mdt.identity.signin import end_every_way_in
from mdt.kernel import clock, runtime
from mdt.kernel.database import Database
from mdt.kernel.files import BLOCK, FileStore, flush_file, flush_folder
from mdt.kernel.settings import Settings

SQLITE, POSTGRES, MANIFEST = "database.sqlite3", "database.dump", "manifest.json"
FOLDERS = ("objects", "derived")
FORMAT = 1


class BackupFailed(Exception):
    """Nothing was made or changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many files the tar holds beside the database, and their size in bytes."""

    files: int
    size: int


def back_up(target: Path) -> Contents:
    """Write the bound house to `target`; durable on return.

    Raises:
        BackupFailed: `target` exists, or the database cannot be dumped. OSError: no space, no right to write.
    """
    if target.exists():
        raise BackupFailed(f"{target} exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{clock.new_id()}.part")
    dump = part.with_suffix(".database")
    try:
        name = _dump_database(dump)
        with tarfile.open(part, "w") as tar:
            contents = _fill(tar, name, dump)
        flush_file(part)
        part.rename(target)
        flush_folder(target.parent)
    finally:
        for leftover in (part, dump):
            leftover.unlink(missing_ok=True)
    return contents


def _fill(tar: tarfile.TarFile, name: str, dump: Path) -> Contents:
    hashes: dict[str, str] = {name: _add(tar, name, dump)}
    size = 0
    for path, place in _house_files(runtime.settings().data_dir):
        try:
            hashes[path] = _add(tar, path, place)
        except FileNotFoundError:
            continue  # a derived file replaced meanwhile; no row of the copied database needs it
        size += place.stat().st_size
    manifest = {"format": FORMAT, "at": clock.rfc3339(clock.now()), "files": hashes}
    text = json.dumps(manifest, indent=0).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size = len(text)
    tar.addfile(member, io.BytesIO(text))
    return Contents(len(hashes) - 1, size)


def _house_files(root: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for place in sorted((root / folder).rglob("*")):
            if place.is_file():
                yield place.relative_to(root).as_posix(), place


def _add(tar: tarfile.TarFile, path: str, place: Path) -> str:
    """Add one file and return the SHA-256 of the bytes that went in."""
    with place.open("rb") as source:
        member = tar.gettarinfo(arcname=path, fileobj=source)
        hashing = _Hashing(source)  # tarfile only reads from it
        tar.addfile(member, hashing)
    return hashing.digest.hexdigest()


class _Hashing:
    """A readable that hashes what is read through it."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(size)
        self.digest.update(block)
        return block


def _dump_database(place: Path) -> str:
    """Copy the bound database as it is at one moment; the name it has in the tar."""
    database = runtime.database()
    if not database.is_sqlite:
        _run(database.url, "pg_dump", "--format=custom", f"--file={place}")
        return POSTGRES
    place.touch()  # so that a folder without room or right says so in the system's own words
    source = sqlite3.connect(runtime.settings().database.removeprefix("sqlite:///"))
    target = sqlite3.connect(place)
    try:
        source.backup(target)
    except sqlite3.Error as error:
        raise BackupFailed(f"the database cannot be copied: {error}") from None
    finally:
        source.close()
        target.close()
    return SQLITE


def _run(url: str, *command: str) -> None:
    """One of PostgreSQL's programs on the database at `url`; its password goes by the environment, for every user of
    the machine may read a command line."""
    if shutil.which(command[0]) is None:
        raise BackupFailed(f"{command[0]} is not installed; it comes with the PostgreSQL client")
    place = make_url(url).set(drivername="postgresql")
    open_place = place._replace(password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(place.password)} if place.password else {}
    done = subprocess.run(  # noqa: S603 - fixed programs
        (*command, f"--dbname={open_place}"),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | secret,
    )
    if done.returncode:
        raise BackupFailed(done.stderr.strip() or f"{command[0]} ended with {done.returncode}")


def restore(source: Path) -> Contents:
    """Bring a backup into the bound house, whose data folder and database must be empty.

    Everything is unpacked beside its place and checked by its hash first; only then is it moved in.

    Raises:
        BackupFailed: the house is not empty, the tar is not a whole backup, or a hash does not match.
    """
    settings = runtime.settings()
    _demand_empty(settings)
    runtime.database().close()
    staging = settings.data_dir / f"restoring-{clock.new_id()}"
    try:
        staging.mkdir(parents=True)
        hashes = _unpack(source, staging)
        _demand_matching_store(hashes, is_sqlite=runtime.database().is_sqlite)
        return _move_in(settings, staging, hashes)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _demand_empty(settings: Settings) -> None:
    if any(_house_files(settings.data_dir)):
        raise BackupFailed(f"{settings.data_dir} holds files already; restore into an empty data folder")
    database = runtime.database()
    if database.is_sqlite and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return
    if inspect(database.engine).get_table_names():
        raise BackupFailed("the database is not empty; restore into an empty one")


def _unpack(source: Path, staging: Path) -> dict[str, str]:
    """Write every member below `staging`; path → SHA-256 as read back, the same as the manifest says."""
    found: dict[str, str] = {}
    manifest: dict[str, str] | None = None
    with _opened(source) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not _is_ours(member.name):
                raise BackupFailed(f"{source} is not a backup of this product: {member.name[:80]}")
            if member.name == MANIFEST:
                manifest = json.load(content)["files"]
                continue
            found[member.name] = _write(content, staging / member.name)  # type: ignore[arg-type]
    if manifest is None:
        raise BackupFailed(f"{source} is incomplete: it has no manifest")
    wrong = sorted(path for path in manifest.keys() | found.keys() if manifest.get(path) != found.get(path))
    if wrong:
        raise BackupFailed(f"{source} is damaged: {len(wrong)} files differ from the manifest, first {wrong[0]}")
    return found


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, json.JSONDecodeError, KeyError) as error:
        raise BackupFailed(f"{source} is not a whole backup: {error}") from None


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if name in (SQLITE, POSTGRES, MANIFEST):
        return True
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts


def _write(content: BinaryIO, place: Path) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as target:
        hashing = _Hashing(content)
        while block := hashing.read(BLOCK):
            target.write(block)
    flush_file(place)
    return hashing.digest.hexdigest()


def _demand_matching_store(hashes: dict[str, str], *, is_sqlite: bool) -> None:
    wanted = SQLITE if is_sqlite else POSTGRES
    if wanted not in hashes:
        raise BackupFailed("the backup is of the other kind of database; set MDT_DATABASE_URL to match")
    for path, digest in hashes.items():
        if path.startswith("objects/") and path.removeprefix("objects/").replace("/", "") != digest:
            raise BackupFailed(f"the stored object {path} is not what its name says")


def _move_in(settings: Settings, staging: Path, hashes: dict[str, str]) -> Contents:
    size = sum((staging / path).stat().st_size for path in hashes) - _database_size(staging)
    for folder in FOLDERS:
        if (staging / folder).exists():
            place = settings.data_dir / folder
            shutil.rmtree(place, ignore_errors=True)  # empty, as was demanded
            (staging / folder).rename(place)
    if runtime.database().is_sqlite:
        _close_doors(settings, f"sqlite:///{(staging / SQLITE).absolute()}")
        (staging / SQLITE).rename(settings.database.removeprefix("sqlite:///"))
    else:
        dump = str(staging / POSTGRES)
        _run(settings.database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", dump)
        _close_doors(settings, settings.database)
    flush_folder(settings.data_dir)
    return Contents(len(hashes) - 1, size)


def _database_size(staging: Path) -> int:
    return sum((staging / name).stat().st_size for name in (SQLITE, POSTGRES) if (staging / name).exists())


def _close_doors(settings: Settings, url: str) -> None:
    """In the restored database nobody is signed in any more; done before it takes its place."""
    opened = settings.model_copy(update={"database_url": url})
    runtime.bind(opened, Database(opened), FileStore(settings.data_dir))
    end_every_way_in()
    runtime.database().close()
    runtime.bind(settings, Database(settings), FileStore(settings.data_dir))
