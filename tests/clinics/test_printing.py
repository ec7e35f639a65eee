"""The 义诊单 through its door, and the figures of the day."""

from io import BytesIO

import pypdfium2

from mdt.clinics.operations.encounters import EncounterText, change_encounter
from mdt.clinics.queries.days import clinic_view
from mdt.clinics.queries.encounters import encounter_view
from mdt.kernel import work
from tests.world.client import Caller, SignedIn
from tests.world.clinics import film, make_day, make_encounter
from tests.world.people import People


def printed(person: SignedIn, encounter_id: str) -> str:
    answer = person.get(f"/api/v1/encounters/{encounter_id}/slip.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = pypdfium2.PdfDocument(answer.data)
    assert round(pages[0].get_width() / 72 * 25.4) == 148
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_the_slip_says_what_was_found_and_what_to_do(people: People, caller: Caller) -> None:
    day = make_day(people)
    row = make_encounter(
        people, day, finding="右上肺斑片影", advice="三日内做胸部CT", disposition="recheck", revisit_on="2026-12-09"
    )
    township = caller("township")
    data = {"file": (BytesIO(film()), "x.jpg"), "caption": "正位片"}
    township.post(f"/api/v1/encounters/{row.id}/photos", data=data)
    assert encounter_view(people["township"], row.id, None).pdf == "working"
    work.run_until_idle()
    assert encounter_view(people["township"], row.id, None).pdf == "ready"
    text = printed(township, row.id)
    for said in (
        "A001",
        "演示甲",
        "66岁",
        "右上肺斑片影",
        "三日内做胸部CT",
        "复查",
        "2026-12-09",
        "邱斌",
        "非诊断级图像",
    ):
        assert said in text
    assert "义备〔2026〕117号" in text
    change_encounter(people["township"], row.id, EncounterText(advice="改为当日"))
    assert encounter_view(people["township"], row.id, None).pdf == "working"
    work.run_until_idle()
    assert "改为当日" in printed(caller("coordinator"), row.id)


def test_what_is_not_printed_yet_says_when_to_come_back(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people))
    township = caller("township")
    early = township.get(f"/api/v1/encounters/{row.id}/slip.pdf")
    assert (early.status_code, early.json["code"]) == (409, "clinic.no_disposition")
    change_encounter(people["township"], row.id, EncounterText.model_validate({"disposition": "none"}))
    working = township.get(f"/api/v1/encounters/{row.id}/slip.pdf?wait=0")
    assert (working.status_code, working.headers["Retry-After"]) == (503, "3")


def test_a_name_without_glyph_is_refused_with_a_sentence(people: People, caller: Caller) -> None:
    row = make_encounter(people, make_day(people), name="𠮷田", disposition="none")
    work.run_until_idle()
    refused = caller("township").get(f"/api/v1/encounters/{row.id}/slip.pdf")
    assert (refused.status_code, refused.json["code"]) == (409, "pdf_refused")
    assert "𠮷" in refused.json["detail"]
    assert encounter_view(people["township"], row.id, None).pdf == "refused"


def test_the_days_figures(people: People, caller: Caller) -> None:
    day = make_day(people)
    make_encounter(people, day, disposition="none", township="白石镇")
    make_encounter(people, day, sex="F", age=5, disposition="county_hospital", township="白石镇")
    make_encounter(people, day, by="county", sex="F", age=80, disposition="emergency", township="杨柳乡")
    case = make_encounter(people, day, sex=None, age=None, finding="结节")
    make_encounter(people, day, name="演示戊")
    caller("township").post(f"/api/v1/encounters/{case.id}/to-case")
    figures = clinic_view(people["coordinator"], day.id, None).summary
    assert (figures.registered, figures.seen, figures.waiting, figures.cases) == (5, 4, 1, 1)
    assert figures.by_sex == {"M": 1, "F": 2, "unknown": 1}
    bands = {each.band: (each.male, each.female) for each in figures.by_age if each.total}
    assert bands == {"0–6": (0, 1), "60–74": (1, 0), "75+": (0, 1)}
    assert figures.by_township == {"白石镇": 2, "杨柳乡": 1}
    assert {name: number for name, number in figures.dispositions.items() if number} == {
        "none": 1,
        "county_hospital": 1,
        "emergency": 1,
        "case": 1,
    }
    assert {each.person.name: each.seen for each in figures.doctors} == {"邱斌": 3, "陈立": 1}
