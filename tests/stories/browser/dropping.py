"""Hands at the upload panel: real folders dropped from the desk, a browser that is killed."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from mdt.shell.demo.people import PASSWORD
from tests.world.browser import CHROMIUM, DESK, Seat, until
from tests.world.scribe import Scribe

LOADED_MS = 120_000
"""A drop on a machine that has other work too."""


def folder(place: Path, name: str, files: list[bytes]) -> Path:
    """A folder with files IM00000, IM00001 …"""
    made = place / name
    made.mkdir(parents=True)
    for number, content in enumerate(files):
        (made / f"IM{number:05}").write_bytes(content)
    return made


def drop(page: Page, *paths: Path) -> None:
    """Files and folders of the disk let go over the page, as from the desk's file manager."""
    line = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(each) for each in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        line.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})
    line.detach()


def newest(page: Page) -> Locator:
    """The card of the last drop."""
    return page.locator(".up-drop").first


def done(page: Page, within_ms: float = LOADED_MS) -> Locator:
    """The same when the server has looked at every file."""
    card = newest(page)
    expect(card).to_have_attribute("data-phase", "done", timeout=within_ms)
    return card


def new_case(scribe: Scribe, title: str, **patient: str) -> str:
    """A draft; its id."""
    return str(scribe.ok("POST", "/cases", {"title": title, "patient": patient})["id"])


def images(scribe: Scribe, case_id: str) -> int:
    """How many images the case shows."""
    return sum(int(each["instances"]) for each in scribe.ok("GET", f"/cases/{case_id}/studies")["items"])


def open_form(seat: Seat, case_id: str) -> Page:
    """The page on which a case is written."""
    page = seat.go(f"/cases/{case_id}/edit")
    expect(page.locator("input[data-choose=folder]")).to_have_count(1)
    return page


class Profile:
    """A browser program of its own with a folder that outlives it: what a county computer's browser is."""

    def __init__(self, browser: Browser, url: str, place: Path) -> None:
        self.place = place
        self.is_killed = False
        self.context = browser.browser_type.launch_persistent_context(
            str(place),
            executable_path=CHROMIUM,
            base_url=url,
            viewport={"width": DESK[0], "height": DESK[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.context.set_default_timeout(20_000)
        self.page = self.context.pages[0]

    def sign_in(self, username: str) -> None:
        """Unless the browser still is."""
        self.page.goto("/")
        if "/login" in self.page.url:
            self._fill_in(username)
        expect(self.page.locator("details.menu summary.person")).to_be_visible()

    def _fill_in(self, username: str) -> None:
        self.page.locator("input[name=username]").first.fill(username)
        self.page.locator(".sign-in-form input[name=password]").fill(PASSWORD)
        self.page.locator(".sign-in-form button[type=submit]").click()

    def kill(self) -> None:
        """kill -9, as when the plug is pulled."""
        os.kill(until(self._program), signal.SIGKILL)
        self.is_killed = True

    def _program(self) -> int | None:
        """The process that holds the profile: not one of its children (these say their type)."""
        for each in Path("/proc").iterdir():
            if each.name.isdigit() and self._is_program(each):
                return int(each.name)
        return None

    def _is_program(self, process: Path) -> bool:
        try:
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            return False
        return f"--user-data-dir={self.place}" in words and not any(word.startswith("--type=") for word in words)


@contextmanager
def profile(browser: Browser, url: str, place: Path) -> Iterator[Profile]:
    """Open it; closed at the end, unless it was killed."""
    opened = Profile(browser, url, place)
    try:
        yield opened
    finally:
        if not opened.is_killed:
            opened.context.close()


def sent(page: Page) -> int:
    """How many files the panel's head says are sent: 37 / 300 个文件."""
    said = re.search(r"(\d+) / \d+ 个文件", page.locator("#upload .card-head").inner_text())
    return int(said.group(1)) if said else 0
