"""The only clock and the only source of identifiers."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the clock stand `by` away from the present (how the demo and tests live through past days)."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)


def now() -> datetime:
    """The present, aware, in UTC, whole milliseconds (what both databases and RFC 3339 keep alike)."""
    moment = datetime.now(UTC) + _shift.get()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """A UUIDv7 (RFC 9562 section 5.7): time-ordered, opaque, 36 characters."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def rfc3339(moment: datetime) -> str:
    """`2026-11-25T08:00:00Z`, with milliseconds when there are any."""
    utc = moment.astimezone(UTC)
    text = utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds")
    return text.replace("+00:00", "Z")
