"""Step 9: who is not on the case finds nothing anywhere; who read it is known; accounts come and go."""

import time

from playwright.sync_api import expect

from tests.stories.browser.cast import Cast
from tests.world.browser import Seat

UNRELATED = ("outsider", "county2", "trainee", "qingxi_admin", "admin", "township")
PASSWORD = "xin-mima-2026!"
LEAVER = "leaver"
#: The page's own clock when it says that the room is shut; all clocks of the story are one machine's.
NOTE_THE_END = """() => {
  new MutationObserver(() => {
    if (document.querySelector('[data-ended]')) window.endedAt ??= Date.now();
  }).observe(document.body, { childList: true, subtree: true });
}"""


def find_nothing(cast: Cast) -> None:
    """Pages, API, room, document, DICOMweb and socket say the same as if it did not exist."""
    study = cast.scribe("county").ok("GET", f"/cases/{cast.case_id}")["studies"][0]["study_uid"]
    places = (
        f"/cases/{cast.case_id}",
        f"/cases/{cast.case_id}/edit",
        f"/rooms/{cast.room_id}",
        f"/documents/{cast.document_id}",
        f"/documents/{cast.document_id}.pdf",
        f"/api/v1/cases/{cast.case_id}",
        f"/api/v1/rooms/{cast.room_id}",
        f"/api/v1/cases/{cast.case_id}/images.zip",
        f"/dicomweb/studies/{study}/metadata",
    )
    for username in UNRELATED:
        seat = cast.seat(username)
        assert {path: seat.status(path) for path in places} == dict.fromkeys(places, 404), username
        answer = seat.page.goto(f"/cases/{cast.case_id}")
        assert answer is not None
        assert answer.status == 404
        assert cast.patient not in seat.page.content()
        with cast.scribe(username).socket(cast.room_id, join=False) as socket:
            assert socket.call("join", {"room": cast.room_id, "after": 0})["ok"] is False


def read_the_audit(cast: Cast) -> None:
    """The team reads who saw the case; the administrator the same, without content."""
    page = cast.seat("county").go(f"/cases/{cast.case_id}?audit=1")
    expect(page.locator("#timeline")).to_contain_text(cast.scribe("expert1").person["name"])
    admin = cast.seat("qingxi_admin").go("/admin/audit")
    expect(admin.locator("table tbody tr").first).to_be_visible()
    expect(admin.locator("table")).to_contain_text(cast.scribe("county").person["name"])
    assert cast.patient not in admin.content()
    cast.seat("qingxi_admin").shot("audit")


def invite_a_colleague(cast: Cast) -> Seat:
    """An account by a one-time link; the colleague sets a password and is in."""
    admin = cast.seat("qingxi_admin").go("/admin/people/new")
    admin.locator("main [name=name]").fill("白露")
    admin.locator("main [name=username]").fill(LEAVER)
    admin.locator("main [name=department]").fill("呼吸内科")
    admin.get_by_role("button", name="新建并生成邀请链接").click()
    link = admin.locator("#join-url").inner_text()
    cast.seat("qingxi_admin").shot("invite")
    colleague = Seat(cast.browser, cast.url)
    cast.seats[LEAVER] = colleague
    page = colleague.page
    page.goto(link)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("details.menu summary.person")).to_contain_text("白露")
    assert page.goto(link) is not None
    expect(page.locator("h1")).to_contain_text("这个链接已经用过")
    return colleague


def reset_and_deactivate(cast: Cast, colleague: Seat) -> None:
    """A reset ends what was signed in; a deactivated leaver is out of room and pages within a second."""
    admin = cast.seat("qingxi_admin").go("/admin/people")
    admin.get_by_role("link", name="白露").click()
    admin.wait_for_load_state()
    admin.get_by_role("button", name="生成链接").click()
    admin.locator("#confirm-dialog button[value=yes]").click()
    link = admin.locator("#join-url").inner_text()
    assert colleague.status("/") in (302, 303)
    page = colleague.page
    page.goto(link)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.goto(f"/rooms/{cast.room_id}")
    expect(page.locator("#main")).to_have_attribute("data-status", "live")

    admin.get_by_role("link", name="完成").click()
    admin.wait_for_load_state()
    admin.get_by_role("button", name="停用").click()
    page.evaluate(NOTE_THE_END)
    pressed = time.time()
    with admin.expect_response("**/deactivate") as answer:
        admin.locator("#confirm-dialog button[value=yes]").click()
    timing = answer.value.request.timing
    expect(page.locator("[data-ended]")).to_be_visible()
    ended = page.evaluate("window.endedAt") / 1000
    assert colleague.status("/") in (302, 303)
    expect(admin.locator("main")).to_contain_text("启用账号")
    colleague.shot("evicted")
    done = (timing["startTime"] + timing["responseStart"]) / 1000
    cast.measure(f"a leaver's room is shut after {ended - done:.2f} s, {ended - pressed:.2f} s from the press")
    assert ended - done < 1


def guard(cast: Cast) -> None:
    find_nothing(cast)
    read_the_audit(cast)
    reset_and_deactivate(cast, invite_a_colleague(cast))
