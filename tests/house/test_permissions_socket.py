"""Who may what over the rooms' socket: every event × every relation, against tests/house/matrix.csv."""

from collections.abc import Iterator

import pytest
from flask import Flask
from socketio.exceptions import ConnectionError as NotLetIn

from mdt.kernel import runtime
from mdt.shell import permissions
from mdt.shell.app import create_app
from tests.house.relations import RELATIONS, Relation
from tests.house.table import compare
from tests.world.house import Template, house
from tests.world.server import ServerProcess
from tests.world.socket import NAMESPACE, Browser, RoomSocket
from tests.world.whole import Ids, Whole, make_whole

EVENTS = ("join", "post", "signal", "leave")
PAYLOADS = {
    "join": {"after": 0},
    "post": {"client_id": "0b6f7d2e-6a53-4a5e-9d0e-0d1f3f2a4b5c", "type": "message", "body": {"text": "x"}},
    "signal": {"type": "typing", "body": {}},
    "leave": {},
}
CELLS = {"sign_in": "401", "not_found": "404", "forbidden": "403", "scope": "403", "watch_only": "403"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Flask]:
    with house(tmp_path_factory.mktemp("sockets") / "data", template) as settings:
        yield create_app(settings)
        runtime.database().close()


@pytest.fixture(scope="module")
def whole(app: Flask) -> Whole:
    return make_whole(app)


@pytest.fixture(scope="module")
def server(whole: Whole) -> Iterator[ServerProcess]:
    with ServerProcess(runtime.settings(), module="app") as running:
        yield running


def socket_of(whole: Whole, server: ServerProcess, relation: Relation, room_id: str) -> RoomSocket:
    """Not connected yet."""
    if relation.is_token:
        return RoomSocket(server.url, room_id, auth={"token": whole.token})
    if not relation.username:
        return RoomSocket(server.url, room_id, origin=server.url)
    caller = whole.callers[relation.username].client
    cookies = [caller.get_cookie(name) for name in ("mdt_session", "mdt_csrf")]
    pairs = "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies if cookie)
    return RoomSocket(server.url, room_id, headers={"Cookie": pairs}, origin=server.url)


def answers(socket: RoomSocket, ids: Ids) -> dict[str, str]:
    """The event's row → cell."""
    found = {}
    for event in EVENTS:
        answer = socket.call(event, {"room": ids["room"], **PAYLOADS[event]})
        found[f"{NAMESPACE} {event}"] = "may" if answer["ok"] else CELLS[answer["code"]]
    return found


@pytest.mark.parametrize("name", RELATIONS)
def test_every_event_lets_in_whom_the_table_says(whole: Whole, server: ServerProcess, name: str) -> None:
    relation = RELATIONS[name]
    ids = whole.of(relation.world)
    if "room" not in ids:
        compare(name, dict.fromkeys((f"{NAMESPACE} {event}" for event in EVENTS), "-"))
        return
    socket = socket_of(whole, server, relation, ids["room"])
    try:
        socket.connect()
    except NotLetIn:
        found = dict.fromkeys((f"{NAMESPACE} {event}" for event in EVENTS), "401")
    else:
        found = answers(socket, ids)
        socket.close()
    compare(name, found)


def test_the_table_has_every_event(app: Flask) -> None:
    marked = {row.door for row in permissions.table(app) if row.kind == "socket" and row.target}
    assert marked == {f"{NAMESPACE} {event}" for event in EVENTS}


def test_a_room_that_is_none_of_ones_business_looks_like_none(whole: Whole, server: ServerProcess) -> None:
    """Foreign and never heard of: the same acknowledgement."""
    browser = Browser(server.url, "expert1")
    told = []
    for room_id in (whole.foreign["room"], "0b6f7d2e-6a53-4a5e-9d0e-0d1f3f2a4b5c"):
        socket = browser.socket(room_id, join=False)
        told.append([socket.call(event, {"room": room_id, **PAYLOADS[event]}) for event in EVENTS[:3]])
        socket.close()
    assert told[0] == told[1]
    assert all(not answer["ok"] and answer["code"] == "not_found" for answer in told[0])
