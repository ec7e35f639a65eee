"""What a person wrote is not lost: offline, over a restart of the server, over the end of the session; and it is not
the next person's at the same computer."""

from playwright.sync_api import Page, expect

from tests.stories.browser.hall import Hall, live, said, say
from tests.world.browser import until
from tests.world.people import PASSWORD
from tests.world.scribe import Scribe

TYPED = "发热三天，左肺见实变"


def unsent(page: Page) -> list[str]:
    return page.locator("#talk-log .is-unsent .message-text").all_inner_texts()


def look(page: Page) -> None:
    """The person turns to this tab: it asks how its session stands."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def sign_in_again(page: Page, password: str = PASSWORD) -> None:
    dialog = page.locator("#session-dialog")
    dialog.locator("[name=password]").fill(password)
    dialog.get_by_role("button", name="继续工作").click()


def test_what_was_written_offline_goes_out_once_and_in_order(hall: Hall) -> None:
    """Though the tab was closed meanwhile; the others read it in the order in which it was written."""
    room = hall.room()
    before = hall.messages(room)
    reader, author = hall.enter("expert2", room), hall.seat("expert1")
    hall.enter("expert1", room)
    author.context.set_offline(True)
    expect(author.page.locator("#main")).to_have_attribute("data-status", "offline")
    texts = ["离线第一条", "离线第二条"]
    for text in texts:
        say(author, text)
    until(lambda: unsent(author.page) == texts)
    expect(author.page.locator(".is-unsent").first).to_contain_text("未发出，恢复后自动补发")
    expect(author.page.locator("#line-state")).to_contain_text("2 条未发出")
    assert said(reader) == before
    author.shot("room-offline")

    tab = author.page
    author.page = author.new_page()
    tab.close()
    author.context.set_offline(False)
    hall.enter("expert1", room)
    for page in (author.page, reader):
        until(lambda page=page: said(page) == [*before, *texts])
    expect(author.page.locator(".is-unsent")).to_have_count(0)
    assert hall.messages(room) == [*before, *texts]


def test_two_tabs_and_a_restart_of_the_server_send_once(hall: Hall) -> None:
    """Each tab writes while the server is down; one of them is closed before it is back: the other sends for both."""
    room = hall.room()
    before = hall.messages(room)
    reader, author = hall.enter("expert2", room), hall.seat("expert1")
    first = hall.enter("expert1", room)
    author.page = author.new_page()
    second = hall.enter("expert1", room)
    hall.server.kill()
    for page in (first, second, reader):
        expect(page.locator("#main")).to_have_attribute("data-status", "offline")
    texts = ["第一个窗口写的", "第二个窗口写的"]
    for page, text in zip((first, second), texts, strict=True):
        author.page = page
        page.bring_to_front()
        say(author, text)
        expect(page.locator(".is-unsent").filter(has_text=text)).to_be_visible()
    until(lambda: unsent(second) == texts)  # it will send what the other tab left, too
    first.close()
    hall.server.start()
    wanted = [*before, *texts]
    for page in (second, reader):
        live(page)
        until(lambda page=page: said(page) == wanted)
    expect(second.locator(".is-unsent")).to_have_count(0)
    assert hall.messages(room) == wanted


def test_signing_out_says_what_would_be_lost_and_leaves_nothing(hall: Hall) -> None:
    room = hall.room()
    before = hall.messages(room)
    seat = hall.seat("expert1")
    hall.enter("expert1", room)
    seat.context.set_offline(True)
    expect(seat.page.locator("#main")).to_have_attribute("data-status", "offline")
    say(seat, "没有来得及发出")
    until(lambda: unsent(seat.page) == ["没有来得及发出"])
    tab, seat.page = seat.page, seat.new_page()
    tab.close()
    seat.context.set_offline(False)

    page = seat.go("/")
    for answer, still in (("再想想", True), ("丢弃并退出", False)):
        page.locator("details.menu summary.person").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page.locator("#confirm-dialog")).to_contain_text("有 1 条消息还没有发出")
        page.locator("#confirm-dialog").get_by_role("button", name=answer).click()
        expect(page.locator("details.menu summary.person")).to_have_count(int(still))
        page.keyboard.press("Escape")
    seat.sign_in()
    hall.enter("expert1", room)
    expect(seat.page.locator(".is-unsent")).to_have_count(0)
    assert hall.messages(room) == before


def test_a_form_is_kept_when_the_session_is_renewed_in_place(hall: Hall) -> None:
    """A warning two minutes before, a wrong password said, then on with the same page: its forms still work."""
    draft = hall.scribe("county").ok("POST", "/cases", {"title": "未写完的申请"})["id"]
    page = hall.seat("county").go(f"/cases/{draft}/edit")
    page.locator("[name=summary]").fill(TYPED)
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    hall.idle("county", 28.5)
    look(page)
    dialog = page.locator("#session-dialog")
    expect(dialog).to_contain_text("登录即将到期")
    hall.seat("county").shot("session-warning")
    dialog.get_by_role("button", name="稍后").click()
    expect(dialog).to_be_hidden()
    page.locator("[name=diagnosis]").fill("肺炎")
    hall.idle("county", 31)
    look(page)
    expect(dialog).to_contain_text("登录已结束")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    sign_in_again(page, "falsch")
    expect(dialog).to_contain_text("用户名或密码不正确")
    sign_in_again(page)
    expect(dialog).to_be_hidden()
    expect(page.locator("[name=summary]")).to_have_value(TYPED)
    expect(page.locator("[name=diagnosis]")).to_have_value("肺炎")
    page.locator("[name=question]").first.fill("是否需要住院？")
    page.locator("[name=title]").focus()
    until(lambda: hall.scribe("county").ok("GET", f"/cases/{draft}")["diagnosis"] == "肺炎")


def test_what_asks_first_does_nothing_before_it_can_ask(hall: Hall) -> None:
    """Scripts arrive late on a thin line: a press in that time neither acts unasked nor is an error."""
    page = hall.seat("trainee").page
    Scribe(hall.url, "trainee")  # signed in at another device
    page.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto("/account")
    out = page.get_by_role("button", name="退出其他设备", include_hidden=True)
    out.press("Enter")
    place = out.bounding_box()
    assert place
    page.mouse.click(place["x"] + 10, place["y"] + 10)
    assert page.url.endswith("/account")
    page.unroute("**/*.js")
    page.reload()
    out.click()
    expect(page.locator("#confirm-dialog")).to_contain_text("除本机外")
    page.locator("#confirm-dialog [data-part=yes]").click()
    expect(out).to_have_count(0)


def test_a_room_goes_on_where_it_was_after_signing_in_again(hall: Hall) -> None:
    """The session ends under an open room: its content is covered, then all is as it was, and the line is back."""
    room = hall.room()
    before = hall.messages(room)
    page = hall.enter("expert1", room)
    page.locator("#composer-text").fill(TYPED)
    hall.idle("expert1", 31)
    expect(page.locator("[data-ended=session_ended]")).to_be_visible()
    expect(page.locator("#session-dialog")).to_contain_text("登录已结束")
    hall.seat("expert1").shot("room-signed-out")
    hall.write("chair", room, "message", {"text": "会上继续"})
    sign_in_again(page)
    live(page)
    expect(page.locator("[data-ended]")).to_have_count(0)
    expect(page.locator("#composer-text")).to_have_value(TYPED)
    until(lambda: said(page) == [*before, "会上继续"])
    page.locator("#composer-text").press("Enter")
    until(lambda: hall.messages(room) == [*before, "会上继续", TYPED])

    # The line was down when the session ended: it is the door that says so, and the way back is the same.
    hall.seat("expert1").context.set_offline(True)
    expect(page.locator("#main")).to_have_attribute("data-status", "offline")
    hall.idle("expert1", 31)
    hall.seat("expert1").context.set_offline(False)
    expect(page.locator("#session-dialog")).to_contain_text("登录已结束")
    sign_in_again(page)
    live(page)


def test_the_next_person_finds_nothing_of_the_first(hall: Hall) -> None:
    """Text in the composer and a message not sent stay behind; a tab that was left open becomes the next person's."""
    room = hall.room()
    before = hall.messages(room)
    seat = hall.seat("expert1")
    left_open = hall.enter("expert1", room)
    seat.page = seat.new_page()
    page = hall.enter("expert1", room)
    seat.context.set_offline(True)
    expect(page.locator("#main")).to_have_attribute("data-status", "offline")
    say(seat, "没有发出")
    until(lambda: unsent(page) == ["没有发出"])
    for each in (page, left_open):
        each.locator("#composer-text").fill(TYPED)
    hall.idle("expert1", 31)
    seat.context.set_offline(False)
    dialog = page.locator("#session-dialog")
    expect(dialog).to_contain_text("登录已结束")
    dialog.get_by_role("link", name="换人登录").click()
    seat.username = "expert2"
    seat.sign_in()
    for each in (page, left_open):
        if each is page:
            page.goto(f"/rooms/{room}")
        live(each)
        expect(each.locator("#composer-text")).to_have_value("")
        expect(each.locator(".is-unsent")).to_have_count(0)
    assert "expert2" in left_open.locator("#room-props").inner_text()
    assert hall.messages(room) == before
