"""A draft that outlives its browser, and a telephone that photographs into it: real browsers, one of them killed."""

from datetime import timedelta
from pathlib import Path

import segno
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from mdt.cases.models import PhoneLink
from mdt.kernel import clock, runtime
from tests.stories.browser.dropping import done, drop, folder, images, new_case, open_form, profile, sent
from tests.world.browser import PHONE, Seat, until
from tests.world.clinics import film
from tests.world.scribe import Scribe
from tests.world.server import ServerProcess
from tests.world.slices import many, slices

TOLD = "患者男，60 岁，咳嗽 1 月余，痰中带血 3 天，吸烟 30 年。" * 4
FILES = 200


def test_a_draft_outlives_a_browser_killed_at_any_moment(
    browser: Browser, server: ServerProcess, tmp_path: Path
) -> None:
    """Images before any text; killed in the middle of a sentence, and again in the middle of an upload; the next day
    at another computer all of it is there, and the drop goes on where it ended."""
    scribe = Scribe(server.url, "county")
    large = folder(tmp_path, "第二次检查", many(FILES))
    with profile(browser, server.url, tmp_path / "profile") as desk:
        desk.sign_in("county")
        case_id = images_first(desk.page, folder(tmp_path, "先拖影像", slices(3)))
        told = type_until_saved(desk.page, scribe, case_id)
        desk.kill()
    with profile(browser, server.url, tmp_path / "profile") as desk:
        desk.sign_in("county")
        page = desk.page
        page.goto(f"/cases/{case_id}/edit")
        expect(page.locator("#stored-images")).to_contain_text("3 幅")
        assert page.locator("[name=summary]").input_value().startswith(told)
        drop(page, large)
        until(lambda: sent(page) > 10)
        desk.kill()
    there = images(scribe, case_id)
    assert there < 3 + FILES
    go_on_elsewhere(Seat(browser, server.url, "county").sign_in(), case_id, large)
    assert images(scribe, case_id) == 3 + FILES


def images_first(page: Page, place: Path) -> str:
    """A new case of which nothing is written: the images tell the patient. Its id."""
    page.goto("/cases/new")
    page.wait_for_url("**/cases/*/edit")
    drop(page, place)
    done(page)
    expect(page.locator("[name='patient.name']")).to_have_value("曾演示")
    return page.url.split("/")[-2]


def type_until_saved(page: Page, scribe: Scribe, case_id: str) -> str:
    """Type without a pause until the server has the beginning; what it has."""
    page.locator("[name=summary]").focus()
    for letter in TOLD:
        page.keyboard.type(letter, delay=40)
        told = scribe.ok("GET", f"/cases/{case_id}")["summary"] or ""
        if told:
            assert TOLD.startswith(told)
            return str(told)
    raise AssertionError("typing without a pause is never saved")


def go_on_elsewhere(seat: Seat, case_id: str, place: Path) -> None:
    """Another computer, which knows nothing of the drop: the server does."""
    page = open_form(seat, case_id)
    left = page.locator(".up-left")
    expect(left).to_contain_text("第二次检查")
    expect(left).to_contain_text("没有传完，已经收到")
    expect(left).to_contain_text("请把同一个文件夹再拖进来，已经传完的会自动跳过。")
    seat.shot("upload-left-behind")
    drop(page, place)
    expect(left).to_have_count(0)
    expect(done(page).locator(".up-fine summary")).to_contain_text("个上次已经传完，没有重传")
    assert seat.complaints == []
    seat.close()


def test_words_written_without_a_line_survive_the_window(browser: Browser, server: ServerProcess) -> None:
    """Closed while nothing could be sent: the same browser brings them back, and signing out forgets them."""
    scribe = Scribe(server.url, "county")
    case_id = new_case(scribe, "断网时写的")
    seat = Seat(browser, server.url, "county").sign_in()
    page = open_form(seat, case_id)
    seat.context.set_offline(True)
    page.locator("[name=summary]").fill(TOLD)
    expect(page.locator("#saved-note")).to_contain_text("尚未保存")
    page.close()
    assert scribe.ok("GET", f"/cases/{case_id}")["summary"] in (None, "")
    seat.context.set_offline(False)
    seat.page = seat.new_page()
    page = open_form(seat, case_id)
    expect(page.locator("[name=summary]")).to_have_value(TOLD)
    expect(page.locator("#toasts")).to_contain_text("已找回上次没来得及保存的文字")
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    assert scribe.ok("GET", f"/cases/{case_id}")["summary"] == TOLD
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('mdt.unsaved'))") == []
    seat.close()


def test_what_cannot_be_saved_says_why_beside_its_field(browser: Browser, server: ServerProcess) -> None:
    seat = Seat(browser, server.url, "county").sign_in()
    page = seat.go("/cases/new")
    page.locator("[name='patient.birth_date']").fill("1980-05-05")
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    page.locator("[name='patient.age']").fill("60")
    page.locator("[name=title]").focus()
    field = page.locator(".field", has=page.locator("[name='patient.age']"))
    expect(field.locator(".error")).to_contain_text("年龄由它算出")
    page.locator("[name='patient.birth_date']").fill("")
    page.locator("[name=title]").focus()
    expect(field.locator(".error")).to_have_count(0)
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    seat.close()


def test_a_phone_photographs_into_the_case(browser: Browser, server: ServerProcess) -> None:
    """The code leads a telephone to its page; what it sends stands in the case at the desk without a reload."""
    scribe = Scribe(server.url, "county")
    case_id = new_case(scribe, "手机拍照")
    desk = Seat(browser, server.url, "county").sign_in()
    page = open_form(desk, case_id)
    page.get_by_role("button", name="用手机拍照上传").click()
    link = str(page.locator("#phone-link").get_attribute("href"))
    assert_code_says(page, link)
    phone = Seat(browser, server.url, size=PHONE)
    photograph(phone, link)
    expect(page.locator("#material-list")).to_contain_text("同意书.jpg", timeout=10_000)
    desk.shot("phone-arrived")
    (found,) = scribe.ok("GET", f"/cases/{case_id}")["materials"]
    assert (found["kind"], found["media_type"]) == ("consent", "image/jpeg")
    with runtime.database().engine.begin() as half_an_hour_later:
        half_an_hour_later.execute(update(PhoneLink).values(expires_at=clock.now() - timedelta(seconds=1)))
    for old in (link, f"{server.url}/phone/unknown"):
        answer = phone.page.goto(old)
        assert answer is not None
        assert answer.status == 404
        expect(phone.page.locator("h1")).to_have_text("链接已失效")
        expect(phone.page.locator("main")).to_contain_text("请在电脑的申请页上再按一次“用手机拍照上传”")
    phone.shot("phone-gone")
    for seat in (desk, phone):
        assert seat.complaints == []
        seat.close()


def test_a_case_that_has_films_only_is_seen_in_its_room(browser: Browser, server: ServerProcess) -> None:
    scribe = Scribe(server.url, "county")
    case_id = new_case(scribe, "只有胶片")
    for number in (1, 2):
        shot = {"file": (f"{number}.jpg", film(), "image/jpeg")}
        scribe.ok("POST", f"/cases/{case_id}/materials", data={"kind": "photo"}, files=shot)
    text = {"summary": TOLD, "questions": [{"text": "右上肺病变是否为活动性结核？"}]}
    scribe.ok("PATCH", f"/cases/{case_id}", text)
    room_id = scribe.ok("POST", f"/cases/{case_id}/actions/submit", {})["room_id"]
    seat = Seat(browser, server.url, "county").sign_in()
    page = seat.go(f"/rooms/{room_id}")
    films = page.locator(".stage-films img")
    expect(films).to_have_count(2)
    until(lambda: films.evaluate_all("all => all.every(one => one.naturalWidth > 0)"))
    expect(page.locator(".case-papers a")).to_have_count(2)
    expect(page.locator(".vw")).to_be_hidden()
    assert seat.complaints == []
    seat.close()


def assert_code_says(page: Page, link: str) -> None:
    """The code on the screen is the link's."""
    drawn = page.locator("#phone-panel svg path").last.get_attribute("d")
    assert drawn
    assert drawn in segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)


def photograph(phone: Seat, link: str) -> None:
    """With a finger: choose what it is, take it, send it."""
    phone.page.goto(link)
    phone.page.locator(".chips label").filter(has_text="同意书").tap()
    with phone.page.expect_file_chooser() as chooser:
        phone.page.locator("label[for=phone-file]").tap()
    taken = {"name": "同意书.jpg", "mimeType": "image/jpeg", "buffer": film((3000, 2000))}
    chooser.value.set_files(files=[taken])
    expect(phone.page.locator("#phone-shots")).to_contain_text("同意书.jpg")
    phone.shot("phone")
    phone.page.locator("#phone-send").tap()
    expect(phone.page.locator(".banner-ok")).to_contain_text("已传 1 张")
