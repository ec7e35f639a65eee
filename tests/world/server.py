"""A server process on a test's house: start, wait until it answers, kill -9, start again."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import requests

from mdt.kernel.settings import Settings

ROOT = Path(__file__).parents[2]
START_S = 30.0


def free_port() -> int:
    """A port that nobody listens on now, below those the system hands out to callers, so that none takes it before
    the server does."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


class ServerProcess:
    """The web process of a house, on a port of its own; `with ServerProcess(settings) as server: server.url`.

    `module` is what runs: `tests.world.serving` (web only, with made-up rooms) by default.
    """

    def __init__(self, settings: Settings, module: str = "tests.world.serving") -> None:
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._module = module
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start and wait until it answers."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MDT_")}
        environment = kept | {
            "MDT_ENV": "test",
            "MDT_DATA_DIR": str(self.settings.data_dir),
            "MDT_DATABASE_URL": self.settings.database_url,
            "MDT_SECRET_KEY": self.settings.secret_key,
            "MDT_PORT": str(self.port),
        }
        log = (self.settings.data_dir / "server.log").open("ab")
        self._child = subprocess.Popen(
            [sys.executable, "-m", self._module],
            cwd=ROOT,
            env=environment,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )
        log.close()
        self._wait_until_it_answers()

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def log(self) -> str:
        """What it wrote so far."""
        return (self.settings.data_dir / "server.log").read_text()

    def ring(self, bell: str, key: str) -> None:
        """Ring a doorbell inside the server (`tests.world.serving` listens)."""
        fresh = self.settings.data_dir / "rings.new"
        fresh.write_text(f"{bell} {key}")
        fresh.replace(self.settings.data_dir / "rings")

    def kill(self) -> None:
        """kill -9 the process and all its children."""
        if self._child is not None and self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def stop(self, within_s: float = 20) -> int:
        """SIGTERM; the exit code."""
        assert self._child is not None
        self._child.terminate()
        return self._child.wait(within_s)

    def restart(self) -> None:
        """kill -9 and start on the same port."""
        self.kill()
        self.start()

    def _wait_until_it_answers(self) -> None:
        assert self._child is not None
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._child.poll() is not None:
                raise RuntimeError(f"the server ended with {self._child.returncode}:\n{self.log()[-3000:]}")
            try:
                if requests.get(f"{self.url}/healthz", timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise RuntimeError(f"the server does not answer:\n{self.log()[-3000:]}")
