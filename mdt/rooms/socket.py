"""The Socket.IO door of the rooms, namespace `/room`: parse, one operation or query, answer.

`install(app)` puts it under the web application; `start(rooms)` begins committing, delivering and watching in the
process that serves it.
"""

from collections.abc import Callable
from typing import Annotated, Any, cast
from urllib.parse import parse_qs

import structlog
from flask import Flask
from flask_socketio import SocketIO
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from socketio.exceptions import ConnectionRefusedError as Refusal
from werkzeug.http import parse_cookie

from mdt.identity.cookies import cookie_name
from mdt.identity.signin import actor_of_session, actor_of_token
from mdt.identity.terms import Scope
from mdt.kernel.actor import NOBODY, Actor
from mdt.kernel.errors import Forbidden, Invalid, NotFound, Refused
from mdt.kernel.i18n import in_language
from mdt.kernel.web import Target, door, encode, fields, public, sentence, shape_refusal
from mdt.rooms import queries
from mdt.rooms.committer import post_entry
from mdt.rooms.delivery import NAMESPACE, is_small
from mdt.rooms.entries import PostEntry
from mdt.rooms.live import HOME, Line
from mdt.rooms.policy import only_watches
from mdt.rooms.running import Rooms, wire_json
from mdt.rooms.terms import Where
from mdt.rooms.transport import FRAME_BYTES, Wire, guard

log = structlog.get_logger()

LINES_PER_PERSON = 24
SIGNAL_BYTES = 8 << 10
MAX_SEQ = 1 << 53

Answer = dict[str, Any]
Handler = Callable[[Line, Any], Answer]


class Ask(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    room: Annotated[str, Field(max_length=36)]


class Join(Ask):
    after: int | None = Field(default=0, ge=0, le=MAX_SEQ)


class PostTo(PostEntry):
    room: Annotated[str, Field(max_length=36)]


class Signal(Ask):
    type: Annotated[str, Field(min_length=1, max_length=20)]
    body: dict[str, Any] = {}


class Door:
    """The handlers of one process."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._live = rooms.live

    def handle(self, event: str, shape: type[BaseModel], handler: Handler, *targets: Target) -> None:
        """Register `handler` for `event`; the mark names what it leads to."""

        @door(*targets)
        def on_event(sid: str, *sent: object) -> Answer:
            line = self._live.lines.get(sid)
            if line is None:
                return {"ok": False, "code": "sign_in", "detail": ""}
            with in_language(line.actor.lang or "zh"):
                return _answer(handler, line, shape, sent[0] if sent else None)

        self._rooms.server.on(event, on_event, namespace=NAMESPACE)

    def connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """Who is it? Nobody is refused, and a token that may not read: hearing a room is reading. A cookie was only
        looked at if its Origin is ours (see `guard`)."""
        eio_sid = self._rooms.server.manager.eio_sid_from_sid(sid, NAMESPACE)
        renew = _identity(environ, auth)
        who = renew()
        place = parse_qs(environ.get("QUERY_STRING", "")).get("room", [""])[0]
        code = self._why_not(who, place)
        if code:
            self._rooms.watch.close_soon(eio_sid)
            raise Refusal(code)
        self._live.lines[sid] = Line(sid, eio_sid, who, renew, place)

    def _why_not(self, who: Actor, place: str) -> str:
        """The code of the refusal of a new socket, empty if it may stay."""
        if not who.person_id:
            return "sign_in"
        if who.kind == "token" and Scope.READ not in who.scope:
            return "scope"
        if not place or len(place) > 36:
            return "room_missing"
        return "too_many" if len(self._live.of_person(who.person_id)) >= LINES_PER_PERSON else ""

    def disconnect(self, sid: str, _reason: object = None) -> None:
        line = self._live.lines.pop(sid, None)
        if line is not None:
            self._rooms.leave(line)

    def join(self, line: Line, ask: Join) -> Answer:
        """Enter the room of this socket: what was missed since `after`, who is here, what one may do."""
        _demand_own(line, ask.room)
        if line.place == HOME:
            return {"head": 0, "entries": [], "snapshot": None, "members": [], "you": _you(line, "member")}
        return self._rooms.enter(line, ask.after or 0)

    def post(self, line: Line, ask: PostTo) -> Answer:
        """Write an entry; answered after its commit."""
        _demand_own(line, ask.room)
        change = PostEntry.model_construct(client_id=ask.client_id, type=ask.type, body=ask.body)
        written = post_entry(line.actor, line.place, change)
        return {"seq": written.seq, "id": written.id, "at": written.at}

    def signal(self, line: Line, ask: Signal) -> Answer:
        """Pass on a pointer, a live view …; nothing is stored, too many are dropped in silence."""
        _demand_own(line, ask.room)
        hall = self._live.hall_of(line)
        if hall is None:
            raise NotFound
        if not is_small(ask.body, SIGNAL_BYTES):
            raise Invalid("shape")
        if ask.type == "presence":
            line.where = Where.AWAY if ask.body.get("state") == "away" else Where.HERE
            line.follows = ask.body.get("follow") is not False
            hall.is_changed = True
            return {}
        leads = hall.leader_id == line.actor.person_id
        if "post" not in line.may or (only_watches(line.actor) and not leads):
            raise Forbidden
        if ask.type == "view" and not leads and (hall.item_id or hall.leader_id):
            raise Forbidden("not_leading")
        if line.takes_signal(ask.type):
            self._rooms.delivery.signal(line, hall, ask.type, ask.body)
        return {}

    def leave(self, line: Line, ask: Ask) -> Answer:
        """Stop hearing the room; the socket stays."""
        _demand_own(line, ask.room)
        self._rooms.leave(line)
        return {}


def _demand_own(line: Line, room_id: str) -> None:
    if room_id != line.place:
        raise NotFound


def _you(line: Line, role: str) -> dict[str, Any]:
    return {"id": line.actor.person_id, "name": line.actor.name, "role": role}


def _answer(handler: Handler, line: Line, shape: type[BaseModel], sent: object) -> Answer:
    try:
        asked = shape.model_validate(sent)
        return {"ok": True, **handler(line, asked)}
    except ValidationError as error:
        return refused(shape_refusal(error.errors()))
    except Refused as refusal:
        return refused(refusal)
    except Exception:  # the outermost loop of a socket event
        log.exception("socket.failed", room_id=line.place)
        return {"ok": False, "code": "bug", "detail": ""}


def refused(refusal: Refused) -> Answer:
    """A refusal as an acknowledgement: code, sentence, facts."""
    answer: Answer = {"ok": False, "code": refusal.code, "detail": sentence(refusal)}
    if found := fields(refusal):
        answer["fields"] = found
    return {**refusal.facts, **answer}


def _identity(environ: dict[str, Any], auth: object) -> Callable[[], Actor]:
    """A way to find the actor behind a socket, now and again later."""
    token = auth.get("token") if isinstance(auth, dict) else None
    header = environ.get("HTTP_AUTHORIZATION", "")
    bearer = token if isinstance(token, str) else header.removeprefix("Bearer ") if header else ""
    if bearer:
        return lambda: actor_of_token(bearer)
    cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(cookie_name("mdt_session"), "")
    return (lambda: actor_of_session(cookie, touch=False)) if cookie else (lambda: NOBODY)


@public("an event nobody knows is refused")
def unknown_event(_event: str, _sid: str, *_sent: object) -> Answer:
    return {"ok": False, "code": "unknown_event", "detail": ""}


def install(app: Flask) -> SocketIO:
    """Put the rooms' sockets under `app`; nothing runs before `start`. Its `rooms` is found by `rooms_of`."""
    options: dict[str, Any] = {
        "async_mode": "gevent",
        "async_handlers": False,
        "transports": ["websocket"],
        "cors_allowed_origins": [],
        "ping_interval": 5,
        "ping_timeout": 8,
        "max_http_buffer_size": FRAME_BYTES,
        "manage_session": False,
        "http_compression": False,
        "json": wire_json(encode),
    }
    socketio = SocketIO(app, **options)
    server = cast(Any, socketio).server
    server.eio._async = {**server.eio._async, "websocket": Wire}  # noqa: SLF001 - the one seam of the stock server
    app.wsgi_app = guard(app.wsgi_app, lambda: cookie_name("mdt_session"))  # type: ignore[method-assign]
    rooms = Rooms(server)
    handlers = Door(rooms)
    handlers.handle("join", Join, handlers.join, queries.entered)
    handlers.handle("post", PostTo, handlers.post, post_entry)
    handlers.handle("signal", Signal, handlers.signal, queries.entered)
    handlers.handle("leave", Ask, handlers.leave, queries.entered)
    server.on("connect", public("the socket says who it is")(_plain(handlers.connect)), namespace=NAMESPACE)
    server.on("disconnect", public("a socket is gone")(_plain(handlers.disconnect)), namespace=NAMESPACE)
    server.on("*", unknown_event, namespace=NAMESPACE)
    app.extensions["mdt_rooms"] = rooms
    return socketio


def _plain(method: Callable[..., None]) -> Callable[..., None]:
    """A function around a bound method: marks cannot be set on those."""

    def handler(*sent: Any) -> None:
        method(*sent)

    return handler


def start(app: Flask) -> Rooms:
    """Begin: the committer, delivery, presence and the watch run in this process from now on."""
    rooms: Rooms = app.extensions["mdt_rooms"]
    rooms.start()
    return rooms
