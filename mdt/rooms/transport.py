"""The WebSocket under the rooms: what the stock transport lacks (each point has a test).

- An Origin of ours is demanded with a cookie, before the upgrade (the stock check passes a missing Origin).
- A frame is written whole: simple-websocket ignores how much `send` took, which cuts long frames to slow readers.
- A frame over the limit closes the socket while it arrives, not after it has been read.
- Compression is never negotiated: it costs CPU and a zlib context per socket.
- Small frames leave at once (TCP_NODELAY).
- A dead peer's connection can be cut without waiting for its queue.
"""

import socket
from collections.abc import Callable, Iterable
from typing import Any

import gevent.lock
import simple_websocket
from engineio.async_drivers.gevent import WebSocketWSGI
from gevent.pywsgi import WSGIHandler, WSGIServer

from mdt.identity.signin import is_our_origin

FRAME_BYTES = 64 << 10
PATH = "/socket.io"

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class Request(WSGIHandler):
    """A connection that was a WebSocket is closed afterwards: what is left in it is no HTTP request."""

    def handle_one_response(self) -> None:
        super().handle_one_response()
        if str((self.environ or {}).get("HTTP_UPGRADE", "")).lower() == "websocket":
            self.close_connection = True


class Server(WSGIServer):
    """gevent's WSGI server with Nagle's algorithm off."""

    handler_class = Request

    def handle(self, sock: Any, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(sock, address)


class WholeFrames:
    """A socket whose `send` writes everything, one frame at a time."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._lock = gevent.lock.BoundedSemaphore()

    def send(self, frame: bytes) -> None:
        with self._lock:
            self._inner.sendall(frame)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Wire(WebSocketWSGI):  # type: ignore[misc] # engineio has no types
    """The WebSocket of one engine.io socket."""

    wires: dict[str, "Wire"] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        self.ws = simple_websocket.Server(environ, max_message_size=FRAME_BYTES, **self.server_args)
        self.ws.sock = WholeFrames(self.ws.sock)
        sid = self.app.__self__.sid
        self.wires[sid] = self
        try:
            return self.app(self)
        finally:
            self.wires.pop(sid, None)
            self.cut()

    def wait(self) -> Any:
        frame = super().wait()
        if isinstance(frame, str) and len(frame) * 4 > FRAME_BYTES and len(frame.encode()) > FRAME_BYTES:
            raise ValueError("frame over 64 KB")
        return frame

    def cut(self) -> None:
        """End the TCP connection now; readers and writers waiting on it wake up."""
        try:
            self.ws.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already


def guard(inner: Wsgi, cookie: Callable[[], str]) -> Any:
    """Refuse foreign pages before the upgrade: a request with our cookie must name an Origin, and it must be ours."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PATH) and not _is_trusted(environ, cookie()):
            start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        return inner(environ, start_response)

    return application


def _is_trusted(environ: Environ, cookie: str) -> bool:
    origins = [origin.strip() for origin in environ.get("HTTP_ORIGIN", "").split(",") if origin.strip()]
    if origins:  # some programs send the header twice
        return all(is_our_origin(origin, environ.get("HTTP_HOST", "")) for origin in origins)
    return f"{cookie}=" not in environ.get("HTTP_COOKIE", "")
