"""Step 1: images first, the text afterwards, and off it goes."""

import re

from playwright.sync_api import Page, expect

from mdt.kernel import clock
from tests.stories.browser.cast import Cast
from tests.world.browser import Seat

SUMMARY = "女,49 岁。体检发现肺结节 2 周，无咳嗽咯血，无吸烟史，母亲肺癌史。查体未见异常。"
DIAGNOSIS = "肺结节待查"
QUESTION = "结节性质如何，随访还是手术？"
TITLE = "肺结节，随访还是手术"


def post_a_case(cast: Cast) -> None:
    county = cast.seat("county")
    page = county.go("/")
    page.get_by_role("link", name="新建会诊申请").first.click()
    page.wait_for_url("**/cases/*/edit*")
    match = re.search(r"/cases/([^/]+)/edit", page.url)
    assert match
    cast.case_id = match.group(1)
    drop_the_folder(cast, page)
    drop_a_wrong_file(page)
    correct_what_the_headers_said(cast, page)
    county.shot("new-case")
    close_and_come_back(county, page)
    fill_the_rest(county.page)
    phone_link(county.page)
    county.page.get_by_role("button", name="提交申请").click()
    county.page.wait_for_url(f"**/cases/{cast.case_id}*")
    expect(county.page.locator(".case-head")).to_contain_text("待受理")
    cast.number = county.page.locator("#case-number").inner_text()
    assert cast.number


def drop_the_folder(cast: Cast, page: Page) -> None:
    """Progress of whole and series, then each verdict; the readiness list follows by itself."""
    count = sum(1 for place in cast.folder.rglob("*") if place.is_file())
    page.locator("input[data-choose=folder]").set_input_files(cast.folder)
    card = page.locator(".up-drop").first
    expect(card).to_contain_text(cast.folder.name)
    expect(card).to_have_attribute("data-phase", "done", timeout=120_000)
    expect(page.locator(".up-fine summary").first).to_contain_text(f"{count} 个文件已入库")
    expect(page.locator("#readiness")).not_to_contain_text("还没有影像")


def drop_a_wrong_file(page: Page) -> None:
    """A file dropped anywhere on the page: what is no image is said beside its name."""
    transfer = page.evaluate_handle(
        """() => { const carried = new DataTransfer();
        carried.items.add(new File(['not an image'], '看图软件.exe'));
        carried.items.add(new File(['no DICOM at all'], 'IM9999'));
        return carried; }"""
    )
    page.locator("main").dispatch_event("dragover", {"dataTransfer": transfer})
    page.locator("main").dispatch_event("drop", {"dataTransfer": transfer})
    # The newest drop stands first or last; its troubles name both files.
    troubles = page.locator(".up-troubles")
    expect(troubles.filter(has_text="看图软件.exe")).to_be_visible()
    expect(troubles.filter(has_text="IM9999").locator(".is-refused").first).to_be_visible(timeout=60_000)


def correct_what_the_headers_said(cast: Cast, page: Page) -> None:
    name = page.locator("[name='patient.name']")
    expect(name).not_to_have_value("")
    expect(page.locator("#from-file-note")).to_be_visible()
    cast.patient = name.input_value()
    page.locator("[name='patient.sex']").select_option("F")
    if not page.locator("[name='patient.birth_date']").input_value():
        page.locator("[name='patient.age']").fill("49")
    page.locator("[name='patient.local_id']").fill("QX0001")
    page.locator("[name=title]").fill(TITLE)
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")


def close_and_come_back(county: Seat, page: Page) -> None:
    """The browser is closed in the middle of a word; the draft is where it was left."""
    page.locator("[name=summary]").fill(SUMMARY)
    address = page.url
    county.page = county.new_page()
    page.close(run_before_unload=False)
    county.page.goto(address)
    expect(county.page.locator("[name=summary]")).to_have_value(SUMMARY)
    expect(county.page.locator("[name=title]")).to_have_value(TITLE)


def fill_the_rest(page: Page) -> None:
    readiness = page.locator("#readiness")
    expect(readiness).to_contain_text("必需资料")
    before = int(readiness.get_attribute("data-score") or 0)
    page.locator("[name=diagnosis]").fill(DIAGNOSIS)
    page.locator("[name=question]").first.fill(QUESTION)
    page.locator("[name='consent.given']").check()
    page.locator("[name='consent.by']").fill("患者本人")
    page.locator("[name='consent.at']").fill(clock.now().astimezone(clock.SHANGHAI).date().isoformat())
    page.locator("[name=title]").focus()
    expect(page.locator("#readiness")).to_contain_text("必需资料已齐")
    assert int(page.locator("#readiness").get_attribute("data-score") or 0) > before


def phone_link(page: Page) -> None:
    """The QR code that lets a phone photograph into this case."""
    page.get_by_role("button", name="用手机拍照上传").click()
    expect(page.locator("#phone-place")).to_be_visible()
    expect(page.locator("#phone-place img, #phone-place svg").first).to_be_visible()
