"""Step 1: images first, the text afterwards, and off it goes."""

import re
import time

from playwright.sync_api import Locator, Page, expect

from mdt.kernel import clock
from tests.stories.browser.cast import Cast
from tests.world.browser import Seat
from tests.world.ct import MANY, sent_studies

SUMMARY = "女,49 岁。体检发现肺结节 2 周，无咳嗽咯血，无吸烟史，母亲肺癌史。查体未见异常。"
DIAGNOSIS = "肺结节待查"
QUESTION = "结节性质如何，随访还是手术？"
TITLE = "肺结节，随访还是手术"
SECOND = "肺部阴影复查，与既往对比"
SECOND_SUMMARY = "复查胸部 CT，与既往对比。"
#: Of the straight way with mouse or lists, signing in included; a text is typed, not pressed.
PRESSES = 8


def post_two_cases(cast: Cast) -> None:
    post_a_case(cast)
    post_another(cast)


def begin(county: Seat) -> str:
    """A new draft; its id."""
    page = county.go("/")
    page.get_by_role("link", name="新建会诊申请").first.click()
    page.wait_for_url("**/cases/*/edit*")
    match = re.search(r"/cases/([^/]+)/edit", page.url)
    assert match
    return match.group(1)


def post_a_case(cast: Cast) -> None:
    """Straight from the sign-in to the submission, the text typed while the images are under way. What is left of three
    minutes is for typing: the machine's part and the presses are counted."""
    since = time.monotonic()
    county = cast.seat("county")
    cast.case_id = begin(county)
    page = county.page
    card = drop_the_folder(cast, page)
    page.locator("[name=summary]").fill(SUMMARY)
    page.locator("[name=diagnosis]").fill(DIAGNOSIS)
    page.locator("[name=question]").first.fill(QUESTION)
    page.locator("[name=title]").fill(TITLE)
    consent(page)
    wait_for_the_images(cast, page, card)
    correct_what_the_headers_said(cast, page)
    expect(page.locator("#readiness")).to_contain_text("必需资料已齐")
    county.shot("new-case")
    submit(county, cast.case_id)
    took = time.monotonic() - since
    cast.number = page.locator("#case-number").inner_text()
    assert cast.number
    done = f"{county.presses} presses, {county.hands['text']} texts, {took:.0f} s without typing"
    cast.measure(f"a case with {MANY} slices: {done}")
    assert county.presses <= PRESSES
    assert not county.hands["key"]


def submit(county: Seat, case_id: str) -> None:
    county.page.get_by_role("button", name="提交申请").click()
    county.page.wait_for_url(f"**/cases/{case_id}*")
    expect(county.page.locator(".case-head")).to_contain_text("待受理")


def drop_the_folder(cast: Cast, page: Page) -> Locator:
    page.locator("input[data-choose=folder]").set_input_files(cast.folder)
    card = page.locator(".up-drop").first
    expect(card).to_contain_text(cast.folder.name)
    return card


def wait_for_the_images(cast: Cast, page: Page, card: Locator) -> None:
    """Progress of whole and series, then each verdict; the readiness list follows by itself."""
    expect(card.locator(".up-series").first).to_contain_text(f"{MANY} 幅", timeout=120_000)
    expect(card).to_have_attribute("data-phase", "done", timeout=120_000)
    expect(page.locator(".up-fine summary").first).to_contain_text(f"{MANY} 个文件已入库")
    expect(page.locator("#readiness")).not_to_contain_text("还没有影像")
    cast.seat("county").shot("upload")


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
    page.locator("[name=title]").focus()
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")


def consent(page: Page) -> None:
    page.locator("[name='consent.given']").check()
    page.locator("[name='consent.by']").fill("患者本人")
    page.locator("[name='consent.at']").fill(clock.now().astimezone(clock.SHANGHAI).date().isoformat())


def post_another(cast: Cast) -> None:
    """Another department's case with a prior study, in ZIPs, with everything that comes between: a wrong file, a closed
    browser, a telephone."""
    county = cast.seat("county2")
    cast.second_case = begin(county)
    page = county.page
    page.locator("input[data-choose=files]").set_input_files(sent_studies(cast.place))
    expect(page.locator(".up-drop").first).to_have_attribute("data-phase", "done", timeout=120_000)
    mark_the_prior(page)
    drop_a_wrong_file(page)
    page.locator("[name='patient.sex']").select_option("M")
    page.locator("[name='patient.age']").fill("60")
    page.locator("[name=title]").fill(SECOND)
    close_and_come_back(county, page)
    page = county.page
    readiness = page.locator("#readiness")
    before = int(readiness.get_attribute("data-score") or 0)
    page.locator("[name=diagnosis]").fill("肺部阴影")
    page.locator("[name=question]").first.fill("与既往相比有无变化？")
    consent(page)
    page.locator("[name=title]").focus()
    expect(readiness).to_contain_text("必需资料已齐")
    assert int(readiness.get_attribute("data-score") or 0) > before
    phone_link(page)
    submit(county, cast.second_case)


def mark_the_prior(page: Page) -> None:
    """Of two studies the earlier one is compared with."""
    rows = page.locator(".up-drop .up-study")
    expect(rows).to_have_count(2)
    days = [re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row.inner_text()) for row in rows.all()]
    earlier = min(day.group() for day in days if day)
    row = rows.filter(has_text=earlier)
    row.get_by_role("button", name="标为既往检查").click()
    expect(row).to_contain_text("已作为既往检查")


def close_and_come_back(county: Seat, page: Page) -> None:
    """The browser is closed in the middle of a word; the draft is where it was left."""
    expect(page.locator("#saved-note")).to_contain_text("已自动保存")
    page.locator("[name=summary]").fill(SECOND_SUMMARY)
    address = page.url
    county.page = county.new_page()
    page.close(run_before_unload=False)
    county.page.goto(address)
    expect(county.page.locator("[name=summary]")).to_have_value(SECOND_SUMMARY)
    expect(county.page.locator("[name=title]")).to_have_value(SECOND)


def phone_link(page: Page) -> None:
    """The QR code that lets a phone photograph into this case."""
    page.get_by_role("button", name="用手机拍照上传").click()
    expect(page.locator("#phone-place")).to_be_visible()
    expect(page.locator("#phone-place img, #phone-place svg").first).to_be_visible()
