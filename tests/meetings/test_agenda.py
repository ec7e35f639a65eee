"""Putting cases on an agenda, the hard gate of readiness, order and minutes, taking them off."""

from mdt.cases.operations.end import Withdraw, withdraw_case
from mdt.kernel import policy, runtime
from mdt.kernel.policy import Subject
from mdt.meetings.operations.agenda import AddItem, add_item
from mdt.meetings.queries.views import meeting_view
from tests.world import meetings as world
from tests.world.client import Caller
from tests.world.people import People


def state_of(people: People, case_id: str) -> str:
    from mdt.cases.queries.cards import case_cards

    with runtime.database().reading() as session:
        return case_cards(session, [case_id])[case_id].state.value


def gives(people: People, case_id: str, access: str, username: str) -> bool:
    with runtime.database().reading() as session:
        return policy.gives(session, Subject("case", case_id), access, people[username])


def test_a_ready_case_is_scheduled(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    answer = caller("coordinator").post(
        f"/api/v1/meetings/{meeting_id}/agenda", json={"case_id": case_id, "minutes": 12}
    )
    assert answer.status_code == 201, answer.text
    item = answer.json
    assert (item["case_id"], item["minutes"], item["position"], item["state"]) == (case_id, 12, 1, "planned")
    assert item["missing"] == []
    assert item["room_id"]
    assert state_of(people, case_id) == "scheduled"


def test_an_incomplete_case_needs_an_override_with_a_reason(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people, is_ready=False)
    coordinator, path = caller("coordinator"), f"/api/v1/meetings/{meeting_id}/agenda"
    refused = coordinator.post(path, json={"case_id": case_id, "minutes": 10})
    assert (refused.status_code, refused.json["code"]) == (409, "case.not_ready")
    assert "img_present" in refused.json["missing"]
    assert state_of(people, case_id) == "accepted"
    assert coordinator.post(path, json={"case_id": case_id, "override": {"reason": ""}}).status_code == 422
    taken = coordinator.post(path, json={"case_id": case_id, "override": {"reason": "急诊，影像随后补"}})
    assert taken.status_code == 201
    assert "img_present" in taken.json["missing"]
    assert taken.json["override_reason"] == "急诊，影像随后补"
    with runtime.database().reading() as session:
        from sqlalchemy import select

        from mdt.kernel.ledger import EventRow

        rows = session.execute(select(EventRow).where(EventRow.name == "ItemOverridden")).scalars().all()
    assert [row.subject_id for row in rows] == [case_id]


def test_a_case_stands_on_one_open_agenda_only(people: People, caller: Caller) -> None:
    first, second, case_id = world.meeting(people), world.meeting(people, days=1), world.accepted_case(people)
    world.item(people, first, case_id)
    refused = caller("coordinator").post(f"/api/v1/meetings/{second}/agenda", json={"case_id": case_id})
    assert (refused.status_code, refused.json["code"]) == (409, "case.on_agenda")
    assert refused.json["meeting_id"] == first


def test_who_may_not_put_cases_on_an_agenda(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    path, body = f"/api/v1/meetings/{meeting_id}/agenda", {"case_id": case_id}
    assert caller("chair").post(path, json=body).status_code == 403
    assert caller("county").post(path, json=body).status_code == 404
    assert caller("outsider").post(path, json=body).status_code == 404
    unknown = caller("coordinator").post(path, json={"case_id": "no-such-case"})
    assert unknown.status_code == 404


def test_order_minutes_and_presenter_change(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    items = [world.item(people, meeting_id, world.accepted_case(people)) for _ in range(3)]
    chair = caller("chair")
    moved = chair.patch(f"/api/v1/meetings/{meeting_id}/agenda/{items[2]}", json={"position": 1, "minutes": 15})
    assert (moved.status_code, moved.json["position"], moved.json["minutes"]) == (200, 1, 15)
    agenda = chair.get(f"/api/v1/meetings/{meeting_id}").json["agenda"]
    assert [each["id"] for each in agenda] == [items[2], items[0], items[1]]
    assert [each["position"] for each in agenda] == [1, 2, 3]
    other = world.meeting(people, days=2)
    wrong = chair.patch(f"/api/v1/meetings/{other}/agenda/{items[0]}", json={"minutes": 5})
    assert wrong.status_code == 404
    bad = chair.patch(f"/api/v1/meetings/{meeting_id}/agenda/{items[0]}", json={"minutes": 0})
    assert bad.status_code == 422
    who = chair.patch(f"/api/v1/meetings/{meeting_id}/agenda/{items[0]}", json={"presenter": "nobody"})
    assert (who.status_code, list(who.json["fields"])) == (422, ["presenter"])


def test_a_case_leaves_the_agenda_and_its_rights_end(people: People, caller: Caller) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    item_id = world.item(people, meeting_id, case_id)
    assert gives(people, case_id, "lead", "chair")
    removed = caller("coordinator").delete(f"/api/v1/meetings/{meeting_id}/agenda/{item_id}")
    assert removed.status_code == 204
    assert state_of(people, case_id) == "accepted"
    assert not gives(people, case_id, "read", "chair")
    assert world.item(people, meeting_id, case_id)


def test_a_withdrawn_case_leaves_the_agenda(people: People) -> None:
    meeting_id, case_id = world.meeting(people), world.accepted_case(people)
    world.item(people, meeting_id, case_id)
    withdraw_case(people["county"], case_id, Withdraw(reason="患者转院"))
    assert meeting_view(people["coordinator"], meeting_id, None).agenda == []
    assert not gives(people, case_id, "read", "chair")


def test_a_running_case_that_is_withdrawn_closes_its_item(people: People) -> None:
    live = world.live_meeting(people)
    from mdt.identity.operations import Nothing
    from mdt.meetings.operations.running import start_item

    start_item(people["chair"], live.items[0], Nothing())
    withdraw_case(people["county"], live.cases[0], Withdraw(reason="患者转院"))
    item = meeting_view(people["coordinator"], live.id, None).agenda[0]
    assert (item.state, item.outcome) == ("finished", "deferred")


def test_nobody_reads_another_hospitals_case_on_a_shared_agenda(people: People, caller: Caller) -> None:
    meeting_id = world.meeting(people)
    mine, other = world.accepted_case(people), world.accepted_case(people, by="outsider", title="胃癌术前评估")
    world.item(people, meeting_id, mine)
    world.item(people, meeting_id, other)
    agenda = caller("county").get(f"/api/v1/meetings/{meeting_id}").json["agenda"]
    assert [each["case_id"] for each in agenda] == [mine, None]
    assert agenda[1]["case"] is None
    assert "胃癌" not in caller("county").get(f"/api/v1/meetings/{meeting_id}").text
    assert caller("county2").get(f"/api/v1/meetings/{meeting_id}").status_code == 404


def test_an_item_is_added_to_no_meeting_that_is_over(people: People, caller: Caller) -> None:
    live, case_id = world.live_meeting(people), world.accepted_case(people)
    assert add_item(people["coordinator"], live.id, AddItem(case_id=case_id)).position == 2
    caller("chair").post(f"/api/v1/meetings/{live.id}/end")
    assert state_of(people, case_id) == "accepted"
    refused = caller("coordinator").post(f"/api/v1/meetings/{live.id}/agenda", json={"case_id": case_id})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
