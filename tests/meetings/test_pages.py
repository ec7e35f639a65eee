"""The pages: what they show, that forms keep what was typed, that a refusal says why."""

import re

import pytest
from werkzeug.test import TestResponse

from mdt.meetings.queries.views import meeting_view
from tests.meetings.test_agenda import gives, state_of
from tests.world import meetings as world
from tests.world.client import Caller, SignedIn
from tests.world.people import People


def send(person: SignedIn, path: str, **fields: object) -> TestResponse:
    """Post a page's form."""
    return person.post(path, data={"csrf": person.csrf, **fields})


@pytest.mark.parametrize("view", ["month", "week", "list", "other"])
def test_the_calendar_shows_ones_meetings_or_says_there_are_none(people: People, caller: Caller, view: str) -> None:
    world.meeting(people)
    shown = caller("chair").get(f"/meetings?view={view}")
    assert shown.status_code == 200
    assert "呼吸多学科会诊" in shown.text
    empty = caller("outsider").get(f"/meetings?view={view}&day=rubbish")
    assert empty.status_code == 200
    assert "呼吸多学科会诊" not in empty.text
    assert "近期没有会议" in empty.text


def test_planning_keeps_what_was_typed(people: People, caller: Caller) -> None:
    coordinator = caller("coordinator")
    assert caller("county").get("/meetings/new").status_code == 403
    assert coordinator.get("/meetings/new").status_code == 200
    typed = {
        "title": "肿瘤多学科会诊",
        "kind": "mdt",
        "starts_at": "2026-12-01T16:00",
        "duration_min": "60",
        "chair": people["chair"].person_id,
        "quorum": "3",
        "call_link": "meeting.tencent.com/dm/x",
    }
    refused = send(coordinator, "/meetings/new", **typed)
    assert refused.status_code == 422
    assert "请填写以 https:// 开头的完整会议链接" in refused.text
    assert "肿瘤多学科会诊" in refused.text
    typed["call_link"] = "https://meet.jit.si/x"
    made = send(coordinator, "/meetings/new", **typed)
    assert made.status_code == 303
    meeting_id = re.search(r"/meetings/([^?]+)", made.location or "")
    assert meeting_id
    meeting = meeting_view(people["coordinator"], meeting_id[1], None)
    assert (meeting.starts_at.isoformat(), meeting.quorum) == ("2026-12-01T08:00:00+00:00", 3)
    form = coordinator.get(f"/meetings/{meeting.id}/edit")
    assert 'value="2026-12-01T16:00"' in form.text
    typed |= {"call_link": "", "deputy": people["expert1"].person_id, "version": str(meeting.version)}
    assert send(coordinator, f"/meetings/{meeting.id}/edit", **typed).status_code == 303
    stale = send(coordinator, f"/meetings/{meeting.id}/edit", **typed | {"title": "别的"})
    assert stale.status_code == 412
    assert "别的" in stale.text
    changed = meeting_view(people["coordinator"], meeting.id, None)
    assert changed.deputy is not None
    assert (changed.call_link, changed.deputy.id) == ("", people["expert1"].person_id)


def test_an_incomplete_case_is_refused_with_what_is_missing(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people, is_ready=False)
    coordinator = caller("coordinator")
    assert "必需项未满足" in coordinator.get(f"/meetings/{meeting_id}").text
    refused = send(coordinator, f"/meetings/{meeting_id}/agenda", case_id=case_id, minutes="12")
    assert refused.status_code == 409
    assert "病例资料尚缺必需项" in refused.text
    assert 'value="12"' in refused.text
    taken = send(coordinator, f"/meetings/{meeting_id}/agenda", case_id=case_id, minutes="12", reason="急诊")
    assert taken.status_code == 303
    assert state_of(people, case_id) == "scheduled"


def test_a_meeting_is_led_from_its_page(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    cases = [world.accepted_case(people) for _ in range(2)]
    items = [world.item(people, meeting_id, case_id) for case_id in cases]
    chair, path = caller("chair"), f"/meetings/{meeting_id}"
    assert send(chair, f"{path}/start").status_code == 303
    assert send(chair, f"{path}/agenda/{items[1]}/edit", position="1").status_code == 303
    assert send(chair, f"{path}/agenda/{items[1]}/start").status_code == 303
    second = send(chair, f"{path}/agenda/{items[0]}/start")
    assert second.status_code == 409
    assert "请先结束正在讨论的病例" in second.text
    unsaid = send(chair, f"{path}/agenda/{items[1]}/finish", outcome="again", reason="")
    assert unsaid.status_code == 422
    assert "再议请写明原因" in unsaid.text
    assert send(chair, f"{path}/agenda/{items[1]}/finish", outcome="decided").status_code == 303
    assert send(chair, f"{path}/end").status_code == 303
    assert [state_of(people, case_id) for case_id in cases] == ["accepted", "discussed"]
    page = chair.get(path).text
    assert "已形成结论" in page
    assert "未讨论到" in page
    assert send(chair, f"/meetings/{world.meeting(people)}/agenda/{items[0]}/start").status_code == 404


def test_people_are_invited_and_answer_on_the_page(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    coordinator, expert = caller("coordinator"), caller("expert1")
    ids = [people["expert1"].person_id, people["expert2"].person_id]
    assert send(coordinator, f"/meetings/{meeting_id}/invitations", person_ids=ids).status_code == 303
    none = send(coordinator, f"/meetings/{meeting_id}/invitations")
    assert none.status_code == 422
    page = expert.get(f"/meetings/{meeting_id}").text
    assert "请答复" in page
    assert "陈某某" not in page
    assert "邀请专家" not in page
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    unsaid = send(expert, f"/invitations/{invitation}/reply", answer="decline")
    assert unsaid.status_code == 422
    assert "请选择不能参加的原因" in unsaid.text
    assert send(expert, f"/invitations/{invitation}/reply", answer="accept").status_code == 303
    assert gives(people, case_id, "read", "expert1")
    declined = send(expert, f"/invitations/{invitation}/reply", answer="decline", code="time_clash")
    assert (declined.status_code, declined.location) == (303, "/meetings?view=list&saved=1")
    assert expert.get(f"/meetings/{meeting_id}").status_code == 404
    assert "时间不合" in coordinator.get(f"/meetings/{meeting_id}").text
    assert send(coordinator, f"/invitations/{invitation}/remove").status_code == 303


def test_a_meeting_that_goes_on_is_one_press_away(people: People, caller: Caller) -> None:
    """For who leads it and who has accepted; who has not answered is asked to answer first."""
    meeting_id = world.meeting(people)
    invitation = world.invite(people, meeting_id, "expert1", "expert2")["expert1"]
    world.answer(people["expert1"], invitation, "accept")
    assert "/rooms/" not in caller("chair").get("/").text
    assert send(caller("chair"), f"/meetings/{meeting_id}/start").status_code == 303
    assert ["/rooms/" in caller(name).get("/").text for name in ("chair", "expert1", "expert2")] == [True, True, False]


def test_a_cancelled_meeting_says_why(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    coordinator = caller("coordinator")
    assert send(coordinator, f"/meetings/{meeting_id}/cancel", reason="").status_code == 422
    assert send(coordinator, f"/meetings/{meeting_id}/cancel", reason="主持人出差").status_code == 303
    assert "会议已取消：主持人出差" in coordinator.get(f"/meetings/{meeting_id}").text
    assert coordinator.get(f"/meetings/{meeting_id}.ics").mimetype == "text/calendar"


def test_the_case_page_and_the_days_work_show_meetings(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    world.invite(people, meeting_id, "expert1")
    assert f"/meetings/{meeting_id}" in caller("county").get(f"/cases/{case_id}").text
    assert f"/meetings/{meeting_id}" in caller("expert1").get("/").text
    assert f"/meetings/{meeting_id}" not in caller("expert2").get("/").text


def test_a_written_consultation_is_asked_for_on_the_case_page(people: People, caller: Caller) -> None:
    case_id, coordinator, expert = world.accepted_case(people), caller("coordinator"), caller("expert1")
    path = f"/cases/{case_id}/invitations"
    assert "邀请书面会诊" in coordinator.get(f"/cases/{case_id}").text
    assert send(caller("county"), path, person_ids=people["expert1"].person_id).status_code == 403
    assert send(coordinator, path, person_ids=people["expert1"].person_id).status_code == 303
    glimpse = expert.get(f"/cases/{case_id}").text
    assert "陈某某" not in glimpse
    found = re.search(r"/invitations/([0-9a-f-]+)/reply", glimpse)
    assert found
    accepted = send(expert, f"/invitations/{found[1]}/reply", answer="accept")
    assert (accepted.status_code, accepted.location) == (303, f"/cases/{case_id}?saved=1")
    assert gives(people, case_id, "read", "expert1")
