"""JSON doors of the rooms: the same as the socket, for programs and weak lines."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from mdt.kernel.web import actor, door, first_answer, reply
from mdt.rooms.committer import post_entry
from mdt.rooms.entries import PostEntry
from mdt.rooms.queries import AfterSeq, EntryPage, EntryView, RoomView, entries, room

api = APIBlueprint("rooms_api", __name__, url_prefix="/api/v1")


class RoomPath(BaseModel):
    room_id: str


@api.get("/rooms/<room_id>", responses={200: RoomView})
@door(room)
def get_room(path: RoomPath) -> Response:
    """The room's state and what you may do in it."""
    return reply(room(actor(), path.room_id, None))


@api.get("/rooms/<room_id>/entries", responses={200: EntryPage})
@door(entries)
def get_entries(path: RoomPath, query: AfterSeq) -> Response:
    """The log after `after`, at most `limit` (≤ 1,000) entries."""
    return reply(entries(actor(), path.room_id, query))


@api.post("/rooms/<room_id>/entries", responses={201: EntryView})
@door(post_entry)
def post_entries(path: RoomPath, body: PostEntry) -> Response:
    """Write an entry; the same `client_id` again gets the first one."""
    return first_answer(lambda: reply(post_entry(actor(), path.room_id, body), 201))
