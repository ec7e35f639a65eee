"""Inviting, answering, standing aside: the invitation is the right."""

import pytest

from tests.meetings.test_agenda import gives
from tests.world import meetings as world
from tests.world.client import Caller, SignedIn
from tests.world.people import People


def test_access_begins_and_ends_with_the_invitation(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    assert not gives(people, case_id, "glimpse", "expert1")
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    assert gives(people, case_id, "glimpse", "expert1")
    assert not gives(people, case_id, "read", "expert1")
    world.answer(people["expert1"], invitation, "tentative")
    assert not gives(people, case_id, "read", "expert1")
    world.answer(people["expert1"], invitation, "accept")
    assert gives(people, case_id, "read", "expert1")
    later = world.accepted_case(people)
    world.item(people, meeting_id, later)
    assert gives(people, later, "read", "expert1")
    expert = caller("expert1")
    declined = expert.post(f"/api/v1/invitations/{invitation}/reply", json={"answer": "decline", "code": "busy"})
    assert (declined.status_code, declined.json["state"]) == (200, "declined")
    for each in (case_id, later):
        assert not gives(people, each, "glimpse", "expert1")
    assert expert.get(f"/api/v1/meetings/{meeting_id}").status_code == 404


def test_inviting_twice_changes_nothing(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    coordinator, path = caller("coordinator"), f"/api/v1/meetings/{meeting_id}/invitations"
    ids = [people[name].person_id for name in ("chair", "expert1")]
    first = coordinator.post(path, json={"person_ids": ids})
    assert first.status_code == 200
    assert [each["state"] for each in first.json["items"]] == ["invited", "invited"]
    assert {each["person"]["id"] for each in first.json["items"]} == set(ids)
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    world.answer(people["expert1"], invitation, "accept")
    second = coordinator.post(path, json={"person_ids": [*ids, *ids]})
    states = {each["person"]["id"]: each["state"] for each in second.json["items"]}
    assert states == {ids[0]: "invited", ids[1]: "accepted"}


def test_what_an_invited_expert_sees_before_accepting(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    world.invite(people, meeting_id, "expert1")
    shown = caller("expert1").get(f"/api/v1/meetings/{meeting_id}")
    item = shown.json["agenda"][0]
    assert item["room_id"] is None
    assert set(item["case"]) == {"number", "title", "question", "hospital", "urgency", "sex", "age"}
    assert (item["case"]["question"], item["case"]["age"], item["case"]["sex"]) == (world.QUESTION, 71, "M")
    assert "陈某某" not in shown.text
    assert caller("expert2").get(f"/api/v1/meetings/{meeting_id}").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answer": "decline"}, "code"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": "decline", "code": "lazy"}, "code"),
        ({"answer": "decline", "code": "busy", "substitute": "nobody"}, "substitute"),
        ({"answer": "accept", "extra": 1}, "extra"),
    ],
)
def test_a_wrong_reply_names_its_field(people: People, caller: Caller, body: dict[str, object], field: str) -> None:
    meeting_id = world.meeting(people)
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    refused = caller("expert1").post(f"/api/v1/invitations/{invitation}/reply", json=body)
    assert (refused.status_code, list(refused.json["fields"])) == (422, [field])


def test_only_the_invited_person_replies(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    path = f"/api/v1/invitations/{world.invite(people, meeting_id, 'expert1')['expert1']}/reply"
    for username, status in (("coordinator", 403), ("chair", 403), ("expert2", 404), ("admin", 404)):
        assert caller(username).post(path, json={"answer": "accept"}).status_code == status


def test_a_substitute_of_the_same_specialty_is_invited(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    invitation = world.invite(people, meeting_id, "obstetrics")["obstetrics"]
    path = f"/api/v1/invitations/{invitation}/reply"
    body = {"answer": "decline", "code": "leave", "substitute": people["expert1"].person_id}
    refused = caller("obstetrics").post(path, json=body)
    assert list(refused.json["fields"]) == ["substitute"]
    body["substitute"] = people["county2"].person_id
    answer = caller("obstetrics").post(path, json=body)
    assert (answer.json["state"], answer.json["substitute"]["id"]) == ("substituted", people["county2"].person_id)
    assert not gives(people, case_id, "glimpse", "obstetrics")
    assert gives(people, case_id, "glimpse", "county2")
    assert not gives(people, case_id, "read", "county2")


def test_unknown_people_are_refused_and_trainees_see_no_case(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    refused = caller("coordinator").post(f"/api/v1/meetings/{meeting_id}/invitations", json={"person_ids": ["no"]})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["person_ids"])
    invitation = world.invite(people, meeting_id, "trainee")["trainee"]
    world.answer(people["trainee"], invitation, "accept")
    shown = caller("trainee").get(f"/api/v1/meetings/{meeting_id}").json
    assert shown["agenda"][0]["case"] is None
    assert not gives(people, case_id, "glimpse", "trainee")


def test_a_chair_who_declines_loses_access_and_is_shown(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people, deputy="expert1"), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    assert gives(people, case_id, "lead", "expert1")
    invitation = world.invite(people, meeting_id, "chair")["chair"]
    world.answer(people["chair"], invitation, "decline", code="leave")
    assert not gives(people, case_id, "read", "chair")
    assert caller("chair").get(f"/api/v1/meetings/{meeting_id}").status_code == 404
    clashes = caller("coordinator").get(f"/api/v1/meetings/{meeting_id}").json["clashes"]
    assert "chair_declined" in [each["code"] for each in clashes]


def test_taking_an_invitation_back_ends_what_it_gave(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    invitation = world.invite(people, meeting_id, "expert1")["expert1"]
    world.answer(people["expert1"], invitation, "accept")
    assert caller("chair").delete(f"/api/v1/invitations/{invitation}").status_code == 403
    assert caller("coordinator").delete(f"/api/v1/invitations/{invitation}").status_code == 204
    assert not gives(people, case_id, "glimpse", "expert1")
    assert world.invite(people, meeting_id, "expert1")["expert1"] != invitation


def _invite_to_case(coordinator: SignedIn, case_id: str, people: People, *names: str) -> list[dict[str, str]]:
    ids = [people[name].person_id for name in names]
    answer = coordinator.post(f"/api/v1/cases/{case_id}/invitations", json={"person_ids": ids})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, str]] = answer.json["items"]
    return items


def test_the_written_route_invites_to_one_case(people: People, caller: Caller) -> None:
    case_id = world.accepted_case(people)
    path = f"/api/v1/cases/{case_id}/invitations"
    body = {"person_ids": [people["expert1"].person_id]}
    assert caller("county").post(path, json=body).status_code == 403
    assert caller("outsider").post(path, json=body).status_code == 404
    items = _invite_to_case(caller("coordinator"), case_id, people, "expert3", "expert1")
    assert _invite_to_case(caller("coordinator"), case_id, people, "expert1") == items
    assert gives(people, case_id, "glimpse", "expert1")
    assert not gives(people, case_id, "read", "expert1")
    for name, row in zip(("expert3", "expert1"), items, strict=True):
        replied = caller(name).post(f"/api/v1/invitations/{row['id']}/reply", json={"answer": "accept"})
        assert replied.json["state"] == "accepted"
    assert gives(people, case_id, "read", "expert1")
    assert not gives(people, case_id, "lead", "expert1")
    assert gives(people, case_id, "lead", "expert3")
    caller("expert3").post(f"/api/v1/invitations/{items[0]['id']}/reply", json={"answer": "decline", "code": "busy"})
    assert not gives(people, case_id, "read", "expert3")
    assert gives(people, case_id, "lead", "expert1")
