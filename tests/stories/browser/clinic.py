"""Step 8: a free-clinic day at a tablet, without mouse and with few letters."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from mdt.kernel import clock
from tests.stories.browser.cast import Cast
from tests.world.browser import TABLET, until
from tests.world.clinics import film

DAY = "白石镇冬季义诊"
FILED = "义备〔2026〕117 号"
ROSTER = ("township", "county", "expert1")
QUEUE = (("演示丙", "男", "66", "咳嗽"), ("演示丁", "女", "58", "体检异常"), ("演示戊", "男", "71", "气促"))
#: Ten an hour: six minutes each; the presses alone must take far less.
PRESSES_S = 60.0


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


def register(page: Page, name: str, sex: str, age: str, complaint: str) -> None:
    """Name by the keyboard, all else by finger."""
    page.locator(".identity-name input").fill(name)
    page.locator(".identity").get_by_role("button", name=sex, exact=True).tap()
    for digit in age:
        page.locator(".age-pad").get_by_role("button", name=digit, exact=True).tap()
    page.locator(".encounter").get_by_role("button", name=complaint, exact=True).tap()


def queue_up(page: Page) -> None:
    for person in QUEUE:
        page.locator(".queue").get_by_role("button", name="登记新患者").tap()
        register(page, *person)
        page.get_by_role("button", name="加入候诊").tap()
        expect(page.locator(".queue-row").filter(has_text=person[0])).to_be_visible()


def see_one(page: Page, name: str, disposition: str) -> None:
    page.locator(".queue-row").filter(has_text=name).tap()
    expect(page.locator(".encounter h2")).to_contain_text(name)
    page.locator(".encounter").get_by_role("button", name="3 日内到县医院做胸部 CT").tap()
    page.locator(".encounter").get_by_role("button", name=disposition, exact=True).tap()


def photograph(page: Page, place: Path) -> None:
    picture = place / "胶片.jpg"
    picture.write_bytes(film())
    page.locator(".film-actions input[type=file]").first.set_input_files(picture)
    expect(page.locator(".film img")).to_be_visible()


def hold_the_day(cast: Cast, place: Path) -> None:
    day = plan_the_day(cast)
    township = cast.seat("township", TABLET)
    page = township.go(f"/clinics/{day}")
    expect(page.locator(".clinic-bar")).to_contain_text(FILED)
    since = time.monotonic()
    queue_up(page)
    see_one(page, QUEUE[0][0], "复查")
    page.get_by_role("button", name=re.compile("^完成")).tap()
    see_one(page, QUEUE[1][0], "县医院")
    photograph(page, place)
    township.shot("clinic")
    page.get_by_role("button", name=re.compile("^完成")).tap()
    assert time.monotonic() - since < PRESSES_S
    make_a_case(cast, page, day)
    summary(cast, day)


def encounters(cast: Cast, day: str) -> list[Any]:
    found: list[Any] = cast.scribe("township").ok("GET", f"/clinics/{day}/encounters")["items"]
    return found


def make_a_case(cast: Cast, page: Page, day: str) -> None:
    """One press makes a case with what is known of the person; the slip prints."""
    name = QUEUE[2][0]
    see_one(page, name, "上转")
    page.get_by_role("button", name="转为病例").tap()
    expect(page.locator(".encounter-head a", has_text="已立为病例")).to_be_visible()
    row = until(lambda: next((one for one in encounters(cast, day) if one["name"] == name and one["case_id"]), None))
    slip = cast.seat("township").context.request.get(f"/api/v1/encounters/{row['id']}/slip.pdf")
    assert slip.body().startswith(b"%PDF")
    case = cast.seat("township").go(f"/cases/{row['case_id']}/edit")
    expect(case.locator("[name='patient.name']")).to_have_value(name)
    expect(case.locator("[name=summary]")).to_have_value(re.compile("气促"))


def summary(cast: Cast, day: str) -> None:
    page = cast.seat("coordinator").go(f"/clinics/{day}/day")
    figures = {one.locator("span").inner_text(): one.locator("b").inner_text() for one in page.locator(".stat").all()}
    assert figures["已看"] == "3"
    assert figures["立为病例"] == "1"
    assert figures["胶片"] == "1"
    cast.seat("coordinator").shot("clinic-day")
