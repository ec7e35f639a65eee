"""Memory of each process of `python app.py`, as the kernel counts it (/proc): RSS is what the process has mapped, PSS
shares what several have mapped among them, so that PSS may be added up."""

import tempfile
import time
import uuid
from pathlib import Path

from bench.rows import Row
from mdt.kernel import runtime
from mdt.rooms.queries import room_ids
from tests.world.cases import submitted
from tests.world.house import house, make_template
from tests.world.people import find_people
from tests.world.sender import Sender
from tests.world.server import ServerProcess
from tests.world.slices import slices
from tests.world.socket import Browser

SOCKETS = 10
BOARDS = 20
SLICES = 20
NAMES = {"serve worker": "worker", "ingest.child": "nursery"}
"""What a child's command line holds → what it is."""


def _mb(pid: int) -> tuple[float, float]:
    """(RSS, PSS) in MB of 10⁶ bytes (man 5 proc_pid_smaps)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kb["Rss"] * 1024 / 1e6, kb["Pss"] * 1024 / 1e6


def _below(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they started."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_below(int(child))]
    return found


def _named(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return next((name for part, name in NAMES.items() if part in words), words.strip())


def _rows(what: str, pid: int) -> list[Row]:
    rss, pss = _mb(pid)
    return [Row(f"{what}: RSS", rss, "MB"), Row(f"{what}: PSS", pss, "MB")]


def _send_series(url: str, case_id: str) -> None:
    """Images through the worker, so that its nursery is up."""
    sender, batch = Sender(url), str(uuid.uuid4())
    for number, content in enumerate(slices(SLICES)):
        sender.create(batch, f"IM{number:04}", len(content), case_id, content)
    sender.close(batch)
    sender.until_done(batch)


def run() -> list[Row]:
    """On SQLite, the worker a child of the web process."""
    with (
        tempfile.TemporaryDirectory() as kept,
        house(Path(kept) / "data", make_template(Path(kept) / "template")) as settings,
    ):
        case = submitted(find_people())
        with runtime.database().reading() as session:
            room = room_ids(session, [case.subject])[case.subject]
        with ServerProcess(settings, "mdt.shell.serve") as server:
            time.sleep(2)
            rows = _rows("web, idle", server.pid)
            browser = Browser(server.url, "county")
            for _again in range(BOARDS):
                assert browser.session.get(f"{server.url}/cases", timeout=10).ok
            sockets = [browser.socket(room) for _each in range(SOCKETS)]
            for number, line in enumerate(sockets):
                line.say(f"第 {number} 句")
            rows += _rows(f"web, after {BOARDS} boards, a room of {SOCKETS} sockets open", server.pid)
            _send_series(server.url, case.id)
            rows += _rows(f"web, after {SLICES} images came in", server.pid)
            for child in _below(server.pid):
                rows += _rows(_named(child), child)
            for line in sockets:
                line.close()
    return rows
