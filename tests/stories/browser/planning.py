"""Step 2: the coordinator reviews, returns once, accepts, and makes a meeting of it."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from mdt.kernel import clock
from tests.stories.browser import posting
from tests.stories.browser.cast import Cast

ASKED = "请补充既往肿瘤史"
HISTORY = "既往体健，否认肿瘤史。"
CALL = "https://meeting.tencent.com/dm/abc123"
MEETING = "胸部多学科会诊"


def find_on_the_board(cast: Cast) -> None:
    """Columns and the dense list; found by name, number and words."""
    coordinator = cast.seat("coordinator")
    page = coordinator.go("/cases")
    waiting = page.locator(".lane[data-lane=submitted] .case-card")
    expect(waiting.filter(has_text=posting.TITLE)).to_be_visible()
    coordinator.shot("board")
    for words in (cast.patient.split()[0].lower(), cast.number, posting.TITLE[:3]):
        page.locator("#search").fill(words)
        page.locator("#search").press("Enter")
        page.wait_for_url("**/cases?*q=*")
        expect(page.locator("#case-list .row-link").first).to_have_text(posting.TITLE)
    page.keyboard.press("j")
    expect(page.locator("#case-list tr.is-chosen")).to_have_count(1)
    coordinator.shot("list")


def return_once(cast: Cast) -> None:
    """Sent back with an itemised list; the physician answers each point; what changed is marked."""
    page = cast.seat("coordinator").go(f"/cases/{cast.case_id}")
    page.get_by_role("link", name="退回补充").click()
    dialog = page.locator("#return-dialog")
    for box in dialog.locator("input[name=key]:checked").all():
        box.uncheck()
    dialog.locator("input[name=other]").first.fill(ASKED)
    dialog.get_by_role("button", name="退回").click()
    expect(page.locator(".case-head")).to_contain_text("退回补充")

    page = cast.seat("county").go("/")
    expect(page.locator("main")).to_contain_text(posting.TITLE)
    page.goto(f"/cases/{cast.case_id}/edit")
    asked = page.locator("#asked")
    expect(asked).to_contain_text(ASKED)
    page.locator("[name=summary]").fill(posting.SUMMARY + HISTORY)
    asked.locator("input[type=checkbox]").check()
    asked.locator("input[name^='note.']").fill("已补在摘要末尾")
    page.get_by_role("button", name="补充完毕，重新提交").click()
    page.wait_for_url(re.compile(f"/cases/{cast.case_id}([?]|$)"))


def accept_by_dragging(cast: Cast) -> None:
    """What changed is marked on the case; on the board the card is dragged where a move is allowed."""
    page = cast.seat("coordinator").go(f"/cases/{cast.case_id}")
    expect(page.locator("#asked")).to_contain_text("已补")
    expect(page.locator("#summary")).to_contain_text("补充后有改动")
    page.locator("#summary details.was summary").click()
    expect(page.locator("#summary details.was")).to_contain_text(posting.SUMMARY[:12])
    cast.seat("coordinator").shot("case-reviewed")
    page.goto("/cases")
    card = page.locator(f".case-card[data-case='{cast.case_id}']")
    card.drag_to(page.locator(".lane[data-lane=follow_up]"))
    expect(page.locator(".lane[data-lane=submitted]").locator(card)).to_be_visible()
    for case_id in (cast.case_id, cast.second_case):
        card = page.locator(f".case-card[data-case='{case_id}']")
        card.drag_to(page.locator(".lane[data-lane=accepted]"))
        expect(page.locator(".lane[data-lane=accepted]").locator(card)).to_be_visible()


def make_the_meeting(cast: Cast) -> None:
    page = new_meeting(cast, MEETING, "chair", 5, 60, CALL)
    cast.meeting_id = page.url.rsplit("/", 1)[1].split("?")[0]
    put_on_the_agenda(cast, page)
    invite(cast, page, "chair", "expert1", "expert2", "expert3")
    copy_the_text(cast, page)


def new_meeting(cast: Cast, title: str, chair: str, in_min: int, minutes: int, call: str = "") -> Page:
    page = cast.seat("coordinator").go("/meetings")
    page.get_by_role("link", name="新建会议").first.click()
    soon = clock.now().astimezone(clock.SHANGHAI) + timedelta(minutes=in_min)
    page.locator("[name=title]").fill(title)
    page.locator("[name=starts_at]").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=duration_min]").fill(str(minutes))
    page.locator("[name=chair]").select_option(cast.scribe(chair).person["id"])
    page.locator("[name=call_link]").fill(call)
    page.get_by_role("button", name="创建会议").click()
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}"), wait_until="load")
    return page


def put_on_the_agenda(cast: Cast, page: Page) -> None:
    waiting = page.locator(".waiting-row").filter(has_text=posting.TITLE)
    waiting.locator("input[name=minutes]").fill("12")
    waiting.get_by_role("button", name="列入议程").click()
    expect(page.locator("#agenda .agenda-row").filter(has_text=posting.TITLE)).to_contain_text("12′")
    waiting = page.locator(".waiting-row").filter(has_text=posting.SECOND)
    waiting.get_by_role("button", name="列入议程").click()
    expect(page.locator("#agenda .agenda-row")).to_have_count(2)
    page.wait_for_load_state()


def invite(cast: Cast, page: Page, *usernames: str) -> None:
    page.wait_for_load_state()
    form = page.locator("#directory")
    for username in usernames:
        person = cast.scribe(username).person
        form.locator("input[data-filter]").fill(person["name"])
        form.locator(f"input[value='{person['id']}']").check()
    form.get_by_role("button", name="邀请所选").click()
    for username in usernames:
        expect(page.locator("#people .invitee").filter(has_text=cast.scribe(username).person["name"])).to_be_visible()


def copy_the_text(cast: Cast, page: Page) -> None:
    """For the group chat: no word of the patient."""
    page.get_by_role("button", name="复制邀请文字").click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "HY-" in text
    assert CALL in text
    assert cast.patient not in text
    assert posting.TITLE not in text


def answer_invitations(cast: Cast) -> None:
    """Two accept, one declines with a code and is out of the case at once; the calendar file carries no patient."""
    for username in ("chair", "expert1", "expert2"):
        assert cast.scribe(username).ok("GET", f"/cases/{cast.case_id}")["number"] == cast.number
        accept(cast, username)
    page = cast.seat("expert3").go(f"/meetings/{cast.meeting_id}")
    page.locator("#reply input[value=decline]").check()
    page.locator("#reply select[name=code]").select_option("busy")
    page.locator("#reply").get_by_role("button", name="提交答复").click()
    assert cast.seat("expert3").status(f"/cases/{cast.case_id}") == 404
    calendar = cast.seat("expert1").context.request.get(f"/meetings/{cast.meeting_id}.ics").text()
    assert "BEGIN:VEVENT" in calendar
    assert cast.patient not in calendar


def accept(cast: Cast, username: str) -> None:
    page = cast.seat(username).go(f"/meetings/{cast.meeting_id}")
    page.locator("#reply input[value=accept]").check()
    page.locator("#reply").get_by_role("button", name="提交答复").click()
    expect(page.locator("#reply .card-head")).to_contain_text("参加")


def see_a_clash(cast: Cast) -> None:
    """A second meeting at the same hour: `expert1` is busy, it is said before and after, and not refused."""
    expert = cast.scribe("expert1").person
    page = new_meeting(cast, "另一场会诊", "expert4", 15, 30)
    page.locator("#directory input[data-filter]").fill(expert["name"])
    expect(page.locator(".directory-row").filter(has_text=expert["name"])).to_contain_text("时间冲突")
    invite(cast, page, "expert1")
    expect(page.locator("#clashes")).to_contain_text(expert["name"])
    page = cast.seat("coordinator").go(f"/meetings/{cast.meeting_id}")
    expect(page.locator("#clashes")).to_contain_text(expert["name"])
    expect(page.locator("#people")).to_contain_text("谢绝")
    cast.seat("coordinator").shot("meeting")


def plan(cast: Cast) -> None:
    find_on_the_board(cast)
    return_once(cast)
    accept_by_dragging(cast)
    make_the_meeting(cast)
    answer_invitations(cast)
    see_a_clash(cast)
