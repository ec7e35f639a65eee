"""The page of a room: who gets it, what it carries, where latecomers go."""

import orjson
from flask.testing import FlaskClient

from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.policy import Subject
from mdt.meetings.operations.running import start_item
from mdt.rooms.pages import embedded
from mdt.rooms.queries import room_ids
from tests.world.client import Caller
from tests.world.meetings import live_meeting
from tests.world.people import People


def _facts(html: str) -> dict[str, object]:
    block = html.split('id="room-props">')[1].split("</script>", maxsplit=1)[0]
    found: dict[str, object] = orjson.loads(block)
    return found


def test_page_carries_the_room_and_its_reader(caller: Caller, room_id: str, people: People) -> None:
    answer = caller("county").get(f"/rooms/{room_id}")
    assert answer.status_code == 200
    facts = _facts(answer.text)
    assert facts["room"]["id"] == room_id  # type: ignore[index]
    assert facts["room"]["may"] == ["post"]  # type: ignore[index]
    assert facts["me"]["id"] == people["county"].person_id  # type: ignore[index]
    assert str(facts["now"]).endswith("Z")


def test_stranger_gets_404_as_for_a_room_that_is_not(caller: Caller, room_id: str) -> None:
    outsider = caller("outsider")
    assert outsider.get(f"/rooms/{room_id}").status_code == 404
    assert outsider.get("/rooms/00000000-0000-7000-8000-000000000000").status_code == 404


def test_nobody_is_sent_to_sign_in(client: FlaskClient, room_id: str) -> None:
    answer = client.get(f"/rooms/{room_id}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/login?next=/rooms/{room_id}"


def test_latecomer_is_taken_to_where_the_meeting_is(caller: Caller, people: People) -> None:
    live = live_meeting(people)
    start_item(people["chair"], live.items[0], Nothing())
    case, meeting = Subject("case", live.cases[0]), Subject("meeting", live.id)
    with runtime.database().reading() as session:
        rooms = room_ids(session, [case, meeting])
    chair = caller("chair")
    answer = chair.get(f"/rooms/{rooms[meeting]}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/rooms/{rooms[case]}"
    assert chair.get(f"/rooms/{rooms[meeting]}?stay=1").status_code == 200


def test_a_title_cannot_end_the_data_block() -> None:
    assert "</script>" not in embedded({"title": "</script><b>"})
