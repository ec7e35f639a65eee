"""A worker killed in the middle of a job: the house begins another, which takes the job over at once."""

import io
import os
import signal
import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.ledger import WorkRow
from mdt.kernel.settings import Settings
from mdt.kernel.transaction import transaction
from mdt.kernel.work import LEASE_S, claim, prolong, take_back
from mdt.shell.sweep import sweep_uploads
from tests.faults.test_upload_kill import children_of
from tests.world.cases import draft
from tests.world.people import People
from tests.world.sender import Sender
from tests.world.server import ServerProcess
from tests.world.slices import slices

COUNT = 100


def until(found: Callable[[], object], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def running() -> WorkRow | None:
    with runtime.database().reading() as session:
        return session.execute(select(WorkRow).where(WorkRow.state == "running")).scalars().first()


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for number, content in enumerate(slices(COUNT)):
            target.writestr(f"CT/IM{number:04}", content)
    return made.getvalue()


def test_a_worker_killed_while_it_opens_an_archive(settings: Settings, people: People) -> None:
    case_id, batch, incoming = draft(people).id, str(uuid.uuid4()), runtime.files().incoming
    with ServerProcess(settings, "mdt.shell.serve") as server:
        sender, content = Sender(server.url), archive()
        place = sender.create(batch, "CT.zip", len(content), case_id, content).headers["Location"]
        until(lambda: any(each.is_dir() for each in incoming.iterdir()))
        first = running()
        assert first is not None
        (worker,) = children_of(server.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: (now := running()) and now.lease != first.lease)
        assert first.lease_until is not None
        assert clock.now() < first.lease_until - timedelta(seconds=1), "it waited for the lease"
        sender.close(batch)
        done = sender.until_done(batch)
        assert sender.offset(place) == len(content)
        (second,) = children_of(server.pid)
        assert second != worker
        assert server.stop() == 0
    assert _is_gone(second)
    assert done["counts"]["stored"] == COUNT + 1
    with clock.shifted(timedelta(days=2)):
        then = time.time() - timedelta(days=2).total_seconds()
        for left in incoming.iterdir():
            os.utime(left, (then, then))
        sweep_uploads()
    assert list(incoming.iterdir()) == []


def test_a_worker_does_not_outlive_its_house(settings: Settings) -> None:
    with ServerProcess(settings, "mdt.shell.serve") as server:
        until(lambda: children_of(server.pid))
        (worker,) = children_of(server.pid)
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: _is_gone(worker))


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_only_the_dead_workers_jobs_are_taken_back(settings: Settings) -> None:
    with transaction(SYSTEM) as tx:
        for number in range(2):
            tx.later("imaging.index", {"batch_id": str(number)})
    dead, alive = claim("dead"), claim("alive")
    assert dead
    assert alive
    assert claim("third") is None
    take_back("dead")
    again = claim("third")
    assert again is not None
    assert again.id == dead.id
    assert again.attempts == 2  # a job that kills its workers does not go on for ever
    assert not prolong(dead)
    assert prolong(alive)


def test_a_lease_is_over_within_half_a_minute(settings: Settings) -> None:
    with transaction(SYSTEM) as tx:
        tx.later("imaging.index", {"batch_id": "0"})
    assert claim("dead")
    assert LEASE_S < 30
    with clock.shifted(timedelta(seconds=30)):
        assert claim("other")
