"""Hints between parts of one process: "look again". The database is the truth; behind every bell stands a poll."""

from collections.abc import Callable

Listener = Callable[[str], None]
_listeners: dict[str, list[Listener]] = {}


def listen(bell: str, listener: Listener) -> None:
    _listeners.setdefault(bell, []).append(listener)


def silence(bell: str, listener: Listener) -> None:
    if listener in _listeners.get(bell, []):
        _listeners[bell].remove(listener)


def ring(bell: str, key: str) -> None:
    """Call the listeners of `bell`. They must only set a flag or wake a greenlet."""
    for listener in list(_listeners.get(bell, [])):
        listener(key)
