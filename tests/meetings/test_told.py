"""The timeline of a case tells who was asked, who accepted and who declined."""

import re

from tests.world import meetings as world
from tests.world.client import Caller
from tests.world.people import People


def test_people_asked_together_are_one_line(caller: Caller, people: People) -> None:
    case_id = world.accepted_case(people)
    planned = world.meeting(people)
    world.item(people, planned, case_id)
    asked = world.invite(people, planned, "expert1", "expert2", "expert3")
    world.answer(people["expert1"], asked["expert1"], "accept")
    world.answer(people["expert2"], asked["expert2"], "accept")
    world.answer(people["expert3"], asked["expert3"], "decline", code="busy")

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", caller("county").get(f"/cases/{case_id}").text))
    story = text[text.index("时间线") :]
    assert re.search(r"已邀请参加会诊 3 人 [\d: -]+ 林静、何志刚、沈岚", story), story
    assert re.search(r"接受邀请 2 人 [\d: -]+ 林静、何志刚", story)
    assert re.search(r"谢绝邀请 [\d: -]+ 沈岚", story)
    assert re.search(r"已指定主持 [\d: -]+ 周明远", story)

    rows = caller("county").get(f"/api/v1/cases/{case_id}/timeline").json["items"]
    granted = [row["about"]["name"] for row in rows if row["action"] == "member_granted"]
    assert sorted(granted).count("林静") == 2  # asked, then accepted
    assert {row["about"] for row in rows if row["action"] == "case_accepted"} == {None}
