"""The public look-up of a verify code, slowed down for who tries many."""

import threading
import time
from collections import OrderedDict

from flask import request

from mdt.consensus.queries import verify_document
from mdt.consensus.views import VerifyView
from mdt.kernel.actor import NOBODY
from mdt.kernel.errors import TooMany

PER_MINUTE = 60
WINDOW_S = 60.0
REMEMBERED = 4096


class Pace:
    """How often each address asked within the last minute. Per process: with 80-bit codes a few processes more or
    less make no difference to who guesses."""

    def __init__(self, limit: int = PER_MINUTE) -> None:
        self._limit = limit
        self._asked: OrderedDict[str, list[float]] = OrderedDict()
        self._turn = threading.Lock()

    def demand(self, address: str) -> None:
        """Count one question. Raises TooMany with the seconds to wait."""
        now = time.monotonic()
        with self._turn:
            recent = [at for at in self._asked.pop(address, []) if now - at < WINDOW_S]
            self._asked[address] = recent
            if len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
            if len(recent) >= self._limit:
                raise TooMany(retry_after=int(WINDOW_S - (now - recent[0])) + 1)
            recent.append(now)


_pace = Pace()


def look_up(code: str) -> VerifyView:
    """What anybody may know of the document with this code. Raises TooMany."""
    _pace.demand(request.remote_addr or "")
    return verify_document(NOBODY, code)
