"""Step 2: the coordinator reviews, returns once, accepts, and makes a meeting of it."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from mdt.kernel import clock
from tests.stories.browser import posting
from tests.stories.browser.cast import Cast
from tests.world.ct import two_studies

ASKED = "请补充既往肿瘤史"
HISTORY = "既往体健，否认肿瘤史。"
CALL = "https://meeting.tencent.com/dm/abc123"
SECOND = "肺部阴影复查，与既往对比"
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
    card.drag_to(page.locator(".lane[data-lane=accepted]"))
    expect(page.locator(".lane[data-lane=accepted]").locator(card)).to_be_visible()


def a_second_case(cast: Cast) -> None:
    """Another department's case with a prior study, made over the API: the next item of the same meeting."""
    county2 = cast.scribe("county2")
    case = county2.ok("POST", "/cases", {"title": SECOND})
    batch = county2.drop(case["id"], two_studies())
    assert batch["counts"]["refused"] == 0
    studies = sorted(batch["studies"], key=lambda study: study["date"] or "")
    county2.ok("POST", f"/cases/{case['id']}/studies/{studies[0]['study_uid']}?prior=1")
    body = {
        "patient": {"name": studies[0]["patient_name"], "sex": "M", "age": 60, "local_id": "QX0002"},
        "summary": "复查胸部 CT,与既往对比。",
        "diagnosis": "肺部阴影",
        "questions": [{"text": "与既往相比有无变化？"}],
        "consent": {"given": True, "by": "本人", "at": clock.now().date().isoformat()},
    }
    county2.ok("PATCH", f"/cases/{case['id']}", body)
    county2.ok("POST", f"/cases/{case['id']}/actions/submit", {})
    cast.scribe("coordinator").ok("POST", f"/cases/{case['id']}/actions/accept", {"route": "meeting"})
    cast.second_case = case["id"]


def make_the_meeting(cast: Cast) -> None:
    page = cast.seat("coordinator").go("/meetings")
    page.get_by_role("link", name="新建会议").first.click()
    soon = clock.now().astimezone(clock.SHANGHAI) + timedelta(minutes=5)
    page.locator("[name=title]").fill(MEETING)
    page.locator("[name=starts_at]").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=duration_min]").fill("60")
    page.locator("[name=chair]").select_option(cast.scribe("chair").person["id"])
    page.locator("[name=call_link]").fill(CALL)
    page.get_by_role("button", name="创建会议").click()
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}"))
    cast.meeting_id = page.url.rsplit("/", 1)[1].split("?")[0]
    put_on_the_agenda(cast, page)
    invite(cast, page)
    copy_the_text(cast, page)


def put_on_the_agenda(cast: Cast, page: Page) -> None:
    waiting = page.locator(".waiting-row").filter(has_text=posting.TITLE)
    waiting.locator("input[name=minutes]").fill("12")
    waiting.get_by_role("button", name="列入议程").click()
    expect(page.locator("#agenda .agenda-row").filter(has_text=posting.TITLE)).to_contain_text("12′")
    waiting = page.locator(".waiting-row").filter(has_text=SECOND)
    waiting.get_by_role("button", name="列入议程").click()
    expect(page.locator("#agenda .agenda-row")).to_have_count(2)
    page.wait_for_load_state()


def invite(cast: Cast, page: Page) -> None:
    form = page.locator("#directory")
    for username in ("chair", "expert1", "expert2", "expert3"):
        person = cast.scribe(username).person
        form.locator("input[data-filter]").fill(person["name"])
        form.locator(f"input[value='{person['id']}']").check()
    form.get_by_role("button", name="邀请所选").click()
    expect(page.locator("#people .invitee")).to_have_count(4)


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
        page = cast.seat(username).go(f"/meetings/{cast.meeting_id}")
        assert cast.scribe(username).ok("GET", f"/cases/{cast.case_id}")["number"] == cast.number
        page.locator("#reply input[value=accept]").check()
        page.locator("#reply").get_by_role("button", name="提交答复").click()
        expect(page.locator("#reply .card-head")).to_contain_text("参加")
    page = cast.seat("expert3").go(f"/meetings/{cast.meeting_id}")
    page.locator("#reply input[value=decline]").check()
    page.locator("#reply select[name=code]").select_option("busy")
    page.locator("#reply").get_by_role("button", name="提交答复").click()
    assert cast.seat("expert3").status(f"/cases/{cast.case_id}") == 404
    calendar = cast.seat("expert1").context.request.get(f"/meetings/{cast.meeting_id}.ics").text()
    assert "BEGIN:VEVENT" in calendar
    assert cast.patient not in calendar


def see_a_clash(cast: Cast) -> None:
    """A second meeting at the same hour: `expert1` is busy, it is shown and not refused."""
    coordinator = cast.scribe("coordinator")
    body = {
        "title": "另一场会诊",
        "kind": "mdt",
        "starts_at": clock.rfc3339(clock.now() + timedelta(minutes=15)),
        "duration_min": 30,
        "chair": cast.scribe("expert4").person["id"],
    }
    other = coordinator.ok("POST", "/meetings", body)
    expert = cast.scribe("expert1").person
    coordinator.ok("POST", f"/meetings/{other['id']}/invitations", {"person_ids": [expert["id"]]})
    page = cast.seat("coordinator").go(f"/meetings/{other['id']}")
    expect(page.locator("#clashes")).to_contain_text(expert["name"])
    page = cast.seat("coordinator").go(f"/meetings/{cast.meeting_id}")
    expect(page.locator("#people")).to_contain_text("谢绝")
    cast.seat("coordinator").shot("meeting")


def plan(cast: Cast) -> None:
    find_on_the_board(cast)
    return_once(cast)
    accept_by_dragging(cast)
    a_second_case(cast)
    make_the_meeting(cast)
    answer_invitations(cast)
    see_a_clash(cast)
