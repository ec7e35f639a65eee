"""The room's server is killed in the middle of a thousand posts by four people: nothing acknowledged is lost, nothing
comes twice, everybody has the same log."""

import threading
import time
from dataclasses import dataclass, field
from uuid import uuid4

from socketio.exceptions import SocketIOError

from mdt.rooms.queries import AfterSeq, entries
from tests.world.people import People
from tests.world.server import ServerProcess
from tests.world.socket import Browser, NotConnected, RoomSocket

EACH = 250
WHO = ("county", "expert1", "chair", "county")
KILL_AFTER = 400


@dataclass
class Journal:
    """What one client sent and what it was told, kept outside the server: (client_id, seq) in order."""

    acknowledged: list[tuple[str, int]] = field(default_factory=list)
    reconnects: int = 0


def post_all(line: RoomSocket, journal: Journal, until: float) -> None:
    """Post `EACH` messages in order, one in flight, each until it is acknowledged."""
    for number in range(EACH):
        client_id = str(uuid4())
        while time.monotonic() < until:
            try:
                answer = line.say(f"{number}", client_id)
            except NotConnected:
                journal.reconnects += 1
                come_back(line, until)
                continue
            if answer["ok"]:
                journal.acknowledged.append((client_id, answer["seq"]))
                break


def come_back(line: RoomSocket, until: float) -> None:
    """Reconnect and resume after what is known."""
    while time.monotonic() < until:
        try:
            line.connect(wait_s=2)
            line.join()
        except (SocketIOError, NotConnected, OSError):
            time.sleep(0.1)
        else:
            return


def test_a_thousand_posts_survive_a_kill(server: ServerProcess, room_id: str, people: People) -> None:
    lines = [Browser(server.url, who).socket(room_id) for who in WHO]
    journals = [Journal() for _ in lines]
    until = time.monotonic() + 60
    threads = [
        threading.Thread(target=post_all, args=(line, journal, until))
        for line, journal in zip(lines, journals, strict=True)
    ]
    for thread in threads:
        thread.start()
    while sum(len(journal.acknowledged) for journal in journals) < KILL_AFTER:
        time.sleep(0.005)
    server.restart()
    for thread in threads:
        thread.join()
    everything = entries(people["county"], room_id, AfterSeq(limit=1000))
    for line in lines:
        if not line.connected:
            come_back(line, until)
        line.wait_for(lambda line=line: len(line.entries) == everything.head, within_s=10)  # type: ignore[misc]
        line.close()

    assert everything.head == EACH * len(WHO)
    log = [(entry.client_id, entry.seq) for entry in everything.items]
    assert [seq for _client_id, seq in log] == list(range(1, EACH * len(WHO) + 1))
    for journal in journals:
        assert len(journal.acknowledged) == EACH
        assert set(journal.acknowledged) <= set(log)
        seqs = [seq for _client_id, seq in journal.acknowledged]
        assert seqs == sorted(seqs)
    assert sum(journal.reconnects for journal in journals) >= len(WHO)
    for line in lines:
        assert [(entry["client_id"], entry["seq"]) for entry in line.entries] == log
