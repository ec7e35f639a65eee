"""A room of 30 people on one server: four of them point at 30 Hz, five messages a second are written. How long from
sending until each other person has it? Clients run beside the server on this machine. Socket.IO's own server on Node,
which asks no rights and keeps nothing, takes the same load afterwards: it is the floor."""

import json
import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import websocket

from bench import peering
from bench.rows import Row, quantile
from mdt.kernel.settings import Settings
from tests.world.house import house, make_template
from tests.world.people import find_people
from tests.world.rooms import Members, make_room
from tests.world.server import ServerProcess
from tests.world.socket import Browser

PEOPLE = 30
POINTING = 4
POINTER_HZ = 30
MESSAGES_PER_S = 5
SECONDS = 15
PEER = "Node socket.io 4.8.4 (not installed: make bench PEERS=1)"


class Client:
    """One person's WebSocket: notes when entries, signals and acknowledgements arrive."""

    def __init__(self, url: str, cookies: str, room_id: str) -> None:
        self.room_id = room_id
        self.heard: dict[str, list[float]] = {"entry": [], "signal": []}
        self.acks: list[float] = []
        self.sent: dict[int, float] = {}
        self._acknowledged = threading.Event()
        address = url.replace("http", "ws", 1) + f"/socket.io/?EIO=4&transport=websocket&room={room_id}"
        self.line = websocket.create_connection(
            address, header={"Cookie": cookies}, origin=url, skip_utf8_validation=True
        )
        self.line.recv()
        self.line.send("40/room,")
        self.line.recv()
        self.emit("join", {"room": room_id, "after": 0}, ack=0)
        while not self.line.recv().startswith("43/room,0"):
            pass
        threading.Thread(target=self._listen, daemon=True).start()

    def emit(self, event: str, body: dict[str, Any], ack: int | None = None) -> None:
        self.line.send(f"42/room,{'' if ack is None else ack}{json.dumps([event, body])}")

    def say(self, number: int) -> None:
        """Post and wait for the acknowledgement."""
        self._acknowledged.clear()
        begun = time.perf_counter()
        body = {"text": f"@{begun}@"}
        self.emit("post", {"room": self.room_id, "client_id": str(uuid4()), "type": "message", "body": body}, number)
        if self._acknowledged.wait(8):
            self.acks.append(time.perf_counter() - begun)

    def point(self, number: int) -> None:
        body = {"instance_uid": "1.2.3", "frame": 1, "x": number % 512, "y": 7, "n": f"@{time.perf_counter()}@"}
        self.emit("signal", {"room": self.room_id, "type": "pointer", "body": body})

    def _listen(self) -> None:
        while True:
            try:
                frame = self.line.recv()
            except (OSError, websocket.WebSocketException):
                return
            moment = time.perf_counter()
            if frame == "2":
                self.line.send("3")
            elif frame.startswith("43/room,"):
                self._acknowledged.set()
            else:
                self._note(frame, moment)

    def _note(self, frame: str, moment: float) -> None:
        for event, delays in self.heard.items():
            if frame.startswith(f'42/room,["{event}"') and frame.count("@") == 2:
                delays.append(moment - float(frame.split("@")[1]))


def pointing(client: Client, until: float) -> None:
    number = 0
    while time.perf_counter() < until:
        client.point(number)
        number += 1
        time.sleep(1 / POINTER_HZ)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients saw, and what the server used of a core."""

    clients: list[Client]
    cores: float

    def delays(self) -> dict[str, list[float]]:
        return {
            "message, sent → acknowledged": [delay for client in self.clients for delay in client.acks],
            "message, sent → shown to each other person": [d for c in self.clients for d in c.heard["entry"]],
            "pointer, sent → shown to each other person": [d for c in self.clients for d in c.heard["signal"]],
        }


def load(clients: list[Client], server: int) -> Load:
    """Fifteen seconds of it."""
    begun, cpu = time.perf_counter(), cpu_s(server)
    until = begun + SECONDS
    for client in clients[:POINTING]:
        threading.Thread(target=pointing, args=(client, until), daemon=True).start()
    number = 0
    while time.perf_counter() < until:
        clients[POINTING + number % (PEOPLE - POINTING)].say(number + 1)
        number += 1
        time.sleep(max(0.0, begun + number / MESSAGES_PER_S - time.perf_counter()))
    cores = (cpu_s(server) - cpu) / (time.perf_counter() - begun)
    time.sleep(0.5)
    return Load(clients, cores)


def ours(settings: Settings) -> Load:
    people = find_people()
    members = Members.kept_in(settings.data_dir / "members.json")
    members.admit(*people.values())
    room_id = make_room()
    with ServerProcess(settings) as server:
        browsers = [Browser(server.url, name) for name in list(people)[:PEOPLE]]
        browsers += browsers[: PEOPLE - len(browsers)]
        return load([Client(server.url, each.cookies, room_id) for each in browsers], server.pid)


def plain() -> Load | None:
    if not peering.installed("socket.io"):
        return None
    with peering.socket_server() as (url, pid):
        return load([Client(url, "", "bench") for _each in range(PEOPLE)], pid)


def figures(mine: Load, peer: Load | None) -> list[Row]:
    rows = []
    theirs = peer.delays() if peer else {}
    for what, values in mine.delays().items():
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            beside = round(quantile(theirs[what], share) * 1000, 2) if peer else PEER
            rows.append(Row(f"{what}, {name}", round(quantile(values, share) * 1000, 2), "ms", beside))
    delivered = sum(len(delays) for client in mine.clients for delays in client.heard.values()) / SECONDS
    rows.append(Row("deliveries", round(delivered, 0), "per s"))
    rows.append(Row("server CPU", round(mine.cores, 2), "cores", round(peer.cores, 2) if peer else PEER))
    return rows


def run() -> list[Row]:
    """30 people, four pointers at 30 Hz, five messages a second, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(Path(folder) / "template")
        with house(Path(folder) / "data", template) as settings:
            return figures(ours(settings), plain())
