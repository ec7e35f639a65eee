"""Web and worker are killed while 250 files arrive: after the restart the drop ends, nothing is lost or doubled."""

import os
import signal
import uuid
from pathlib import Path

import requests
from sqlalchemy import func, select

from mdt.imaging.models import Instance
from mdt.kernel import clock, runtime
from mdt.kernel.ledger import WorkRow
from mdt.kernel.settings import Settings
from tests.world.cases import draft
from tests.world.people import People
from tests.world.sender import Sender
from tests.world.server import ServerProcess
from tests.world.slices import slices

COUNT = 250
KILL_WEB_AT, KILL_WORKER_AT = 100, 170


def children_of(pid: int) -> list[int]:
    """The processes that `pid` started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def expire_leases() -> None:
    """As if the lease were over after which a dead worker's job is taken by another."""
    with runtime.database().writing() as session:
        for row in session.execute(select(WorkRow).where(WorkRow.state == "running")).scalars():
            row.lease_until = clock.now()


def send_until_there(
    sender: Sender, batch: str, name: str, content: bytes, case_id: str, server: ServerProcess
) -> None:
    """Announce, send half, send the rest; whatever breaks, ask by HEAD and go on."""
    place = ""
    half = len(content) // 2
    for _attempt in range(6):
        try:
            if not place:
                answer = sender.create(batch, name, len(content), case_id, content[:half])
                assert answer.status_code == 201, answer.text
                place = answer.headers["Location"]
            at = sender.offset(place)
            if at < len(content):
                assert sender.patch(place, at, content[at:]).status_code == 204
        except requests.ConnectionError:
            server.restart()
            continue
        return
    raise AssertionError(name)


def test_a_drop_survives_kills_of_web_and_worker(settings: Settings, people: People) -> None:
    case_id, batch, files = draft(people).id, str(uuid.uuid4()), slices(COUNT)
    with ServerProcess(settings, "mdt.shell.serve") as server:
        sender = Sender(server.url)
        for number, content in enumerate(files):
            if number == KILL_WORKER_AT:
                for child in children_of(server.pid):
                    os.kill(child, signal.SIGKILL)
            if number == KILL_WEB_AT:
                _kill_in_the_middle(server, sender, batch, content, case_id)
            else:
                send_until_there(sender, batch, _name(number), content, case_id, server)
        server.restart()
        expire_leases()
        sender.close(batch)
        done = sender.until_done(batch)
    taken = done["counts"]["stored"] + done["counts"]["duplicate"]
    assert done["counts"]["refused"] == done["counts"]["warning"] == 0
    assert {each["name"] for each in done["files"]} == {_name(number) for number in range(COUNT)}
    assert taken == done["counts"]["files"] == COUNT
    assert done["studies"][0]["series"][0]["instances"] == COUNT
    assert done["studies"][0]["series"][0]["prepared"] == "ready"
    with runtime.database().reading() as session:
        assert session.execute(select(func.count(func.distinct(Instance.sop_uid)))).scalar_one() == COUNT
        assert session.execute(select(func.count(Instance.id))).scalar_one() == COUNT


def _kill_in_the_middle(server: ServerProcess, sender: Sender, batch: str, content: bytes, case_id: str) -> None:
    """kill -9 of everything after half of a file; the offset afterwards is what was flushed."""
    half = len(content) // 2
    place = sender.create(batch, _name(KILL_WEB_AT), len(content), case_id, content[:half]).headers["Location"]
    server.restart()
    assert sender.offset(place) == half
    assert sender.patch(place, half, content[half:]).status_code == 204
    assert sender.offset(place) == len(content)


def _name(number: int) -> str:
    return f"CT/IM{number:04}"
