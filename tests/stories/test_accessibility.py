"""Every page, for a person who may see it, at a desk and on a phone: no violation that axe-core knows, nothing on the
console (a breach of the content security policy stands there), nothing wider than the screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from tests.world.browser import DESK, PHONE, Seat
from tests.world.server import ROOT, ServerProcess
from tests.world.viewing import wait_for_picture
from tests.world.whole import Whole, make_whole

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: What axe says, short: the rule, how often, the first place.
RUN = """async () => {
  const { violations } = await axe.run(document, { iframes: false });
  return violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0].html.slice(0, 160)}`);
}"""
#: What reaches out of the screen: the widest element, or nothing.
WIDER = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return '';
  const wide = one => one.getBoundingClientRect().right > clientWidth + 1;
  const out = [...document.querySelectorAll('body *')].filter(wide);
  return `${scrollWidth} > ${clientWidth}: ${out[0] ? out[0].outerHTML.slice(0, 160) : '?'}`;
}"""


def pages_of(whole: Whole) -> dict[str, list[str]]:
    """The addresses that each person visits; "" is nobody."""
    own = whole.own
    case, meeting, day = f"/cases/{own['case']}", f"/meetings/{own['meeting']}", f"/clinics/{own['clinic_day']}"
    opinion, document = f"/consensus/{own['consensus']}", f"/documents/{own['document']}"
    room = f"/rooms/{own['room']}"
    draft = f"/cases/{whole.draft['case']}"
    return {
        "": ["/login", f"/verify/{own['verify_code']}", "/verify/0000-0000", "/join/unknown", "/nowhere"],
        "county": [
            *("/", "/cases", "/cases?view=list", "/cases?q=nobody", case, f"{case}?audit=1", f"{case}/edit"),
            *(draft, f"{draft}/edit", f"{draft}?do=withdraw", room, "/tasks", document, opinion),
            *("/notices", "/account", "/clinics", "/meetings", "/api/docs", "/cases/nothing"),
        ],
        "coordinator": [
            *("/", "/cases", case, f"{case}?do=postpone", f"/cases/{whole.township['case']}", meeting),
            *("/meetings?view=week", "/meetings?view=list", "/meetings/new", f"{meeting}/edit"),
            *("/clinics", "/clinics/new", f"{day}/day", f"{day}/edit", f"{day}/screen"),
        ],
        "chair": ["/", case, meeting, room, opinion],
        "expert2": ["/", case, meeting],
        "township": ["/", day],
        "qingxi_admin": [
            *("/", "/admin/people", "/admin/people/new", f"/admin/people/{own['person']}"),
            *("/admin/audit", "/admin/agreements"),
        ],
        "admin": ["/", "/admin/hospitals", "/admin/people"],
    }


@pytest.fixture
def whole(app: Flask, settings: Settings) -> Iterator[tuple[Whole, str]]:
    """One of everything, served."""
    made = make_whole(app)
    runtime.database().close()
    with ServerProcess(settings, module="app") as server:
        yield made, server.url


def settle(page: Page) -> None:
    """The islands of the page have drawn themselves."""
    page.wait_for_load_state("networkidle") if page.locator(".room").count() == 0 else wait_for_room(page)


def wait_for_room(page: Page) -> None:
    page.locator("#main[data-status=live]").wait_for()
    if page.locator(".vw").count():
        wait_for_picture(page)


def faults(seat: Seat, path: str) -> list[str]:
    seat.page.goto(path)
    settle(seat.page)
    found: list[Any] = [seat.page.evaluate(WIDER)]
    seat.page.evaluate(AXE.read_text(encoding="utf-8"))
    found += seat.page.evaluate(RUN)
    return [f"{seat.username or 'nobody'} {path} {fault}" for fault in found if fault]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_can_be_used_by_everybody(
    browser: Browser, whole: tuple[Whole, str], size: tuple[int, int], tmp_path: Path
) -> None:
    made, url = whole
    found: list[str] = []
    for username, paths in pages_of(made).items():
        seat = Seat(browser, url, username, size)
        if username:
            seat.sign_in()
        for path in paths:
            found += faults(seat, path)
        found += seat.complaints
        seat.close()
    assert not found, "\n".join(found)
