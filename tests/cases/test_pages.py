"""The pages: each state and relation is shown, forms work without script, refusals keep what was typed."""

import io
import re

import pytest

from mdt.cases.operations.course import Schedule, begin_discussion, schedule
from mdt.cases.operations.materials import make_phone_link
from mdt.cases.operations.review import Return, return_case
from mdt.cases.terms import Relation
from mdt.identity.operations import Nothing
from mdt.kernel.actor import SYSTEM
from mdt.kernel.transaction import transaction
from tests.cases.test_api import JPEG
from tests.cases.test_rights import concluded
from tests.world.cases import accepted, draft, give, state_of, submitted
from tests.world.client import Caller, SignedIn
from tests.world.people import People


def page(who: SignedIn, path: str, status: int = 200) -> str:
    answer = who.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def form(who: SignedIn, path: str, **fields: object) -> tuple[int, str]:
    answer = who.post(path, data={"csrf": who.csrf, **fields})
    return answer.status_code, answer.text


def test_every_state_has_a_page_for_each_who_may_see_it(people: People, caller: Caller) -> None:
    returned = submitted(people)
    return_case(
        people["coordinator"], returned.id, Return(items=[{"key": "img_present"}, {"key": "x", "text": "薄层"}])
    )
    discussing = accepted(people)
    with transaction(SYSTEM) as tx:
        schedule.inside(tx, discussing.id, Schedule(meeting_id="m"))
        begin_discussion.inside(tx, discussing.id, Nothing())
    ids = [submitted(people).id, returned.id, accepted(people).id, discussing.id, concluded(people)]
    county, coordinator = caller("county"), caller("coordinator")
    for case_id in ids:
        for who in (county, coordinator):
            for tail in ("", "?audit=1", "?do=return", "?do=withdraw"):
                assert case_id in page(who, f"/cases/{case_id}{tail}")
        page(county, f"/cases/{case_id}/edit")
    for who in (county, coordinator, caller("expert1"), caller("qingxi_admin"), caller("trainee")):
        for path in (
            "/",
            "/cases",
            "/cases?view=list",
            "/cases?part=lanes",
            "/cases?q=zeng",
            "/cases?state=zzz&cursor=q",
        ):
            page(who, path)


def test_the_invited_see_no_name_and_strangers_no_page(people: People, caller: Caller) -> None:
    case = submitted(people)
    give(case.id, people["expert1"], Relation.INVITED)
    seen = page(caller("expert1"), f"/cases/{case.id}")
    assert "曾演示" not in seen
    assert case.number in seen
    page(caller("expert1"), f"/cases/{case.id}/edit", 404)
    for name in ("outsider", "county2", "trainee", "admin", "qingxi_admin"):
        page(caller(name), f"/cases/{case.id}", 404)


def test_a_draft_is_written_and_submitted_without_script(people: People, caller: Caller) -> None:
    county = caller("county")
    assert "new-case" in page(county, "/cases/new")
    begun = county.post("/cases/new", data={"csrf": county.csrf})
    path = begun.headers["Location"]
    assert county.get("/cases/new").headers["Location"] == path, "an untouched draft is taken up again"
    status, text = form(
        county, path, action="submit", title="标题<b>", **{"patient.name": "演示甲", "patient.age": "200"}
    )
    assert (status, "演示甲" in text, "标题&lt;b&gt;" in text) == (422, True, True)
    sent = {"patient.name": "演示甲", "patient.age": "56", "patient.sex": "M"}
    status, text = form(county, path, action="submit", title="标题", **sent)
    assert status == 422
    assert "请写下至少一个要请专家回答的问题" in text
    sent |= {"summary": "体检发现", "question": "性质如何，是否手术？", "question_id": "", "urgency": "urgent"}
    status, _text = form(county, path, action="submit", **sent)
    assert status == 303
    assert state_of(path.split("/")[2]) == "submitted"


def test_a_stale_form_shows_both_texts(people: People, caller: Caller) -> None:
    county = caller("county")
    case = draft(people)
    county.patch(f"/api/v1/cases/{case.id}", json={"summary": "同事写的"})
    status, text = form(county, f"/cases/{case.id}/edit", version="1", summary="我写的", title="t")
    assert status == 412
    assert "同事写的" in text
    assert "我写的" in text


@pytest.mark.parametrize(
    ("action", "wrong", "right", "state"),
    [
        ("decline", {"code": "duplicate", "reason": ""}, {"code": "duplicate", "reason": "重复"}, "declined"),
        ("return", {"other": " "}, {"key": "img_present", "text.img_present": "请传影像"}, "returned"),
        ("accept", {"route": "x"}, {"route": "written", "specialties": "影像、胸外"}, "accepted"),
    ],
)
def test_the_coordinators_forms(
    people: People, caller: Caller, action: str, wrong: dict[str, str], right: dict[str, str], state: str
) -> None:
    case = submitted(people)
    coordinator = caller("coordinator")
    status, text = form(coordinator, f"/cases/{case.id}/do/{action}", **wrong)
    assert status == 422
    assert re.search(rf'id="{action}-dialog"[^>]* open', text)
    assert form(coordinator, f"/cases/{case.id}/do/{action}", **right)[0] == 303
    assert state_of(case.id) == state
    status, text = form(coordinator, f"/cases/{case.id}/do/{action}", **right)
    assert status == 409


def test_a_phone_sends_photographs_by_its_token_alone(people: People, caller: Caller) -> None:
    case = draft(people)
    token = make_phone_link(people["county"], case.id, Nothing())
    phone = caller("outsider").client
    phone.delete_cookie("mdt_session")
    shown = phone.get(f"/phone/{token}")
    assert shown.status_code == 200
    assert "曾演示" not in shown.text
    sent = phone.post(f"/phone/{token}", data={"kind": "consent", "file": (io.BytesIO(JPEG), "a.jpg")})
    assert sent.status_code == 200
    kept = caller("county").get(f"/api/v1/cases/{case.id}").json["materials"]
    assert [(m["kind"], m["via"], m["added_by"]["name"]) for m in kept] == [("consent", "phone", "陈立")]
    assert phone.post(f"/phone/{token}", data={"kind": "x"}).status_code == 422
    assert phone.get("/phone/wrong").status_code == 404
    assert phone.post("/phone/wrong", data={"kind": "photo"}).status_code == 404


def test_waiving_and_papers_by_plain_forms(people: People, caller: Caller) -> None:
    case = draft(people)
    county = caller("county")
    assert form(county, f"/cases/{case.id}/waive", key="img_present", reason="仅问用药")[0] == 303
    assert "不适用：仅问用药" in page(county, f"/cases/{case.id}/edit")
    status, _text = form(
        county, f"/cases/{case.id}/materials", kind="report", file=(io.BytesIO(b"%PDF-1.7 x"), "报告.pdf")
    )
    assert status == 303
    status, text = form(county, f"/cases/{case.id}/materials", kind="report", file=(io.BytesIO(b"MZ"), "a.exe"))
    assert (status, "只接受 PDF" in text) == (415, True)
    assert "phone-panel" in form(county, f"/cases/{case.id}/phone")[1]
