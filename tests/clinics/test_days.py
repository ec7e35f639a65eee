"""A free-clinic day from plan to report, and who may do what to it."""

from datetime import timedelta

import pytest

from mdt.clinics.operations.days import ChangeClinic, CloseClinic, OpenClinic, change_clinic, close_clinic, open_clinic
from mdt.clinics.queries.days import FindClinics, clinic_view, clinics
from mdt.clinics.queries.encounters import clinic_encounters
from mdt.clinics.terms import DayState
from mdt.kernel import clock, runtime
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from mdt.kernel.policy import Subject, gives
from tests.world.client import Caller
from tests.world.clinics import FILING, make_day, make_encounter
from tests.world.people import People

STRANGERS = ("county2", "outsider", "trainee", "qingxi_admin", "admin", "chair")


def plan(people: People, **values: object) -> dict[str, object]:
    roster = [people[name].person_id for name in ("township", "county")]
    return {
        "title": "白石镇冬季义诊",
        "place": "白石镇卫生院",
        "starts_at": "2026-12-01T01:00:00Z",
        "duration_min": 240,
        "filing": FILING,
        "roster": roster,
        **values,
    }


def test_the_coordinator_makes_a_filed_day_with_a_hidden_meeting(people: People, caller: Caller) -> None:
    coordinator = caller("coordinator")
    answer = coordinator.post("/api/v1/clinics", json=plan(people), headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201
    assert answer.json["state"] == "filed"
    assert answer.json["meeting_id"]
    assert [each["id"] for each in answer.json["roster"]] == plan(people)["roster"]
    assert coordinator.post("/api/v1/clinics", json=plan(people), headers={"Idempotency-Key": "k1"}).json == answer.json
    assert coordinator.get("/api/v1/meetings").json["items"] == []


def test_a_day_without_a_number_is_planned_and_a_number_files_it(people: People, caller: Caller) -> None:
    coordinator = caller("coordinator")
    made = coordinator.post("/api/v1/clinics", json=plan(people, filing=None)).json
    assert made["state"] == "planned"
    filed = coordinator.patch(f"/api/v1/clinics/{made['id']}", json={"filing": FILING, "title": "改期义诊"})
    assert (filed.status_code, filed.json["state"], filed.json["title"]) == (200, "filed", "改期义诊")
    stale = coordinator.patch(f"/api/v1/clinics/{made['id']}", json={"title": "又改"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize("who", ["county", "township", "expert1", "admin"])
def test_only_a_coordinator_makes_days(people: People, caller: Caller, who: str) -> None:
    assert caller(who).post("/api/v1/clinics", json=plan(people)).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"roster": []}, {"roster": ["nobody"]}, {"place": ""}, {"duration_min": 1}, {"secret": 1}]
)
def test_a_day_with_wrong_values_is_refused(people: People, caller: Caller, wrong: dict[str, object]) -> None:
    answer = caller("coordinator").post("/api/v1/clinics", json=plan(people, **wrong))
    assert answer.status_code == 422
    assert set(answer.json["fields"]) & {*wrong, "roster"}


def test_a_roster_needs_a_clinician(people: People) -> None:
    with pytest.raises(Invalid):
        make_day(people, roster=("coordinator",))


def test_an_unfiled_day_opens_with_the_coordinators_reason_only(people: People, caller: Caller) -> None:
    day = make_day(people, filed=False)
    address = f"/api/v1/clinics/{day.id}/open"
    refused = caller("coordinator").post(address)
    assert (refused.status_code, refused.json["code"]) == (409, "clinic.not_filed")
    override = {"override": {"reason": "卫健局电话同意，补备案"}}
    assert caller("township").post(address, json=override).status_code == 403
    opened = caller("coordinator").post(address, json=override)
    assert (opened.status_code, opened.json["state"]) == (200, "open")
    assert opened.json["override_reason"] == "卫健局电话同意，补备案"


def test_an_encounter_does_not_open_an_unfiled_day(people: People) -> None:
    day = make_day(people, filed=False)
    with pytest.raises(Conflict) as refused:
        make_encounter(people, day)
    assert refused.value.facts["state"] == "planned"


def test_a_filed_day_opens_with_its_first_encounter(people: People) -> None:
    day = make_day(people)
    make_encounter(people, day)
    assert clinic_view(people["coordinator"], day.id, None).state is DayState.OPEN


def test_a_day_closes_when_nothing_is_left_to_upload(people: People, caller: Caller) -> None:
    day = make_day(people)
    make_encounter(people, day)
    make_encounter(people, day, disposition="none")
    township = caller("township")
    refused = township.post(f"/api/v1/clinics/{day.id}/close", json={"not_uploaded": 2})
    assert (refused.status_code, refused.json["code"]) == (409, "clinic.not_uploaded")
    assert "2" in refused.json["detail"]
    closed = township.post(f"/api/v1/clinics/{day.id}/close")
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    assert (closed.json["summary"]["left"], closed.json["summary"]["seen"]) == (1, 1)
    assert township.post(f"/api/v1/clinics/{day.id}/report").status_code == 403
    reported = caller("coordinator").post(f"/api/v1/clinics/{day.id}/report")
    assert reported.json["state"] == "reported"
    with pytest.raises(Conflict):
        close_clinic(people["township"], day.id, CloseClinic())


def test_who_closes_a_day_is_told_whose_tablet_fell_silent(people: People, caller: Caller) -> None:
    with clock.shifted(-timedelta(minutes=20)):
        day = make_day(people)
        clinic_encounters(people["county"], day.id, None)  # set up before the first person comes
        make_encounter(people, day)
        clinic_encounters(people["township"], day.id, None)
    assert [one.person.id for one in clinic_view(people["coordinator"], day.id, None).silent] == [
        people["county"].person_id,
        people["township"].person_id,
    ]
    clinic_encounters(people["township"], day.id, None)
    (silent,) = clinic_view(people["coordinator"], day.id, None).silent
    assert silent.person.id == people["county"].person_id
    assert f"{silent.person.name} 的平板" in caller("coordinator").get(f"/clinics/{day.id}/day").text
    close_clinic(people["township"], day.id, CloseClinic())
    assert clinic_view(people["coordinator"], day.id, None).silent == []


@pytest.mark.parametrize("who", STRANGERS)
def test_to_everybody_else_the_day_does_not_exist(people: People, caller: Caller, who: str) -> None:
    day = make_day(people)
    row = make_encounter(people, day)
    stranger = caller(who)
    addresses = [f"/clinics/{day.id}", f"/clinics/{day.id}/encounters", f"/clinics/{day.id}/screen"]
    addresses += [f"/encounters/{row.id}", f"/encounters/{row.id}/slip.pdf"]
    for address in addresses:
        assert stranger.get(f"/api/v1{address}").status_code == 404, address
    taken = stranger.post(f"/api/v1/clinics/{day.id}/encounters", json={"name": "演示乙"})
    assert taken.status_code == 404
    assert stranger.patch(f"/api/v1/encounters/{row.id}", json={"age": 1}).status_code == 404
    assert stranger.post(f"/api/v1/encounters/{row.id}/to-case").status_code == 404
    assert stranger.post(f"/api/v1/clinics/{day.id}/open").status_code == 404
    assert stranger.get("/api/v1/clinics").json["items"] == []


def test_leaving_the_roster_takes_the_day_away(people: People) -> None:
    day = make_day(people)
    row = make_encounter(people, day)
    rest = ChangeClinic(roster=[people["county"].person_id])
    with pytest.raises(Forbidden):
        change_clinic(people["township"], day.id, rest)
    change_clinic(people["coordinator"], day.id, rest)
    with pytest.raises(NotFound):
        clinic_view(people["township"], day.id, None)
    with runtime.database().reading() as session:
        for access in ("read", "add"):
            assert not gives(session, Subject("encounter", row.id), access, people["township"])
            assert gives(session, Subject("encounter", row.id), access, people["county"])
        assert not gives(session, Subject("meeting", day.meeting_id), "read", people["township"])


def test_who_serves_is_told_of_the_day_and_of_its_changes(people: People, caller: Caller) -> None:
    """In the words of a free clinic and with its page; not as a consultation meeting that waits for an answer."""

    def told(name: str) -> list[tuple[str, str]]:
        items = caller(name).get("/api/v1/notices").json["items"]
        return [(each["text"], each["link"]) for each in items]

    coordinator = caller("coordinator")
    day = coordinator.post("/api/v1/clinics", json=plan(people)).json
    link = f"/clinics/{day['id']}"
    assert told("county") == [("您已列入 12-01 09:00 的义诊名单。", link)]
    roster = [people[name].person_id for name in ("county", "expert1")]
    change = {"starts_at": "2026-12-02T01:00:00Z", "place": "白石镇卫生院", "roster": roster}
    headers = {"If-Match": f'"{day["version"]}"'}
    assert coordinator.patch(f"/api/v1/clinics/{day['id']}", json=change, headers=headers).status_code == 200
    assert told("county")[0] == ("义诊的时间或地点有变动，现为 12-02 09:00。", link)
    assert told("expert1") == [("您已列入 12-02 09:00 的义诊名单。", link)]
    assert len(told("township")) == 1


def test_the_list_holds_the_days_of_ones_roster(people: People) -> None:
    mine = make_day(people)
    make_day(people, roster=("outsider",))
    assert [each.id for each in clinics(people["township"], FindClinics()).items] == [mine.id]
    assert len(clinics(people["coordinator"], FindClinics()).items) == 2
    page = clinics(people["coordinator"], FindClinics(limit=1))
    older = clinics(people["coordinator"], FindClinics(limit=1, cursor=page.next or ""))
    assert {page.items[0].id, older.items[0].id} == {
        each.id for each in clinics(people["coordinator"], FindClinics()).items
    }


def test_two_people_edit_a_day(people: People) -> None:
    day = make_day(people)
    open_clinic(people["township"], day.id, OpenClinic())
    with pytest.raises(Stale):
        change_clinic(people["coordinator"], day.id, ChangeClinic(title="晚了"), version=1)
