"""The worker child of the embedded default: begun with the web process, begun anew whenever it dies."""

import os
import secrets
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

import gevent
import structlog

from mdt.kernel.errors import Refused
from mdt.kernel.work import take_back

log = structlog.get_logger()

LOOK_S = 0.5
STEADY_S = 10
PAUSES_S = (0, 1, 5, 30)
"""Before the next start, by how many died young in a row: a worker that cannot live must not keep a core busy."""
DRAIN_S = 15


class Keeper:
    """Use as a context; `let_go` first when the house is about to stop."""

    def __enter__(self) -> Self:
        self._begin()
        self._watch = gevent.spawn(self._keep)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()
        self._child.terminate()
        try:
            self._child.wait(DRAIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()

    def let_go(self) -> None:
        """From now on a worker that ends stays ended."""
        self._watch.kill(block=False)

    def _begin(self) -> None:
        """A plain Python process (never patched) under a name that no other has."""
        self._name, self._began = secrets.token_hex(6), time.monotonic()
        command = [sys.executable, "-m", "mdt.shell.serve", "worker", self._name, str(os.getpid())]
        self._child = subprocess.Popen(command)  # noqa: S603 - our own module

    def _keep(self) -> None:
        young = 0
        while True:
            while self._child.poll() is None:
                gevent.sleep(LOOK_S)
            young = 0 if time.monotonic() - self._began > STEADY_S else min(young + 1, len(PAUSES_S) - 1)
            log.error("worker.died", code=self._child.returncode, again_in_s=PAUSES_S[young])
            try:
                take_back(self._name)
            except Refused as refusal:
                log.warning("worker.jobs_wait_for_their_lease", code=refusal.code)
            gevent.sleep(PAUSES_S[young])
            self._begin()
