"""Step 8: a free-clinic day at a tablet, without mouse and with few letters."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from playwright.sync_api import Page, expect

from mdt.kernel import clock
from tests.stories.browser.cast import Cast
from tests.world.browser import TABLET, Seat
from tests.world.clinics import film

DAY = "白石镇冬季义诊"
FILED = "义备〔2026〕117 号"
ROSTER = ("township", "county", "expert1")
CT, WATCH, RETURN = "3 日内到县医院做胸部 CT", "按时服药，监测血压血糖", "带既往片子复诊对比"


class Person(NamedTuple):
    name: str
    sex: str
    age: int
    complaint: str
    advice: str
    disposition: str


PEOPLE = (
    Person("演示甲", "男", 66, "咳嗽", CT, "县医院"),
    Person("演示乙", "女", 58, "体检异常", RETURN, "复查"),
    Person("演示丙", "男", 71, "气促", CT, "上转"),
    Person("演示丁", "女", 45, "头晕", WATCH, "无需处理"),
    Person("演示戊", "男", 39, "腰痛", WATCH, "无需处理"),
    Person("演示己", "女", 62, "胸痛", CT, "急诊"),
    Person("演示庚", "男", 54, "咳痰", RETURN, "复查"),
    Person("演示辛", "女", 33, "腹痛", WATCH, "县医院"),
    Person("演示壬", "男", 77, "体重下降", CT, "县医院"),
    Person("演示癸", "女", 68, "咳嗽", CT, "会诊"),
)
WITH_FILM = (1, 9)
#: New, sex, two digits, complaint, into the queue; advice, disposition, done; one for a film or a name in the queue.
PRESSES = 10


def plan_the_day(cast: Cast) -> str:
    page = cast.seat("coordinator").go("/clinics/new")
    soon = clock.now().astimezone(clock.SHANGHAI) + timedelta(minutes=5)
    for name, value in (
        ("title", DAY),
        ("place", "白石镇卫生院门诊楼一层"),
        ("starts_at", soon.strftime("%Y-%m-%dT%H:%M")),
        ("duration_min", "240"),
        ("filing_authority", "青溪县卫生健康局"),
        ("filing_number", FILED),
    ):
        page.locator(f"main [name={name}]").fill(value)
    for username in ROSTER:
        page.locator(f"main input[name=roster][value='{cast.scribe(username).person['id']}']").check()
    page.get_by_role("button", name="创建义诊").click()
    page.wait_for_url(re.compile(r"/clinics/[0-9a-f-]{36}"))
    found = re.search(r"/clinics/([0-9a-f-]{36})", page.url)
    assert found
    return found.group(1)


def register(page: Page, who: Person) -> None:
    """The name on the tablet's own keyboard, all else by finger."""
    page.locator(".queue").get_by_role("button", name="登记新患者").tap()
    page.locator(".identity-name input").fill(who.name)
    page.locator(".identity").get_by_role("button", name=who.sex, exact=True).tap()
    for digit in str(who.age):
        page.locator(".age-pad").get_by_role("button", name=digit, exact=True).tap()
    page.locator(".encounter").get_by_role("button", name=who.complaint, exact=True).tap()
    page.get_by_role("button", name="加入候诊").tap()
    expect(page.locator(".queue-row").filter(has_text=who.name)).to_be_visible()


def see(page: Page, who: Person) -> None:
    """Whoever sits down is on the tablet already."""
    expect(page.locator(".encounter h2")).to_contain_text(who.name)
    page.locator(".encounter").get_by_role("button", name=who.advice).tap()
    page.locator(".encounter").get_by_role("button", name=who.disposition, exact=True).tap()


def finish(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^完成")).tap()


def photograph(page: Page, place: Path) -> None:
    picture = place / "胶片.jpg"
    picture.write_bytes(film((1600, 1200)))
    page.locator(".film-actions input[type=file]").first.set_input_files(picture)
    expect(page.locator(".film img")).to_be_visible()


def ten_in_a_row(cast: Cast, township: Seat) -> None:
    """Ten an hour are six minutes each: how many presses one takes, and how long the machine. No mouse, no keyboard."""
    page = township.page
    before, since = township.presses, time.monotonic()
    for who in PEOPLE:
        register(page, who)
    each = [time.monotonic() - since]
    page.locator(".queue-row").filter(has_text=PEOPLE[0].name).tap()
    for number, who in enumerate(PEOPLE):
        since = time.monotonic()
        see(page, who)
        if number in WITH_FILM:
            photograph(page, cast.place)
            township.shot("clinic")
        if number < len(PEOPLE) - 1:
            finish(page)
            expect(page.locator(".encounter h2")).to_contain_text(PEOPLE[number + 1].name)
        each.append(time.monotonic() - since)
    presses = (township.presses - before) / len(PEOPLE)
    cast.measure(f"an encounter: {presses:.1f} presses, one name, {sum(each) / len(PEOPLE):.1f} s of the machine")
    assert presses <= PRESSES
    assert township.hands["mouse"] == township.hands["key"] == 0


def hold_the_day(cast: Cast) -> None:
    day = plan_the_day(cast)
    township = cast.seat("township", TABLET)
    township.hands.clear()  # signing in is the only thing done with a mouse's press
    page = township.go(f"/clinics/{day}")
    expect(page.locator(".clinic-bar")).to_contain_text(FILED)
    ten_in_a_row(cast, township)
    make_a_case(cast, page, day)
    print_the_slip(township)
    summary(cast, day)


def make_a_case(cast: Cast, page: Page, day: str) -> None:
    """One press makes a case with what is known of the person."""
    page.get_by_role("button", name="记录知情同意").tap()
    page.get_by_role("button", name="转为病例").tap()
    made = page.locator(".encounter-head a", has_text="已立为病例")
    expect(made).to_be_visible()
    cast.seat("township").shot("clinic-case")
    found = re.search(r"/cases/([^/]+)", made.get_attribute("href") or "")
    assert found
    cast.case_id = found.group(1)


def print_the_slip(township: Seat) -> None:
    """The 义诊单 opens as a page that prints."""
    with township.context.expect_page() as opened:
        township.page.get_by_role("button", name="义诊单").tap()
    address = opened.value.url
    slip = township.context.request.get(address)
    (page,) = pypdfium2.PdfDocument(slip.body())
    text = page.get_textpage().get_text_bounded()
    for said in (PEOPLE[-1].name, PEOPLE[-1].advice):
        assert said in text
    opened.value.close()


def summary(cast: Cast, day: str) -> None:
    page = cast.seat("coordinator").go(f"/clinics/{day}/day")
    figures = {one.locator("span").inner_text(): one.locator("b").inner_text() for one in page.locator(".stat").all()}
    assert figures["已看"] == str(len(PEOPLE))
    assert figures["立为病例"] == "1"
    assert figures["胶片"] == "2"
    assert figures["候诊"] == "0"
    cast.seat("coordinator").shot("clinic-day")
