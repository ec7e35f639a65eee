"""One press makes a case of an encounter: once, for the doctor who took it, with all that is known."""

from io import BytesIO

from sqlalchemy import func, select

from mdt.cases.models import Case, Material
from mdt.clinics.operations.encounters import EncounterText, change_encounter
from mdt.clinics.operations.referral import to_case
from mdt.clinics.queries.encounters import encounter_view
from mdt.identity.operations import Nothing
from mdt.kernel import runtime, work
from mdt.kernel.policy import Subject, ask, gives
from tests.world.client import Caller
from tests.world.clinics import film, make_day, make_encounter
from tests.world.people import People

KNOWN = {
    "chips": ["咳痰", "盗汗"],
    "history": ["糖尿病"],
    "finding": "右上肺尖斑片影",
    "advice": "建议CT",
    "consent": {"given": True, "by": "本人", "at": "2026-11-25"},
}


def case_of(case_id: str) -> Case:
    with runtime.database().reading() as session:
        return session.get_one(Case, case_id)


def test_the_case_holds_what_the_encounter_knows(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people), **KNOWN)
    township = caller("township")
    answer = township.post(f"/api/v1/encounters/{row.id}/to-case")
    assert answer.status_code == 201
    case = case_of(answer.json["id"])
    assert (case.state, case.requester_id) == ("draft", people["township"].person_id)
    assert (case.hospital_id, case.department) == (people["township"].hospital_id, people["township"].department)
    assert (case.patient_name, case.patient_sex, case.patient_age) == ("演示甲", "M", 66)
    assert (case.consent_given, case.consent_by, case.consent_at) == (True, "本人", "2026-11-25")
    for known in ("咳痰、盗汗；咳痰3周", "糖尿病", "右上肺尖斑片影", "建议CT", "A001"):
        assert known in case.summary
    assert "演示甲" not in case.title
    view = township.get(f"/api/v1/encounters/{row.id}").json
    assert (view["case_id"], view["disposition"]) == (case.id, "case")


def test_the_same_press_again_is_the_same_case(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people), **KNOWN)
    first = caller("township").post(f"/api/v1/encounters/{row.id}/to-case")
    again = caller("county").post(f"/api/v1/encounters/{row.id}/to-case")
    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    with runtime.database().reading() as session:
        assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 1


def test_who_took_the_encounter_asks_whoever_presses(people: People) -> None:
    row = make_encounter(people, make_day(people), by="county", **KNOWN)
    case_id, is_new = to_case(people["township"], row.id, Nothing())
    assert is_new
    assert case_of(case_id).requester_id == people["county"].person_id
    with runtime.database().reading() as session:
        assert gives(session, Subject("case", case_id), "read", people["county"])
        assert not gives(session, Subject("case", case_id), "read", people["township"])
        origin = ask(session, people["county"], Subject("case", case_id), "encounter")
    assert (origin["encounter_id"], origin["ticket"]) == (row.id, "A001")


def test_the_coordinator_makes_no_case(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people), **KNOWN)
    assert caller("coordinator").post(f"/api/v1/encounters/{row.id}/to-case").status_code == 403


def materials(case_id: str) -> list[str]:
    with runtime.database().reading() as session:
        return list(session.execute(select(Material.sha256).where(Material.case_id == case_id)).scalars())


def test_photographs_follow_before_and_after_the_press(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people), **KNOWN)
    township = caller("township")
    address = f"/api/v1/encounters/{row.id}/photos"
    assert township.post(address, data={"file": (BytesIO(film()), "a.jpg")}).status_code == 201
    work.run_until_idle()
    case_id = township.post(f"/api/v1/encounters/{row.id}/to-case").json["id"]
    assert len(materials(case_id)) == 1
    township.post(address, data={"file": (BytesIO(film((320, 200))), "b.jpg"), "caption": "侧位"})
    work.run_until_idle()
    assert len(set(materials(case_id))) == 2
    shown = encounter_view(people["township"], row.id, None).images
    assert [each.stamp for each in shown] == ["非诊断级图像"] * 2


def test_a_chosen_disposition_is_kept(people: People) -> None:
    row = make_encounter(people, make_day(people), **KNOWN)
    change_encounter(people["township"], row.id, EncounterText.model_validate({"disposition": "emergency"}))
    to_case(people["township"], row.id, Nothing())
    assert encounter_view(people["township"], row.id, None).disposition == "emergency"
