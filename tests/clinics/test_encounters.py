"""Encounters: tickets, queue, text, two devices."""

import threading
from datetime import timedelta

import pytest

from mdt.clinics.operations.days import CloseClinic, close_clinic
from mdt.clinics.operations.encounters import (
    EncounterText,
    TakeEncounter,
    call_next,
    change_encounter,
    take_encounter,
)
from mdt.clinics.queries.days import hidden_name, screen_view
from mdt.clinics.queries.encounters import clinic_encounters, encounter_view
from mdt.clinics.terms import Turn
from mdt.identity.operations import Nothing
from mdt.kernel import clock
from mdt.kernel.errors import Conflict, Invalid
from tests.world.client import Caller
from tests.world.clinics import make_day, make_encounter
from tests.world.people import People

SEEN = {
    "name": "演示甲",
    "sex": "M",
    "age": 66,
    "phone": "13800000000",
    "complaint": "咳痰3周，盗汗",
    "finding": "右上肺尖斑片影",
    "advice": "到县医院做胸部CT",
    "disposition": "county_hospital",
    "revisit_on": "2026-12-01",
}


def test_an_encounter_through_the_api(people: People, caller: Caller) -> None:
    day = make_day(people)
    township = caller("township")
    answer = township.post(f"/api/v1/clinics/{day.id}/encounters", json=SEEN)
    assert answer.status_code == 201
    made = answer.json
    assert {name: made[name] for name in SEEN} == SEEN
    assert (made["ticket"], made["state"], made["images"]) == ("A001", "done", [])
    assert made["doctor"]["id"] == people["township"].person_id
    changed = township.patch(
        f"/api/v1/encounters/{made['id']}", json={"advice": "三日内", "revisit_on": None}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    assert (changed.json["advice"], changed.json["revisit_on"], changed.json["finding"]) == (
        "三日内",
        None,
        SEEN["finding"],
    )
    stale = township.patch(f"/api/v1/encounters/{made['id']}", json={"age": 67}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    audit = caller("coordinator").get(f"/api/v1/encounters/{made['id']}")
    assert audit.json["version"] == changed.json["version"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"age": 151}, "age"),
        ({"sex": "X"}, "sex"),
        ({"disposition": "home"}, "disposition"),
        ({"disposition": "recheck", "revisit_on": None}, "revisit_on"),
        ({"disposition": None, "state": "done"}, "disposition"),
        ({"images": [{"id": "unknown"}]}, "images"),
        ({"diagnosis": "x"}, "diagnosis"),
    ],
)
def test_wrong_values_name_their_field(people: People, caller: Caller, wrong: dict[str, object], field: str) -> None:
    day = make_day(people)
    answer = caller("township").post(f"/api/v1/clinics/{day.id}/encounters", json={**SEEN, **wrong})
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json["fields"])
    assert clinic_encounters(people["township"], day.id, None).items == []


def test_the_coordinator_sees_encounters_and_takes_none(people: People, caller: Caller) -> None:
    day = make_day(people)
    row = make_encounter(people, day)
    coordinator = caller("coordinator")
    assert coordinator.get(f"/api/v1/encounters/{row.id}").status_code == 200
    assert coordinator.post(f"/api/v1/clinics/{day.id}/encounters", json=SEEN).status_code == 403
    assert coordinator.patch(f"/api/v1/encounters/{row.id}", json={"age": 1}).status_code == 403


def test_two_devices_draw_tickets_without_gap_or_double(people: People) -> None:
    day = make_day(people)
    failures: list[BaseException] = []

    def device(name: str) -> None:
        try:
            for number in range(8):
                make_encounter(people, day, by=name, name=f"演示{number}")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=device, args=(name,)) for name in ("township", "county", "expert1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    tickets = [row.ticket for row in clinic_encounters(people["township"], day.id, None).items]
    assert tickets == [f"A{number:03}" for number in range(1, 25)]


def test_the_same_client_id_is_the_same_encounter(people: People, caller: Caller) -> None:
    day = make_day(people)
    township = caller("township")
    body = {**SEEN, "client_id": "7d0f2a56-95a5-4ab0-b4a5-0c5a9b2f6a11"}
    first = township.post(f"/api/v1/clinics/{day.id}/encounters", json=body)
    again = township.post(f"/api/v1/clinics/{day.id}/encounters", json=body)
    assert first.json["id"] == again.json["id"]
    assert len(clinic_encounters(people["township"], day.id, None).items) == 1


def test_the_queue_calls_the_lowest_waiting_ticket(people: People) -> None:
    day = make_day(people)
    first, second = make_encounter(people, day), make_encounter(people, day, name="王小明")
    called = call_next(people["township"], day.id, Nothing())
    assert called is not None
    assert called.id == first.id
    other = call_next(people["county"], day.id, Nothing())
    assert other is not None
    assert other.id == second.id
    assert call_next(people["county"], day.id, Nothing()) is None
    change_encounter(people["township"], first.id, EncounterText(state=Turn.IN))
    view = encounter_view(people["township"], first.id, None)
    assert view.doctor is not None
    assert view.doctor.id == people["township"].person_id
    change_encounter(people["county"], first.id, EncounterText(state=Turn.LEFT))
    assert encounter_view(people["township"], first.id, None).state is Turn.LEFT


def test_the_screen_shows_numbers_and_a_star(people: People, caller: Caller) -> None:
    day = make_day(people)
    make_encounter(people, day, name="王小明")
    make_encounter(people, day, name="欧阳修")
    call_next(people["township"], day.id, Nothing())
    answer = caller("township").get(f"/api/v1/clinics/{day.id}/screen")
    assert answer.json["called"] == [{"ticket": "A001", "name": "王*"}]
    assert answer.json["waiting"] == [{"ticket": "A002", "name": "欧*"}]
    assert "小明" not in answer.text
    page = caller("township").get(f"/clinics/{day.id}/screen")
    assert "A001" in page.text
    assert "小明" not in page.text
    assert hidden_name("") == "*"
    assert screen_view(people["coordinator"], day.id, None).waiting_count == 1


def test_what_a_tablet_wrote_before_the_day_closed_still_arrives(people: People) -> None:
    day = make_day(people)
    make_encounter(people, day, disposition="none")
    before = clock.now()
    close_clinic(people["township"], day.id, CloseClinic())
    late = make_encounter(people, day, written_at=before, disposition="none")
    assert late.ticket == "A002"
    for moment in (None, before + timedelta(hours=1)):
        with pytest.raises(Conflict):
            take_encounter(people["township"], day.id, TakeEncounter(name="演示丙", written_at=moment))


def test_a_name_cannot_be_emptied(people: People) -> None:
    row = make_encounter(people, make_day(people))
    with pytest.raises(Invalid):
        change_encounter(people["township"], row.id, EncounterText(name=""))


def test_chips_and_consent_merge(people: People) -> None:
    row = make_encounter(people, make_day(people), chips=["咳嗽", "咳痰", "咳嗽"], history=["糖尿病"])
    change = {"consent": {"given": True, "by": "本人", "at": "2026-11-25"}}
    change_encounter(people["township"], row.id, EncounterText.model_validate(change))
    view = encounter_view(people["township"], row.id, None)
    assert (view.chips, view.history) == (["咳嗽", "咳痰"], ["糖尿病"])
    assert (view.consent.given, view.consent.by, view.consent.at) == (True, "本人", "2026-11-25")
    change_encounter(people["township"], row.id, EncounterText.model_validate({"consent": None}))
    assert encounter_view(people["township"], row.id, None).consent.given is False
