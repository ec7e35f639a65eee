"""Step 7: the recommendations carried out or not, the outcome told, and the experts see what became of it."""

from playwright.sync_api import expect

from mdt.kernel import clock
from tests.stories.browser.cast import Cast
from tests.stories.browser.deciding import RECOMMENDED

OUTCOME = "胸腔镜下楔形切除，恢复好"


def report_back(cast: Cast) -> None:
    page = cast.seat("county").go("/tasks")
    first = page.locator(".task-row").filter(has_text=RECOMMENDED[0])
    first.get_by_role("button", name="已执行", exact=True).click()
    expect(first.get_by_role("button", name="已执行")).to_have_count(0)
    second = page.locator(".task-row").filter(has_text=RECOMMENDED[1])
    second.locator("details summary").click()
    second.locator("select[name=reason_code]").select_option("no_resource")
    cast.seat("county").shot("tasks")
    second.get_by_role("button", name="记为未执行").click()
    expect(page.locator("main")).not_to_contain_text("记为未执行")
    tasks = {task["text"]: task["state"] for task in cast.scribe("county").ok("GET", "/tasks?mine=1")["items"]}
    assert tasks == {RECOMMENDED[0]: "done", RECOMMENDED[1]: "not_done"}


def record_the_outcome(cast: Cast) -> None:
    page = cast.seat("county").go(f"/cases/{cast.case_id}")
    form = page.locator("#outcome form")
    form.locator("[name=status]").select_option("improved")
    form.locator("[name=on]").fill(clock.now().astimezone(clock.SHANGHAI).date().isoformat())
    form.locator("[name=text]").fill(OUTCOME)
    form.get_by_role("button", name="登记").click()
    expect(page.locator("#outcome")).to_contain_text(OUTCOME)
    expert = cast.seat("expert1").go(f"/cases/{cast.case_id}")
    expect(expert.locator("#outcome")).to_contain_text(OUTCOME)
    cast.seat("expert1").shot("case")


def follow_up(cast: Cast) -> None:
    report_back(cast)
    record_the_outcome(cast)
