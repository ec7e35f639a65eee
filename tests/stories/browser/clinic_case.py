"""Step 8, what became of it: the case of an encounter goes the way of every case, to a printed opinion."""

import re

from playwright.sync_api import Page, expect

from tests.stories.browser import deciding, planning
from tests.stories.browser.cast import Cast
from tests.stories.browser.clinic import PEOPLE

QUESTION = "胸片阴影，是否需要转诊？"
MEETING = "义诊病例会诊"
SIGNERS = ("chair", "expert1")


def submit(cast: Cast) -> None:
    """What the encounter knew is there; a question is added, at the same tablet."""
    township = cast.seat("township")
    page = township.go(f"/cases/{cast.case_id}/edit")
    expect(page.locator("[name='patient.name']")).to_have_value(PEOPLE[-1].name)
    expect(page.locator("[name=summary]")).to_have_value(re.compile(PEOPLE[-1].complaint))
    expect(page.locator("[name='consent.given']")).to_be_checked()
    page.locator("[name=diagnosis]").fill("胸片阴影待查")
    page.locator("[name=question]").first.fill(QUESTION)
    page.get_by_role("button", name="提交申请").tap()
    expect(page.locator(".case-head")).to_contain_text("待受理")
    cast.number = page.locator("#case-number").inner_text()


def put_before_experts(cast: Cast) -> None:
    page = cast.seat("coordinator").go(f"/cases/{cast.case_id}")
    page.get_by_role("link", name="受理").click()
    page.locator("#accept-dialog").get_by_role("button", name="受理").click()
    expect(page.locator(".case-head")).to_contain_text("已受理")
    page = planning.new_meeting(cast, MEETING, "chair", 5, 30)
    cast.meeting_id = page.url.rsplit("/", 1)[1].split("?")[0]
    put_on(page, cast.number)
    planning.invite(cast, page, *SIGNERS)
    for username in SIGNERS:
        planning.accept(cast, username)


def put_on(page: Page, number: str) -> None:
    """A film is no study: what is missing is said, and why it goes on all the same."""
    row = page.locator(".waiting-row").filter(has_text=number)
    expect(row).to_contain_text("必需项未满足")
    row.locator("[name=reason]").fill("只有胶片翻拍，先定是否转诊")
    row.get_by_role("button", name="说明理由并列入").click()
    expect(page.locator("#agenda .agenda-row")).to_have_count(1)


def record(cast: Cast) -> None:
    """Drafted, proposed, signed and issued in the case's room."""
    chair = cast.seat("chair").go(f"/meetings/{cast.meeting_id}")
    chair.locator("#agenda").get_by_role("button", name="开始").click()
    cast.room_id = cast.scribe("chair").ok("GET", f"/meetings/{cast.meeting_id}")["agenda"][0]["room_id"]
    chair.goto(f"/rooms/{cast.room_id}")
    deciding.write(chair, QUESTION)
    deciding.propose(chair)
    expert = cast.seat("expert1").go(f"/rooms/{cast.room_id}")
    deciding.sign(expert, "agree")
    deciding.sign(chair, "agree")
    expect(chair.locator("#signatures .signature")).to_have_count(len(SIGNERS))
    deciding.issue(chair)
    cast.seat("chair").shot("clinic-room")


def decide(cast: Cast) -> None:
    submit(cast)
    put_before_experts(cast)
    record(cast)
    page = deciding.open_the_document(cast, "township")
    expect(page.locator("main")).to_contain_text(cast.number)
    cast.seat("township").shot("clinic-document")
