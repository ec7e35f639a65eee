"""Steps 5 and 6: the consensus is drafted, signed with a dissent, issued, printed and verified."""

import re

from playwright.sync_api import Page, expect

from tests.stories.browser.cast import Cast
from tests.stories.browser.posting import QUESTION
from tests.world.browser import until
from tests.world.viewing import wait_for_picture

DIAGNOSIS = "左肺结节，恶性待排"
ANSWER = "恶性可能大，建议手术切除并送冰冻病理"
DISSENT = "建议先 3 个月复查 CT"
RECOMMENDED = ("2 周内胸外科门诊", "完善肺功能检查")
NARRATIVE = "结节边缘光滑，密度均匀。"


def draft(cast: Cast) -> None:
    """An answer to the question, diagnosis, recommendations with owner and date, a key image; proposed for signing."""
    page = cast.seat("chair").go(f"/rooms/{cast.room_id}")
    wait_for_picture(page)
    write(page, QUESTION)
    page.locator("#draft-key-image").click()
    expect(page.locator(".key-kept img")).to_be_visible()
    propose(page)
    cast.seat("chair").shot("consensus")


def write(page: Page, question: str) -> None:
    page.locator("#draft-edit").click()
    expect(page.locator(".draft-answer")).to_contain_text(question)
    page.locator("#answer-0").fill(ANSWER)
    page.locator("#draft-diagnosis").fill(DIAGNOSIS)
    for number, text in enumerate(RECOMMENDED):
        page.locator("#recommendation-add").click()
        row = page.locator(".recommendation").nth(number)
        row.locator(".recommendation-text").fill(text)
        row.locator("input[type=date]").fill("2027-01-15")
    page.locator("#draft-narrative").fill(NARRATIVE)


def propose(page: Page) -> None:
    page.locator("#draft-propose").click()
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "proposed")


def sign(page: Page, stance: str, text: str = "") -> None:
    page.locator("#draft-sign").click()
    dialog = page.locator(".room-dialog")
    dialog.locator(f"input[name=stance][value={stance}]").check()
    if text:
        dialog.locator("[name=text]").fill(text)
    dialog.locator("#sign-confirm").click()


def refuse_a_changed_text(cast: Cast) -> None:
    """While the expert reads, the chair adds a sentence: the signature is refused and the change is shown."""
    expert = cast.seat("expert1").go(f"/rooms/{cast.room_id}")
    expect(expert.locator("#draft-state")).to_have_attribute("data-state", "proposed")
    expert.locator("#draft-sign").click()
    chair = cast.seat("chair").page
    chair.locator("#draft-edit").click()
    chair.locator("#draft-narrative").fill(NARRATIVE + "已充分告知风险。")
    propose(chair)
    expert.locator("#sign-confirm").click()
    changes = expert.locator("#text-changes")
    expect(changes.locator("ins")).to_contain_text("已充分告知风险")
    expect(changes.locator("del")).to_contain_text(NARRATIVE)
    cast.seat("expert1").shot("text-changed")
    expert.locator("#sign-confirm").click()
    signature = chair.locator(f"[data-signer='{cast.scribe('expert1').person['id']}']")
    expect(signature).to_have_attribute("data-stance", "agree")
    expert.locator("#draft-unsign").click()
    expect(signature).to_have_count(0)
    sign(expert, "agree")
    expect(signature).to_have_attribute("data-stance", "agree")


def sign_and_issue(cast: Cast) -> None:
    expert, chair = cast.seat("expert2").go(f"/rooms/{cast.room_id}"), cast.seat("chair").page
    sign(expert, "dissent", DISSENT)
    expect(chair.locator("#signatures")).to_contain_text(DISSENT)
    sign(chair, "agree")
    expect(chair.locator("#signatures .signature")).to_have_count(3)
    issue(chair)
    expect(expert.locator("#draft-state")).to_have_attribute("data-state", "issued")
    assert chair.locator("#draft-edit").count() == 0
    cast.seat("chair").shot("issued")


def issue(chair: Page) -> None:
    chair.locator("#draft-issue").click()
    chair.locator("#confirm-dialog button[value=yes]").click()
    expect(chair.locator("#draft-state")).to_have_attribute("data-state", "issued")


def open_the_document(cast: Cast, username: str) -> Page:
    """From the case to its document, printed."""
    seat = cast.seat(username)
    page = seat.go(f"/cases/{cast.case_id}")
    page.locator("#documents a.strong").first.click()
    page.wait_for_url("**/documents/*")
    cast.document_id = re.sub(r".*/documents/([^/?#]+).*", r"\1", page.url)
    until(lambda: seat.context.request.get(f"/documents/{cast.document_id}.pdf").body().startswith(b"%PDF"), 60)
    page.goto(f"/documents/{cast.document_id}")
    return page


def read_the_document(cast: Cast) -> None:
    """The page of the document, its PDF, the text for the own record, the public page behind its code, the images."""
    county = cast.seat("county")
    page = open_the_document(cast, "county")
    expect(page.locator("main")).to_contain_text(DISSENT)
    page.get_by_role("button", name="复制为病历文字").click()
    text = page.evaluate("navigator.clipboard.readText()")
    for said in (DIAGNOSIS, ANSWER, *RECOMMENDED, DISSENT):
        assert said in text, text
    cast.verify_code = page.locator(".verify-box code").inner_text()
    county.shot("document")
    archive = county.context.request.get(f"/api/v1/cases/{cast.case_id}/images.zip")
    assert archive.body().startswith(b"PK")


def verify_as_anybody(cast: Cast) -> None:
    """Without an account: genuine, and no word of the patient; an unknown code is told as such."""
    stranger = cast.stranger()
    page = stranger.go(f"/verify/{cast.verify_code}")
    expect(page.locator("h1")).to_have_text("文件真实有效")
    assert cast.patient not in page.content()
    assert DIAGNOSIS not in page.content()
    stranger.shot("verify")
    page.goto("/verify/0000-0000-0000-0000")
    expect(page.locator("h1")).to_have_text("没有查到这份文件")


def decide(cast: Cast) -> None:
    draft(cast)
    refuse_a_changed_text(cast)
    sign_and_issue(cast)
    read_the_document(cast)
    verify_as_anybody(cast)
