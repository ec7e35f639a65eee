"""The rooms over Socket.IO, against a real server process."""



from tests.world.server import ServerProcess
from tests.world.socket import Browser


def test_two_people_talk(server: ServerProcess, room_id: str) -> None:
    county, expert = Browser(server.url, "county"), Browser(server.url, "expert1")
    with county.socket(room_id) as one, expert.socket(room_id) as two:
        answer = one.say("您好")
        assert (answer["ok"], answer["seq"]) == (True, 1)
        two.wait_for(lambda: len(two.entries) == 1)
        one.wait_for(lambda: len(one.entries) == 1)
        assert one.entries == two.entries
        assert two.entries[0]["by"] == {"id": county.person["id"], "name": "陈立"}
