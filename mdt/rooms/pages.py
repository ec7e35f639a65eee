"""The page of a room, live or read back; a latecomer to a meeting's room is taken to where the meeting is."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity.queries import me
from mdt.kernel import clock
from mdt.kernel.web import actor, door, encode
from mdt.rooms.queries import room

pages = Blueprint("rooms", __name__)


@pages.get("/rooms/<room_id>")
@door(room)
def show_room(room_id: str) -> str | BaseResponse:
    """`?stay=1` waits in the meeting's room although the meeting is in a case's room just now."""
    view = room(actor(), room_id, None)
    if view.to and "stay" not in request.args:
        return redirect(f"/rooms/{view.to}", 303)
    card = me(actor(), None)
    facts = {
        "me": {"id": card.id, "name": card.name, "username": card.username},
        "room": view,
        "now": clock.now(),
    }
    return render_template("rooms/room.html", title=view.title, props=embedded(facts))


def embedded(facts: object) -> str:
    """JSON that may stand in a script element: nothing in it can end the element."""
    return encode(facts).decode().replace("<", "\\u003c")
