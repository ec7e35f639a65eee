"""Who may write which entry, and what the server adds to it. Called under the room's lock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.identity.queries import person_cards
from mdt.identity.signin import actor_of_person
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Conflict, Forbidden, Invalid, SignIn
from mdt.kernel.i18n import N_
from mdt.kernel.policy import gives
from mdt.rooms import entries
from mdt.rooms.entries import Body
from mdt.rooms.models import Room, RoomEntry
from mdt.rooms.policy import only_watches

B = TypeVar("B", bound=Body)


class NotLeading(Forbidden):
    code = "not_leading"
    sentence = N_("现在由他人控图，请先申请控图。")


class NotAuthor(Forbidden):
    code = "not_author"
    sentence = N_("只有作者本人可以修改。")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where an entry would stand: the locked room, who writes, whether they lead the discussion."""

    session: Session
    room: Room
    actor: Actor
    is_chair: bool

    @property
    def leads(self) -> bool:
        """Whether the actor may move the shared viewer: who leads; anybody while nobody does and no item runs."""
        free = not self.room.item_id and not self.room.leader_id
        return free or self.room.leader_id == self.actor.person_id

    def entry(self, ref: str, *kinds: str) -> RoomEntry:
        """An entry of this room by id. Raises Invalid."""
        wanted = select(RoomEntry).where(RoomEntry.room_id == self.room.id, RoomEntry.id == ref)
        found = self.session.execute(wanted.where(RoomEntry.type.in_(kinds)) if kinds else wanted).scalar()
        if found is None:
            raise Invalid("unknown_ref", N_("这条消息不在本会诊室中。"))
        return found

    def about(self, ref: str, kind: str) -> list[RoomEntry]:
        """The entries of `kind` that refer to `ref`, oldest first."""
        wanted = select(RoomEntry).where(
            RoomEntry.room_id == self.room.id, RoomEntry.ref == ref, RoomEntry.type == kind
        )
        return list(self.session.execute(wanted.order_by(RoomEntry.seq)).scalars())

    def name(self, person_id: str) -> str:
        card = person_cards(self.session, {person_id}).get(person_id)
        return card.name if card else ""

    def demand_chair(self) -> None:
        if not self.is_chair:
            raise Forbidden("chair_only", N_("只有主持人或会诊秘书可以这样做。"))


def settle(ground: Ground, kind: str, body: Body) -> dict[str, Any]:
    """The body to store. Raises Forbidden, Invalid or Conflict."""
    watching = only_watches(ground.actor) and kind != "hand"
    if watching and not (kind == "view" and ground.room.leader_id == ground.actor.person_id):
        raise Forbidden("watch_only", N_("学员在会诊室中只能旁听和举手。"))
    added = RULES[kind](ground, body) if kind in RULES else {}
    return body.model_dump(mode="json", exclude_unset=True, by_alias=True) | added


def _edit(ground: Ground, body: entries.Edit) -> dict[str, Any]:
    if ground.entry(body.ref, "message").author_id != ground.actor.person_id:
        raise NotAuthor
    if ground.about(body.ref, "retract"):
        raise Conflict("retracted", N_("这条消息已撤回。"))
    return {}


def _retract(ground: Ground, body: entries.Retract) -> dict[str, Any]:
    written = ground.entry(body.ref, "message", "file", "decision")
    if written.author_id != ground.actor.person_id and not ground.is_chair:
        raise NotAuthor
    return {}


def _react(ground: Ground, body: entries.React) -> dict[str, Any]:
    ground.entry(body.ref)
    return {}


def _view(ground: Ground, _body: entries.View) -> dict[str, Any]:
    if not ground.leads:
        raise NotLeading
    return {}


def _annotation(ground: Ground, body: entries.Mark) -> dict[str, Any]:
    earlier = ground.about(body.id, "annotation")
    if earlier and earlier[0].author_id != ground.actor.person_id:
        raise NotAuthor
    return {}


def _annotation_removed(ground: Ground, body: entries.MarkRemoved) -> dict[str, Any]:
    earlier = ground.about(body.id, "annotation")
    if not earlier:
        raise Invalid("unknown_ref", N_("这条消息不在本会诊室中。"))
    if earlier[0].author_id != ground.actor.person_id and not ground.is_chair:
        raise NotAuthor
    return {}


def _lead(ground: Ground, body: entries.Lead) -> dict[str, Any]:
    room, me = ground.room, ground.actor.person_id
    action = body.action or ("release" if body.to is None else "take" if body.to == me else "give")
    if action == "take":
        to = me
        if room.item_id and room.leader_id and not ground.is_chair:
            raise NotLeading
    elif action == "release":
        to = room.chair_id
        if room.leader_id != me and not ground.is_chair:
            raise NotLeading
    else:
        to = _heir(ground, body.to or "")
    names = {"from_name": ground.name(room.leader_id), "to_name": ground.name(to)}
    return {"action": action, "from": room.leader_id or None, "to": to or None, **names}


def _heir(ground: Ground, person_id: str) -> str:
    """Who is to lead next. Only who leads or chairs gives the lead, and only to somebody of this room."""
    if not ground.leads and not ground.is_chair:
        raise NotLeading
    try:
        heir = actor_of_person(person_id)
    except SignIn:
        heir = None
    if heir is None or not gives(ground.session, ground.room.subject, "post", heir):
        raise Invalid("unknown_person", N_("此人不在本会诊室中。"))
    return person_id


def _attendance(ground: Ground, body: entries.JoinLeft) -> dict[str, Any]:
    ground.demand_chair()
    return {"name": ground.name(body.person)}


def _hand(ground: Ground, body: entries.Hand) -> dict[str, Any]:
    person = body.person or ground.actor.person_id
    if body.action == "grant" or person != ground.actor.person_id:
        ground.demand_chair()
    return {"person": person, "name": ground.name(person)}


def _chair_only(ground: Ground, _body: Body) -> dict[str, Any]:
    ground.demand_chair()
    return {}


def _vote(ground: Ground, body: entries.Vote) -> dict[str, Any]:
    poll = ground.entry(body.ref, "poll")
    if ground.about(body.ref, "poll_closed"):
        raise Conflict("poll_closed", N_("表决已结束。"))
    if body.option >= len(poll.body["options"]):
        raise Invalid("shape", fields={"body.option": [N_("没有这个选项。")]})
    return {"secret": True} if poll.body.get("secret") else {}


def _poll_closed(ground: Ground, body: entries.PollClosed) -> dict[str, Any]:
    poll = ground.entry(body.ref, "poll")
    if poll.author_id != ground.actor.person_id:
        ground.demand_chair()
    if ground.about(body.ref, "poll_closed"):
        raise Conflict("poll_closed", N_("表决已结束。"))
    last = {vote.author_id: vote.body["option"] for vote in ground.about(body.ref, "vote")}
    totals = [sum(option == number for option in last.values()) for number in range(len(poll.body["options"]))]
    return {"totals": totals, "voters": len(last)}


RULES: dict[str, Callable[[Ground, Any], dict[str, Any]]] = {
    "edit": _edit,
    "retract": _retract,
    "react": _react,
    "view": _view,
    "annotation": _annotation,
    "annotation_removed": _annotation_removed,
    "lead": _lead,
    "join_left": _attendance,
    "hand": _hand,
    "poll": _chair_only,
    "vote": _vote,
    "poll_closed": _poll_closed,
    "decision": _chair_only,
    "call": _chair_only,
}
