"""The upload panel and the page of a new case in a real browser: every state that a physician can meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mdt.kernel import runtime
from tests.stories.browser.dropping import done, drop, folder, images, new_case, newest, open_form, sent
from tests.world.browser import Seat, until
from tests.world.house import Template, house
from tests.world.scribe import Scribe
from tests.world.server import ServerProcess
from tests.world.slices import many, slices

#: The longest time the page did not answer, in milliseconds, since the last question.
WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
  }).observe({ type: 'longtask' });
}"""
SUMMARY = "男，60 岁。咳嗽 1 月，吸烟 30 年。"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[ServerProcess]:
    """The whole product, once for this file: each test has cases of its own."""
    with house(tmp_path_factory.mktemp("panel") / "data", template) as settings:
        runtime.database().close()
        with ServerProcess(settings, module="app") as running:
            yield running


@pytest.fixture
def county(browser: Browser, server: ServerProcess) -> Iterator[Seat]:
    seat = Seat(browser, server.url, "county").sign_in()
    yield seat
    assert seat.complaints == []
    seat.close()


@pytest.fixture(scope="module")
def scribe(server: ServerProcess) -> Scribe:
    """The same physician at the API."""
    return Scribe(server.url, "county")


def test_an_empty_folder_and_one_without_images_are_said_so(county: Seat, scribe: Scribe, tmp_path: Path) -> None:
    empty = folder(tmp_path, "空文件夹", [])
    papers = folder(tmp_path, "只有说明", [])
    (papers / "说明.txt").write_text("胶片说明")
    case_id = new_case(scribe, "空文件夹")
    page = open_form(county, case_id)
    drop(page, empty)
    expect(newest(page)).to_contain_text("“空文件夹”里没有可以上传的影像。")
    expect(newest(page).get_by_role("button")).to_have_text(["知道了"])
    newest(page).get_by_role("button", name="知道了").click()
    expect(page.locator(".up-drop")).to_have_count(0)
    drop(page, papers)
    expect(newest(page)).to_contain_text("“只有说明”里没有可以上传的影像。")
    expect(newest(page).locator(".up-troubles")).to_contain_text("说明.txt 不是影像文件，没有上传。")
    assert images(scribe, case_id) == 0


def test_two_thousand_files_and_a_lost_line(county: Seat, scribe: Scribe, tmp_path: Path) -> None:
    """Progress all the way, a page one can type in, a pause while the line is down, and the right counts at the end."""
    place = folder(tmp_path, "二千幅", many(2000))
    case_id = new_case(scribe, "二千个文件")
    page = open_form(county, case_id)
    page.evaluate(WATCH)
    drop(page, place)
    until(lambda: sent(page) > 100, 60)
    page.locator("[name=summary]").press_sequentially(SUMMARY)
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    assert page.evaluate("longest") < 1000
    lose_the_line(county, page)
    card = done(page, 400_000)
    expect(page.locator("#upload .card-head")).to_contain_text("2000 / 2000 个文件")
    expect(card.locator(".up-fine summary")).to_contain_text("2000 个文件已入库")
    expect(card.locator(".up-series")).to_contain_text("已入库，可阅片")
    assert images(scribe, case_id) == 2000
    assert page.evaluate("longest") < 1000


def lose_the_line(seat: Seat, page: Page) -> None:
    """Nothing is sent while it is down, the panel says so, and it goes on by itself."""
    seat.context.set_offline(True)
    expect(newest(page)).to_contain_text("网络已断开，恢复后自动续传")
    stood = sent(page) + 4  # as many as may have been on their way
    assert stood < 2000
    page.locator("[name=diagnosis]").fill("右上肺占位")
    expect(page.locator("#saved-note")).to_contain_text("尚未保存")
    assert sent(page) <= stood
    seat.context.set_offline(False)
    until(lambda: sent(page) > stood)
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")


def test_a_server_that_is_away_is_waited_for(
    county: Seat, scribe: Scribe, server: ServerProcess, tmp_path: Path
) -> None:
    case_id = new_case(scribe, "服务器重启")
    page = open_form(county, case_id)
    place = folder(tmp_path, "重启时上传", many(150))
    drop(page, place)
    until(lambda: sent(page) > 10)
    server.kill()
    expect(newest(page)).to_contain_text("连接不上服务器，正在自动重试")
    server.start()
    expect(done(page).locator(".up-fine summary")).to_contain_text("150 个文件已入库")
    assert images(scribe, case_id) == 150


def test_a_wrong_folder_is_moved_and_taken_back_by_keyboard(county: Seat, scribe: Scribe, tmp_path: Path) -> None:
    place = folder(tmp_path, "拖错的文件夹", slices(3))
    here, there = new_case(scribe, "拖到这里"), new_case(scribe, "本该在这里")
    page = open_form(county, here)
    drop(page, place)
    card = done(page)
    card.get_by_role("button", name="移到另一个病例").press("Enter")
    choice = card.get_by_role("combobox", name="移到哪个病例")
    expect(choice).to_be_focused()
    until(lambda: arrow_to(page, "本该在这里"))
    assert images(scribe, here) == 3  # choosing is not yet moving
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("拖错的文件夹 已移到另一个病例")
    expect(newest(page).get_by_role("link")).to_contain_text("本该在这里")
    assert (images(scribe, here), images(scribe, there)) == (0, 3)
    expect(page.locator("#readiness")).to_contain_text("还没有可显示的影像")
    expect(newest(page).get_by_role("button", name="移回本病例")).to_be_focused()
    page.keyboard.press("Enter")
    expect(newest(page)).to_have_attribute("data-phase", "done")
    assert (images(scribe, here), images(scribe, there)) == (3, 0)
    take_back(page)
    assert images(scribe, here) == 0
    assert county.status(f"/api/v1/cases/{here}/images.zip") in (200, 404)


def arrow_to(page: Page, title: str) -> bool:
    """One press of the arrow; whether the wanted case is chosen now."""
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".up-move select").evaluate("select => select.selectedOptions[0].textContent")
    return title in str(chosen)


def take_back(page: Page) -> None:
    """It is asked first, and Escape changes nothing."""
    undo = newest(page).get_by_role("button", name="撤销这次上传")
    dialog = page.locator("#confirm-dialog")
    undo.press("Enter")
    expect(dialog).to_contain_text("撤销这次上传？")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(newest(page)).to_have_attribute("data-phase", "done")
    undo.press("Enter")
    dialog.locator("button[value=yes]").press("Enter")
    expect(page.locator(".up-drop")).to_have_count(0)
    expect(page.locator("#readiness")).to_contain_text("还没有可显示的影像")


def test_another_patients_files_are_shown_side_by_side(county: Seat, scribe: Scribe, tmp_path: Path) -> None:
    case_id = new_case(scribe, "别人的影像", name="演示庚", sex="M")
    page = open_form(county, case_id)
    drop(page, folder(tmp_path, "别人", slices(2, name="演示辛")))
    check = done(page).locator(".up-patient")
    expect(check).to_contain_text("影像中的患者与本病例不一致，请核对")
    rows = check.locator("tbody tr")
    expect(rows.filter(has_text="姓名")).to_contain_text("演示庚")
    expect(rows.filter(has_text="姓名")).to_contain_text("演示辛")
    expect(rows.filter(has_text="性别")).to_contain_text("女")
    county.shot("another-patient")
    check.get_by_role("button", name="不是，移走这项检查").click()
    expect(newest(page)).to_contain_text("这项检查已从病例移走")
    assert images(scribe, case_id) == 0
    newest(page).get_by_role("button", name="放回病例").click()
    check.get_by_role("button", name="是同一人").click()
    expect(check).to_have_count(0)
    expect(newest(page).locator(".up-troubles")).to_have_count(0)
    assert images(scribe, case_id) == 2
    expect(page.locator("[name='patient.local_id']")).to_have_value("")  # nothing is taken from another's files
    page.reload()
    expect(page.locator("#stored-images li")).to_have_count(1)
    expect(page.locator(".up-patient")).to_have_count(0)


def test_a_prior_is_flagged_and_a_single_study_removed(county: Seat, scribe: Scribe, tmp_path: Path) -> None:
    """In the drop while it stands there, in the list of the case's studies afterwards: never in both."""
    place = tmp_path / "两次检查"
    folder(place, "今年", slices(3))
    folder(place, "去年", slices(2))
    case_id = new_case(scribe, "两次检查")
    page = open_form(county, case_id)
    drop(page, place)
    card = done(page)
    older = card.locator(".up-study").filter(has_text="2 幅")
    older.get_by_role("button", name="标为既往检查").click()
    expect(older).to_contain_text("已作为既往检查")
    expect(page.locator("#stored-images")).to_be_hidden()
    card.get_by_role("button", name="知道了").click()
    stored = page.locator("#stored-images li")
    expect(stored).to_have_count(2)
    row = stored.filter(has_text="2 幅")
    expect(row).to_contain_text("既往")
    row.get_by_role("button", name="移走").click()
    page.locator("#confirm-dialog button[value=yes]").click()
    expect(stored).to_have_count(1)
    assert images(scribe, case_id) == 3


def test_what_is_refused_stands_beside_its_name_and_enters_no_timeline(
    county: Seat, scribe: Scribe, tmp_path: Path
) -> None:
    case_id = new_case(scribe, "全部被拒")
    page = open_form(county, case_id)
    drop(page, folder(tmp_path, "坏文件", [b"no DICOM at all" * 40, slices(1)[0][:700]]))
    card = done(page)
    expect(card.locator(".up-troubles .is-refused")).not_to_have_count(0)
    expect(card.locator(".up-troubles")).to_contain_text("IM00000")
    expect(card.locator(".up-fine")).to_have_count(0)
    page = county.go(f"/cases/{case_id}")
    expect(page.locator("main")).to_contain_text("已建立草稿")
    expect(page.locator("main")).not_to_contain_text("影像入库")
