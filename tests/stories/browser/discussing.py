"""Steps 3 and 4: everybody in the room, at one picture; a poll, hands, the next item."""

import re
from itertools import count

from playwright.sync_api import Page, expect

from tests.stories.browser.cast import Cast
from tests.stories.browser.planning import CALL
from tests.stories.browser.posting import SECOND, TITLE
from tests.world.browser import TABLET, until
from tests.world.ct import MANY
from tests.world.viewing import drag, middle, picture, same_picture, slice_of, stage, wait_for_picture, wheel

GUESTS = ("county", "expert1", "expert2")
SAID = "实性成分约 5 mm,见关键图"


def gather(cast: Cast) -> None:
    """All wait in the meeting's room; the chair starts the first item and everybody is taken to the case's room."""
    cast.seat("expert2").page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    chair = cast.seat("chair").go(f"/meetings/{cast.meeting_id}")
    chair.get_by_role("link", name="会议等候室").click()
    chair.wait_for_url("**/rooms/*")
    for name in GUESTS:
        cast.seat(name).page.goto(chair.url)
        expect(cast.seat(name).page.locator("#waiting")).to_be_visible()
    expect(chair.locator("#people-count")).to_contain_text("4 / 4")
    chair.locator("#meeting-start").click()
    first = cast.scribe("chair").ok("GET", f"/meetings/{cast.meeting_id}")["agenda"][0]
    chair.locator(f"[data-start='{first['id']}']").click()
    cast.room_id = first["room_id"]
    for name in ("chair", *GUESTS):
        page = cast.seat(name).page
        page.wait_for_url(f"**/rooms/{cast.room_id}*")
        expect(page.locator("#main")).to_have_attribute("data-status", "live")
        wait_for_picture(page)
    for name in ("chair", *GUESTS):  # four times 250 slices at once leave a busy machine little for anything else
        expect(cast.seat(name).page.locator("#main")).to_contain_text(f"{MANY} / {MANY} 层已到", timeout=300_000)
    expect(chair.locator("#call-link")).to_have_attribute("href", CALL)
    expect(chair.locator("#lead-bar")).to_have_attribute("data-mode", "lead")
    for name in GUESTS:
        expect(cast.seat(name).page.locator("#lead-bar")).to_have_attribute("data-mode", "follow")


def lead(cast: Cast) -> None:
    """The chair scrolls, windows, zooms, measures and points: the others see the same."""
    chair, guest, tablet = (cast.seat(name).page for name in ("chair", "expert1", "expert2"))
    before = same_picture(chair, guest)
    wheel(chair, 7)
    chair.keyboard.press("3")
    wheel(chair, -3, ctrl=True)
    until(lambda: picture(chair) != before)
    same_picture(chair, guest)
    assert slice_of(chair) == slice_of(guest)
    until(lambda: slice_of(tablet) == slice_of(chair))
    assert picture(tablet) != picture(chair)  # another size of screen, the same slice
    chair.keyboard.press("l")
    drag(chair, 60, 30)
    chair.keyboard.press("s")
    for page in (guest, tablet):
        expect(stage(page).locator(".vw-mark")).to_have_count(1)
        expect(stage(page).locator(".vw-mark")).to_contain_text("mm")
    chair.keyboard.press("x")
    pointer, steps = stage(guest).locator(".vw-pointer"), count(1)
    # One that is lost on the way is not sent again: go on pointing until it is seen.
    until(lambda: middle(chair, right=20.0 * (next(steps) % 4)) and pointer.count(), 60)
    expect(pointer).to_contain_text(cast.scribe("chair").person["name"])
    cast.seat("expert1").shot("room-guest")
    cast.seat("expert2").shot("room-tablet")
    chair.keyboard.press("s")


def look_alone(cast: Cast) -> None:
    """A guest leaves the shared view, looks around and comes back with one press."""
    chair, guest = cast.seat("chair").page, cast.seat("expert1").page
    guest.keyboard.press("f")
    expect(guest.locator("#lead-bar")).to_have_attribute("data-mode", "free")
    wheel(guest, -9)
    until(lambda: slice_of(guest) != slice_of(chair))
    share_a_key_image(cast, guest)
    guest.locator("#follow-toggle").click()
    expect(guest.locator("#lead-bar")).to_have_attribute("data-mode", "follow")
    same_picture(chair, guest)


def share_a_key_image(cast: Cast, guest: Page) -> None:
    """The message carries a small picture; a click takes its reader there, alone."""
    wanted = slice_of(guest)
    guest.locator(".vw").focus()
    guest.keyboard.press("k")
    expect(guest.locator("#composer-shot img")).to_be_visible()
    guest.locator("#composer-text").fill(SAID)
    guest.locator("#composer-send").click()
    county = cast.seat("county").page
    message = county.locator("article.message").filter(has_text=SAID)
    expect(message.locator(".key-image img")).to_be_visible()
    message.locator(".key-image").click()
    until(lambda: slice_of(county) == wanted)
    expect(county.locator("#lead-bar")).to_have_attribute("data-mode", "free")
    county.locator("#follow-toggle").click()


def vote(cast: Cast) -> None:
    chair = cast.seat("chair").page
    chair.locator("#poll-new").click()
    form = chair.locator("#poll-form")
    form.locator("[name=question]").fill("首选方案")
    form.locator("[name=option-0]").fill("手术")
    form.locator("[name=option-1]").fill("3 个月复查")
    form.get_by_role("button", name="开始表决").click()
    for name, option in (("expert1", 0), ("expert2", 1), ("chair", 0)):
        cast.seat(name).page.locator(f"#poll [data-option='{option}'] .poll-vote").click()
    expect(chair.locator("#poll [data-option='0'] b").last).to_have_text("2")
    cast.seat("chair").shot("room")
    chair.locator("#poll-close").click()
    expect(cast.seat("expert2").page.locator("#poll")).to_have_attribute("data-closed", "true")


def raise_a_hand(cast: Cast) -> None:
    chair, county = cast.seat("chair").page, cast.seat("county").page
    county.locator("#raise-hand").click()
    hand = chair.locator(f"#speakers [data-hand='{cast.scribe('county').person['id']}']")
    hand.get_by_role("button", name="请发言").click()
    expect(county.locator("#raise-hand")).to_have_attribute("aria-pressed", "true")
    county.locator("#raise-hand").click()
    expect(hand).to_have_count(0)


def stand_in(cast: Cast) -> None:
    """The chair is lost: the coordinator leads until they are back."""
    chair, coordinator = cast.seat("chair"), cast.seat("coordinator").go(f"/rooms/{cast.room_id}")
    chair.page.goto("about:blank")
    coordinator.locator("#stand-in").click()
    expect(coordinator.locator("#lead-bar")).to_have_attribute("data-mode", "lead")
    chair.page.goto(f"/rooms/{cast.room_id}")
    chair.page.locator("#stand-in").click()
    expect(chair.page.locator("#lead-bar")).to_have_attribute("data-mode", "lead")
    coordinator.goto("/")


def go_on(cast: Cast) -> None:
    """The next item takes along who may see it; the others wait. Present and prior stand side by side, linked."""
    chair = cast.seat("chair").page
    expect(chair.locator("#item-clock .time-used")).to_contain_text("12:00")
    chair.locator("#item-next").click()
    chair.locator("#finish-next").click()
    second = cast.scribe("chair").ok("GET", f"/meetings/{cast.meeting_id}")["agenda"][1]["room_id"]
    for name in ("chair", "expert1", "expert2"):
        cast.seat(name).page.wait_for_url(f"**/rooms/{second}*")
    county = cast.seat("county").page
    expect(county.locator("#moved-on")).to_be_visible()
    assert cast.seat("county").status(f"/rooms/{second}") == 404
    assert cast.seat("county").status(f"/cases/{cast.second_case}") == 404
    expect(chair.locator("h1")).to_contain_text(SECOND)
    wait_for_picture(chair, 1)
    prior = slice_of(chair, 1)
    wheel(chair, 2)
    until(lambda: slice_of(chair, 1) != prior)
    expect(chair.locator(".vw-badge", has_text="既往")).to_be_visible()
    guest = cast.seat("expert1").page
    wait_for_picture(guest, 1)
    until(lambda: [slice_of(guest, n) for n in (0, 1)] == [slice_of(chair, n) for n in (0, 1)])
    cast.seat("chair").shot("room-prior")


def end(cast: Cast) -> None:
    """The second case is to be discussed again; the meeting ends; the first case's room can be read back."""
    chair = cast.seat("chair").page
    chair.locator("#item-next").click()
    chair.locator("input[name=outcome][value=again]").check()
    chair.locator("[name=reason]").fill("等增强扫描")
    chair.locator("#finish-next").click()
    chair.locator("#meeting-end").click()
    chair.locator("#confirm-dialog button[value=yes]").click()
    until(lambda: cast.scribe("chair").ok("GET", f"/meetings/{cast.meeting_id}")["state"] == "ended")
    page = cast.seat("county").go(f"/rooms/{cast.room_id}")
    expect(page.locator("article.message").filter(has_text=SAID)).to_be_visible()
    expect(page.locator("h1")).to_have_text(re.compile(TITLE))


def discuss(cast: Cast) -> None:
    gather(cast)
    lead(cast)
    look_alone(cast)
    vote(cast)
    raise_a_hand(cast)
    stand_in(cast)
    go_on(cast)
    end(cast)
