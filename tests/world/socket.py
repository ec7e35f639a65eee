"""A person's socket in a room: joins, posts, resumes; keeps what it received."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Queue
from typing import Any, Self
from uuid import uuid4

import engineio
import requests
import socketio
from socketio.exceptions import SocketIOError

from tests.world.people import PASSWORD

NAMESPACE = "/room"


class NotConnected(Exception):
    """The line is down, or the answer did not come."""


class _InOrder(engineio.Client):  # type: ignore[misc] # engineio has no types
    """The stock client runs each message in a thread of its own, so that they overtake each other; this one does
    not, as no browser does."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        if event == "message":
            options["run_async"] = False
        return super()._trigger_event(event, *args, **options)


class _Client(socketio.Client):  # type: ignore[misc] # socketio has no types
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _InOrder


class Browser:
    """A signed-in person's cookies: HTTP calls with the CSRF token, and any number of sockets."""

    def __init__(self, url: str, username: str) -> None:
        self.url = url
        self.session = requests.Session()
        signed_in = self.session.post(
            f"{url}/api/v1/session", json={"username": username, "password": PASSWORD}, timeout=10
        )
        assert signed_in.status_code == 200, signed_in.text
        self.person = signed_in.json()["person"]
        self.session.headers["X-CSRF-Token"] = self.session.cookies["mdt_csrf"]

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api/v1{path}", timeout=10, **options)

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)

    def socket(self, room_id: str, *, join: bool = True) -> "RoomSocket":
        """A socket in the room, joined from the beginning unless told otherwise."""
        made = RoomSocket(self.url, room_id, headers={"Cookie": self.cookies}, origin=self.url)
        made.connect()
        if join:
            made.join()
        return made


class RoomSocket:
    """One socket in one room. `entries` is the log as this client knows it; `seen` is every event in its order."""

    def __init__(
        self,
        url: str,
        room_id: str,
        *,
        headers: dict[str, str] | None = None,
        origin: str = "",
        auth: dict[str, str] | None = None,
    ) -> None:
        self.url, self.room_id = url, room_id
        self.headers, self.auth, self.origin = headers or {}, auth, origin
        self.entries: list[dict[str, Any]] = []
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.ack: dict[str, Any] = {}
        self._changed = threading.Condition()
        self._client: socketio.Client | None = None

    @property
    def connected(self) -> bool:
        return self._client is not None and bool(self._client.connected)

    def connect(self, *, wait_s: float = 5) -> None:
        """Open the socket. Raises socketio's ConnectionError when refused."""
        self.close()
        line = {"origin": self.origin} if self.origin else {"suppress_origin": True}
        client = _Client(reconnection=False, handle_sigint=False, websocket_extra_options=line)
        for event in ("entry", "signal", "presence", "moved", "evicted", "notice"):
            client.on(event, self._ear(event), namespace=NAMESPACE)
        client.connect(
            f"{self.url}?room={self.room_id}",
            headers=self.headers,
            auth=self.auth,
            transports=["websocket"],
            namespaces=[NAMESPACE],
            wait_timeout=wait_s,
        )
        self._client = client

    def close(self) -> None:
        if self._client is not None:
            self._client.disconnect()
            self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def call(
        self,
        event: str,
        payload: Any,
        *,
        timeout_s: float = 8,
        at_once: Callable[[dict[str, Any]], None] = lambda _answer: None,
    ) -> dict[str, Any]:
        """Emit and wait for the acknowledgement; `at_once` sees it before any later event. Raises NotConnected."""
        if self._client is None:
            raise NotConnected
        answers: Queue[dict[str, Any]] = Queue()

        def hear(answer: dict[str, Any]) -> None:
            at_once(answer)
            answers.put(answer)

        try:
            self._client.emit(event, payload, namespace=NAMESPACE, callback=hear)
            until = time.monotonic() + timeout_s
            while self.connected and time.monotonic() < until:
                with suppress(Empty):
                    return answers.get(timeout=0.1)
        except (SocketIOError, OSError) as error:
            raise NotConnected from error
        raise NotConnected

    def join(self, after: int | None = None) -> dict[str, Any]:
        """Join, or resume after what is known."""
        have = self.entries[-1]["seq"] if self.entries else 0
        payload = {"room": self.room_id, "after": have if after is None else after}
        self.ack = self.call("join", payload, at_once=self._take_history)
        return self.ack

    def _take_history(self, answer: dict[str, Any]) -> None:
        for entry in answer.get("entries", []):
            self._take(entry)

    def post(self, kind: str, body: dict[str, Any], client_id: str = "") -> dict[str, Any]:
        """Post and wait for the acknowledgement."""
        payload = {"room": self.room_id, "client_id": client_id or str(uuid4()), "type": kind, "body": body}
        return self.call("post", payload)

    def say(self, text: str, client_id: str = "") -> dict[str, Any]:
        return self.post("message", {"text": text}, client_id)

    def signal(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.call("signal", {"room": self.room_id, "type": kind, "body": body})

    def fire(self, kind: str, body: dict[str, Any]) -> None:
        """A signal without acknowledgement."""
        assert self._client is not None
        self._client.emit("signal", {"room": self.room_id, "type": kind, "body": body}, namespace=NAMESPACE)

    def wait_for(self, is_so: Callable[[], bool], within_s: float = 5) -> float:
        """Wait until `is_so()`; the seconds it took. Raises AssertionError."""
        begun = time.monotonic()
        with self._changed:
            while not is_so():
                left = begun + within_s - time.monotonic()
                assert left > 0, f"not within {within_s} s: {self.seen[-5:]}"
                self._changed.wait(min(left, 0.05))
        return time.monotonic() - begun

    def last(self, event: str) -> dict[str, Any] | None:
        return next((message for name, message in reversed(self.seen) if name == event), None)

    def wait_for_event(self, event: str, within_s: float = 5) -> dict[str, Any]:
        self.wait_for(lambda: self.last(event) is not None, within_s)
        found = self.last(event)
        assert found is not None
        return found

    def _ear(self, event: str) -> Callable[[dict[str, Any]], None]:
        def hear(message: dict[str, Any]) -> None:
            with self._changed:
                self.seen.append((event, message))
                if event == "entry":
                    self._take(message)
                self._changed.notify_all()

        return hear

    def _take(self, entry: dict[str, Any]) -> None:
        """The next entry is taken; a known one dropped; a gap is a fault of the server while we are connected."""
        have = self.entries[-1]["seq"] if self.entries else 0
        if entry["seq"] == have + 1 or not self.entries:
            self.entries.append(entry)
        else:
            assert entry["seq"] <= have, f"gap: {have} then {entry['seq']}"
