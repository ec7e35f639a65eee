"""Long computing and slow disk calls, kept off the event loop of the web process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

T = TypeVar("T")


_stays: ContextVar[bool] = ContextVar("stays", default=False)


@contextmanager
def staying() -> Iterator[None]:
    """In here nothing leaves the event loop: whoever holds SQLite's write lock and lets others run would have them
    wait for that lock in the one thread that could release it."""
    token = _stays.set(True)
    try:
        yield
    finally:
        _stays.reset(token)


def off_loop(compute: Callable[[], T]) -> T:
    """Run `compute` in gevent's thread pool where the process is patched, at once elsewhere and in a transaction."""
    if is_module_patched("socket") and not _stays.get():
        result: T = get_hub().threadpool.apply(compute)
        return result
    return compute()
