"""Long computing and slow disk calls, kept off the event loop of the web process."""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

T = TypeVar("T")


def off_loop(compute: Callable[[], T]) -> T:
    """Run `compute` in gevent's thread pool where the process is patched, at once elsewhere."""
    if is_module_patched("socket"):
        result: T = get_hub().threadpool.apply(compute)
        return result
    return compute()
