"""The room in browsers: reading back, voting, hands, looking alone, a lost chair, a door that shuts."""

import time

from playwright.sync_api import Page, expect

from tests.stories.browser.hall import DEPUTY, OLDER, SLICES, Hall, said
from tests.world.browser import PHONE, until
from tests.world.viewing import same_picture, slice_of, stage, wait_for_picture, wheel

SAID = "实性成分约 5 mm，见关键图"
ANSWERED = "同意，建议三个月复查"


def show(hall: Hall, username: str, room_id: str) -> Page:
    page = hall.enter(username, room_id)
    wait_for_picture(page)
    return page


def send_key_image(page: Page, text: str) -> str:
    """A message with the picture on the screen; which slice that is."""
    wanted = slice_of(page)
    page.locator(".vw").focus()
    page.keyboard.press("k")
    expect(page.locator("#composer-shot img")).to_be_visible()
    page.locator("#composer-text").fill(text)
    page.locator("#composer-send").click()
    expect(page.locator(".message:not(.is-unsent)").filter(has_text=text)).to_be_visible()
    return wanted


def test_a_finished_room_is_read_back(hall: Hall) -> None:
    """Messages, chapters and key images are there for who comes later; the meeting's own room says that it is over."""
    room = hall.room("past")
    author = show(hall, "expert1", room)
    first = slice_of(author)
    wheel(author, 2)
    until(lambda: slice_of(author) != first)
    wanted = send_key_image(author, SAID)
    hall.write("expert2", room, "message", {"text": ANSWERED})
    hall.seat("expert1").close()
    del hall.seats["expert1"]

    reader = show(hall, "county", room)
    until(lambda: said(reader) == [SAID, ANSWERED])
    chapters = reader.locator(".talk-rule[data-type=agenda]")
    expect(chapters.filter(has_text="开始讨论")).to_be_visible()
    expect(chapters.filter(has_text="讨论结束：已形成结论")).to_be_visible()
    expect(reader.locator(".talk-over")).to_contain_text("这次讨论已经结束")
    expect(reader.locator("#call-link")).to_have_count(0)
    wheel(reader, -4)
    until(lambda: slice_of(reader) != wanted)
    card = reader.locator(".message").filter(has_text=SAID).locator(".key-image")
    expect(card).to_contain_text(f"层 {wanted.split()[1]} · ")
    card.click()
    until(lambda: slice_of(reader) == wanted)

    reader = hall.enter("expert2", hall.meeting_room("past"))
    expect(reader.locator("#waiting")).to_contain_text("会议已结束")
    expect(reader.locator("#read-only")).to_contain_text("只供阅读")
    expect(reader.locator("#composer-text")).to_have_count(0)
    reader.get_by_role("link", name="左下肺实变").click()
    reader.wait_for_url(f"**/rooms/{room}")


def test_two_vote_and_ask_to_speak(hall: Hall) -> None:
    """A secret vote counts each once and shows nothing before its end; hands are called in their order."""
    room = hall.room()
    chair, one, two = (show(hall, name, room) for name in ("chair", "expert1", "expert2"))
    chair.locator("#poll-new").click()
    form = chair.locator("#poll-form")
    form.locator("[name=question]").fill("首选方案")
    form.locator("[name=option-0]").fill("手术")
    form.locator("[name=option-1]").fill("3 个月复查")
    form.get_by_text("不记名").click()
    form.get_by_role("button", name="开始表决").click()
    for page, option in ((one, 0), (two, 1), (one, 1)):  # the first one thinks again
        page.locator(f"#poll [data-option='{option}'] .poll-vote").click()
        expect(page.locator(f"#poll [data-option='{option}'] .poll-vote")).to_have_attribute("aria-pressed", "true")
    expect(chair.locator("#poll")).to_contain_text("2 票")
    expect(two.locator("#poll")).to_contain_text("不记名，结束后公布票数")
    chair.locator("#poll-close").click()
    for page in (one, two):
        expect(page.locator("#poll")).to_have_attribute("data-closed", "true")
        expect(page.locator("#poll [data-option='1'] b").last).to_have_text("2")
        expect(page.locator("#poll .poll-vote")).to_have_count(0)

    for page in (two, one):
        page.keyboard.press("h")
        expect(page.locator("#raise-hand")).to_have_attribute("aria-pressed", "true")
    order = [hall.scribe(name).person["id"] for name in ("expert2", "expert1")]
    hands = chair.locator("#speakers [data-hand]")
    until(lambda: [hand.get_attribute("data-hand") for hand in hands.all()] == order)
    hands.first.get_by_role("button", name="请发言").click()
    expect(two.locator("#speakers")).to_contain_text("正在发言")
    for page in (one, two):
        page.locator("#raise-hand").click()
    expect(hands).to_have_count(0)


def test_one_looks_alone_and_comes_back(hall: Hall) -> None:
    """Free look moves nobody else, what the leader does meanwhile is shown on the way back; whoever reloads follows."""
    room = hall.room()
    chair, guest = show(hall, "chair", room), show(hall, "expert1", room)
    same_picture(chair, guest)
    before = slice_of(chair)
    wheel(guest, 2)
    expect(guest.locator("#lead-bar")).to_have_attribute("data-mode", "free")
    expect(chair.locator("#lead-bar")).to_contain_text("0 / 1 人跟随")
    until(lambda: slice_of(guest) != before)
    assert slice_of(chair) == before
    wheel(chair, -2)
    until(lambda: slice_of(chair) != before)
    guest.keyboard.press("f")
    expect(guest.locator("#lead-bar")).to_have_attribute("data-mode", "follow")
    same_picture(chair, guest)
    guest.reload()
    wait_for_picture(guest)
    same_picture(chair, guest)
    expect(chair.locator("#lead-bar")).to_contain_text("1 / 1 人跟随")


def test_two_viewports_count_what_arrived_of_both(hall: Hall) -> None:
    page = show(hall, "chair", hall.room())
    bar = page.locator("#lead-bar")
    expect(bar).to_contain_text(f"{SLICES} / {SLICES} 层已到")
    page.locator(".vw").focus()
    page.keyboard.press("c")
    wait_for_picture(page, 1)
    expect(bar).to_contain_text(f"{SLICES} / {SLICES} 层已到")  # one series in both: counted once
    stage(page, 1).click()
    page.locator(".series-card").filter(has_text=str(OLDER)).last.click()
    expect(bar).to_contain_text(f"{SLICES + OLDER} / {SLICES + OLDER} 层已到")
    page.keyboard.press("c")
    expect(stage(page, 1)).to_have_count(0)
    expect(bar).to_contain_text(f"{SLICES} / {SLICES} 层已到")


def test_what_is_taken_off_and_brought_shows_at_once(hall: Hall) -> None:
    """The county brings a prior in the middle of the discussion: nobody has to load the page anew."""
    page = show(hall, "chair", hall.room())
    guest = show(hall, "expert1", hall.room())
    cards = page.locator(".series-card")
    expect(cards).to_have_count(2)
    county, path = hall.scribe("county"), f"/cases/{hall.cases['now']}"
    older, newer = sorted(county.ok("GET", path)["studies"], key=lambda study: str(study["date"]))
    for each in (page, guest):
        expect(stage(each)).to_contain_text(newer["date"])
    county.ok("DELETE", f"{path}/studies/{newer['study_uid']}")
    expect(cards).to_have_count(0)  # one series alone needs no list
    for each in (page, guest):
        expect(stage(each)).to_contain_text(older["date"])  # not what is no longer the case's
        expect(each.locator("#talk-log")).to_contain_text("有影像移出本例")
    county.ok("POST", f"{path}/studies/{newer['study_uid']}")
    expect(cards).to_have_count(2)
    expect(page.locator("#talk-log")).to_contain_text("影像资料有调整")
    page.locator(f".series-card[data-series='{newer['series_list'][0]['uid']}']").click()
    for each in (page, guest):
        expect(stage(each)).to_contain_text(newer["date"])


def test_the_help_names_the_keys_of_the_room_too(hall: Hall) -> None:
    page = show(hall, "expert1", hall.room())
    page.locator(".vw").focus()
    page.keyboard.press("?")
    help_box = page.locator(".vw-help[open]")
    for words in ("举手", "自由浏览", "存为关键图", "换到另一窗"):
        expect(help_box).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(help_box).to_have_count(0)
    page.keyboard.press("f")
    expect(page.locator("#lead-bar")).to_have_attribute("data-mode", "free")
    page.keyboard.press("?")
    expect(help_box).to_contain_text("回到跟随")


def test_windows_and_key_images_are_set_by_finger(hall: Hall) -> None:
    """In a narrow bar the preset windows are a menu, and the key image stays within reach."""
    room = hall.room("past")
    page = hall.enter("expert1", room, PHONE)
    wait_for_picture(page)
    menu = page.get_by_label("预设窗")
    menu.tap()
    menu.select_option("3")
    before = stage(page).locator(".vw-corner.bl").inner_text()
    menu.select_option("2")
    until(lambda: stage(page).locator(".vw-corner.bl").inner_text() != before)
    key = page.locator(".vw-key")
    expect(key.locator("svg")).to_be_visible()
    box = key.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE[0] + 1
    assert min(box["width"], box["height"]) >= 40
    key.tap()
    expect(page.locator("#composer-shot img")).to_be_visible()
    page.locator("#composer-send").tap()
    expect(page.locator(".message:not(.is-unsent) .key-image").last).to_be_visible()
    expect(page.locator("[data-tab=talk] .count")).to_have_count(0)


def test_the_deputy_takes_over_from_a_lost_chair(hall: Hall) -> None:
    """Nobody stands in while the chair is here; when they are lost the deputy leads, until the chair takes it back."""
    room = hall.room()
    chair, deputy = show(hall, "chair", room), show(hall, DEPUTY, room)
    expect(deputy.locator("[data-person][data-state=here]")).to_have_count(2)
    expect(deputy.locator("#stand-in")).to_have_count(0)
    hall.seat("chair").context.set_offline(True)
    chair.goto("about:blank")
    deputy.locator("#stand-in").click()
    expect(deputy.locator("#lead-bar")).to_have_attribute("data-mode", "lead")
    expect(deputy.locator("#item-next")).to_be_visible()
    deputy.locator("#item-extend").click()
    expect(deputy.locator("#item-clock .time-budget")).to_contain_text("13:00")
    hall.seat("chair").context.set_offline(False)
    chair = show(hall, "chair", room)
    expect(chair.locator("#lead-bar")).to_have_attribute("data-mode", "follow")
    chair.locator("#stand-in").click()
    expect(chair.locator("#lead-bar")).to_have_attribute("data-mode", "lead")
    expect(deputy.locator("#lead-bar")).to_have_attribute("data-mode", "follow")


def test_who_is_uninvited_is_out_within_a_second(hall: Hall) -> None:
    """The room closes with a sentence and a way on; nothing of the case stays on the screen."""
    room, meeting = hall.room(), hall.meeting_room()
    guest = show(hall, "expert4", room)
    waiting = hall.seat("expert4").new_page()
    waiting.goto(f"/rooms/{meeting}?stay=1")
    expect(waiting.locator("#main")).to_have_attribute("data-status", "live")
    hall.scribe("coordinator").ok("DELETE", f"/invitations/{hall.invitations['expert4']}")
    since = time.monotonic()
    expect(guest.locator("[data-ended=rights]")).to_be_visible()
    assert time.monotonic() - since < 2  # a second, and the beat of the test's own look
    expect(guest.locator("[data-ended]")).to_contain_text("您已不再参加这个病例的会诊")
    expect(guest.locator("canvas, .message, .room-bar")).to_have_count(0)
    expect(waiting.locator("[data-ended]")).to_contain_text("您已不再参加这次会议")
    hall.seat("expert4").shot("room-uninvited")
    assert hall.seat("expert4").status(f"/rooms/{room}") == 404
    guest.get_by_role("link", name="回到我的工作").click()
    expect(guest.locator("h1")).to_be_visible()
    assert guest.url.rstrip("/") == hall.url
