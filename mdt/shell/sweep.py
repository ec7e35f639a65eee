"""The worker's broom: bytes that no row names, uploads nobody finished, keys and links that opened their last door.

Nothing here is a record of care: events, audit, sessions (who was signed in, from where) and documents stay.
"""

import shutil
import time
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, select

from mdt.cases.models import PhoneLink
from mdt.identity.models import JoinLink, Throttle
from mdt.imaging.models import Series, Upload
from mdt.imaging.receipt import forget
from mdt.kernel import clock, runtime
from mdt.kernel.ledger import FirstAnswer, WorkRow
from mdt.kernel.transaction import refusing_database_errors
from mdt.kernel.work import every
from mdt.shell.verify import named

log = structlog.get_logger()

DAY = timedelta(days=1)
UNFINISHED = timedelta(days=7)
SPENT = timedelta(days=30)
AT_ONCE = 500
FOLDERS = [f"{number:02x}" for number in range(256)]


def sweep_objects(folders: list[str], older_than: timedelta = DAY) -> int:
    """Remove the objects of some folders that are a day old and in no row; how many went."""
    gone = 0
    for folder in folders:
        kept = set(named(folder))
        for name in runtime.files().drop_unnamed(folder, kept, time.time() - older_than.total_seconds()):
            log.info("sweep.object", sha256=name)
            gone += 1
    return gone


@every("sweep.objects", 3600)
def sweep_some_objects() -> None:
    """A twenty-fourth of the store each hour, so that no sweep is long."""
    hour = clock.now().hour
    sweep_objects(FOLDERS[hour::24])


@every("sweep.rows", 3600)
def sweep_rows() -> None:
    """First answers after a day (they may hold patient data), spent throttles and links, jobs that failed long ago."""
    now = clock.now()
    spent = (
        delete(FirstAnswer).where(FirstAnswer.at < now - DAY),
        delete(Throttle).where(Throttle.until < now - DAY),
        delete(JoinLink).where(JoinLink.expires_at < now - SPENT),
        delete(PhoneLink).where(PhoneLink.expires_at < now - DAY),
        delete(WorkRow).where(WorkRow.state == "failed", WorkRow.run_at < now - SPENT),
    )
    for change in spent:
        with refusing_database_errors(), runtime.database().writing() as session:
            session.execute(change)


@every("sweep.uploads", 3600)
def sweep_uploads() -> None:
    """Uploads that nobody finished within a week, their bytes with them; then temporary files without an upload
    and, after a day, the folders of killed jobs."""
    old = (~Upload.is_finished) & (Upload.created_at < clock.now() - UNFINISHED)
    while True:
        with refusing_database_errors(), runtime.database().writing() as session:
            keys = list(session.execute(select(Upload.id).where(old).limit(AT_ONCE)).scalars())
            session.execute(delete(Upload).where(Upload.id.in_(keys)))
        for key in keys:
            forget(key)
        if len(keys) < AT_ONCE:
            break
    for place in runtime.files().incoming.iterdir():
        _sweep_incoming(place)


def _sweep_incoming(place: Path) -> None:
    is_folder = place.is_dir()
    kept = DAY if is_folder else UNFINISHED + DAY
    try:
        is_young = place.stat().st_mtime >= time.time() - kept.total_seconds()
    except FileNotFoundError:
        return  # its job has just ended
    if is_young:
        return
    if is_folder:
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


@every("sweep.derived", 3600)
def sweep_derived() -> None:
    """Prepared frames of series that are no more, or of versions that a killed worker left half done."""
    hour, before = clock.now().hour, time.time() - DAY.total_seconds()
    shelves = [place for place in runtime.files().derived.iterdir() if place.is_dir()]
    for shelf in (each for each in shelves if int(each.name, 16) % 24 == hour):
        versions = _versions([place.name for place in shelf.iterdir()])
        for place in list(shelf.iterdir()):
            _sweep_series(place, versions.get(place.name), before)


def _versions(series_ids: list[str]) -> dict[str, set[str]]:
    """The folders that a series' table points at, and the version before it."""
    found: dict[str, set[str]] = {}
    with refusing_database_errors(), runtime.database().reading() as session:
        for start in range(0, len(series_ids), AT_ONCE):
            some = Series.id.in_(series_ids[start : start + AT_ONCE])
            for row in session.execute(select(Series).where(some)).scalars():
                kept = (row.prepared_version, row.prepared_version - 1, *row.facts.get("versions", ()))
                found[row.id] = {str(version) for version in kept}
    return found


def _sweep_series(folder: Path, versions: set[str] | None, before: float) -> None:
    for place in list(folder.iterdir()) if folder.is_dir() else []:
        is_kept = versions is not None and (place.name == "stored" or place.name in versions)
        if not is_kept and place.stat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True)
    if versions is None and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
