"""Who loses the right is out within a second."""

import time

import pytest

from tests.world.people import People
from tests.world.rooms import Members
from tests.world.server import ServerProcess
from tests.world.socket import Browser, NotConnected, RoomSocket


def closed_within(line: RoomSocket, seconds: float) -> str:
    begun = time.monotonic()
    message = line.wait_for_event("evicted", within_s=seconds)
    line.wait_for(lambda: not line.connected, within_s=seconds + 1 - (time.monotonic() - begun))
    return str(message["code"])


def test_a_removed_member_is_told_and_closed(
    server: ServerProcess, room_id: str, members: Members, people: People
) -> None:
    with (
        Browser(server.url, "county").socket(room_id) as county,
        Browser(server.url, "expert1").socket(room_id) as expert,
    ):
        members.remove(people["expert1"])
        assert closed_within(expert, 1) == "rights"
        county.wait_for(lambda: len((county.last("presence") or {"members": []})["members"]) == 1)
        assert county.say("weiter")["ok"]
        assert expert.last("entry") is None
        with pytest.raises(NotConnected):
            expert.say("x")


def test_signing_out_closes_every_socket_of_that_session_only(server: ServerProcess, room_id: str) -> None:
    here, elsewhere = Browser(server.url, "county"), Browser(server.url, "county")
    with here.socket(room_id) as one, here.socket("home") as home, elsewhere.socket(room_id) as other:
        assert here.call("DELETE", "/session").status_code == 204
        assert closed_within(one, 1) == "session_ended"
        assert closed_within(home, 1) == "session_ended"
        assert other.say("noch da")["ok"]


def test_a_deactivated_person_is_out_though_another_process_did_it(
    server: ServerProcess, room_id: str, people: People
) -> None:
    from mdt.identity.operations import Nothing, deactivate_person

    with Browser(server.url, "county").socket(room_id) as line:
        deactivate_person(people["qingxi_admin"], people["county"].person_id, Nothing())
        assert closed_within(line, 1.2) == "session_ended"


def test_sigterm_closes_the_sockets_and_ends(server: ServerProcess, room_id: str) -> None:
    with Browser(server.url, "county").socket(room_id) as line:
        line.say("x")
        assert server.stop(within_s=10) == 0
        line.wait_for(lambda: not line.connected)
