"""Every door with what it leads to and who may: rows for docs/permissions.csv, from the registries alone."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask

from mdt.kernel.operation import Creation, Operation
from mdt.kernel.operation import registry as operations
from mdt.kernel.query import Query
from mdt.kernel.query import registry as queries

JSON_ROOTS = ("/api/", "/uploads", "/dicomweb")


class Row(NamedTuple):
    """`door` is `POST /path`, `event name` or empty for what only other operations call; `kind` is page, api, socket
    or inside; `permission` is the name of the permission (on a row) or right (without one)."""

    door: str
    kind: str
    target: str
    permission: str
    public: str


def table(app: Flask) -> list[Row]:
    """All doors of `app` and all operations behind them, sorted."""
    rows = [*_routes(app), *_events(app)]
    reached = {row.target for row in rows}
    names = {target: name for name, target in [*operations.items(), *queries.items()]}
    rows += [Row("", "inside", name, permission_of(t), "") for t, name in names.items() if name not in reached]
    return sorted(set(rows))


def permission_of(target: object) -> str:
    """The name of the permission or right that guards a target."""
    if isinstance(target, Operation | Query):
        return str(target.permission.name)
    return str(target.right.name) if isinstance(target, Creation) or hasattr(target, "right") else ""


def _routes(app: Flask) -> Iterator[Row]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        kind = "api" if rule.rule.startswith(JSON_ROOTS) else "page"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield from _of(app.view_functions[rule.endpoint], f"{method} {rule.rule}", kind)


def _events(app: Flask) -> Iterator[Row]:
    """Handlers of Socket.IO events, where the rooms are installed."""
    socketio = app.extensions.get("socketio")
    handlers: dict[str, dict[str, Any]] = socketio.server.handlers if socketio and socketio.server else {}
    for namespace, events in handlers.items():
        for event, handler in events.items():
            yield from _of(handler, f"{namespace} {event}", "socket")


def _of(view: object, door: str, kind: str) -> Iterator[Row]:
    names = {target: name for name, target in [*operations.items(), *queries.items()]}
    reason = str(getattr(view, "__mdt_public__", ""))
    targets = getattr(view, "__mdt_targets__", ())
    if reason or not targets:
        yield Row(door, kind, "", "", reason)
    for target in targets:
        yield Row(door, kind, names.get(target, ""), permission_of(target), reason)
