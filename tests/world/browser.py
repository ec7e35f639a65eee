"""People at browsers: one Chromium, a context of its own for each person, everything it complains of collected.

The pages forbid `eval`, so nothing here waits by a function in the page: locators with `expect`, or `until`.
"""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from mdt.shell.demo.people import PASSWORD

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHOTS = Path(__file__).parents[1] / "screenshots"
DESK = (1366, 768)
TABLET = (1024, 768)
PHONE = (390, 844)
WAIT_MS = 30_000

#: What a person's hands did, told as a debug message: that outlives the page and needs no leave of its policy. A text
#: is one however long; a list or a file chosen is a press.
HANDS = """(() => {
  const HAND = { mouse: 'mouse', touch: 'touch', pen: 'touch' };
  const tell = (what) => console.debug(`hand: ${what}`);
  addEventListener('pointerdown', (event) => event.isTrusted && tell(HAND[event.pointerType]), true);
  addEventListener('keydown', (event) => event.isTrusted && tell('key'), true);
  addEventListener('change', ({ target }) => target.matches('select, [type=file]') && tell('choice'), true);
  const TEXT = 'textarea, input:not([type=file], [type=checkbox], [type=radio])';
  addEventListener('input', ({ target }) => target.matches(TEXT) && tell('text'), true);
})()"""

Found = TypeVar("Found")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window; a counted skip where it is absent or cannot be driven."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed")
    expect.set_options(timeout=WAIT_MS)
    try:
        driver = sync_playwright().start()
    except Exception as error:
        pytest.skip(f"the browser driver does not start: {error}")
    try:
        browser = driver.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()
    finally:
        driver.stop()


class Seat:
    """One person at one browser."""

    def __init__(self, browser: Browser, url: str, username: str = "", size: tuple[int, int] = DESK) -> None:
        self.url = url
        self.username = username
        self.context: BrowserContext = browser.new_context(
            base_url=url,
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            accept_downloads=True,
            has_touch=size != DESK,
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        #: mouse, touch, key, choice, text
        self.hands: Counter[str] = Counter()
        self.context.add_init_script(HANDS)
        self.page: Page = self._watched(self.context.new_page())

    def _watched(self, page: Page) -> Page:
        page.on("console", self._heed)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))
        return page

    def _heed(self, message: ConsoleMessage) -> None:
        if message.type == "debug" and message.text.startswith("hand: "):
            self.hands[message.text.removeprefix("hand: ")] += 1
        # A failed request is judged by its status below: a refusal that a page handles is no fault of it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, status: int, url: str) -> None:
        if (status >= 500 and status != 503) or (status >= 400 and "/static/" in url):
            self.complaints.append(f"{status} {url}")

    @property
    def presses(self) -> int:
        """With mouse or finger, among them lists and files chosen."""
        return self.hands["mouse"] + self.hands["touch"] + self.hands["choice"]

    def new_page(self) -> Page:
        """Another tab of the same person."""
        return self._watched(self.context.new_page())

    def sign_in(self, password: str = PASSWORD) -> Self:
        self.page.goto("/login")
        self.page.locator("input[name=username]").first.fill(self.username)
        self.page.locator(".sign-in-form input[name=password]").fill(password)
        self.page.locator(".sign-in-form button[type=submit]").click()
        expect(self.page.locator("details.menu summary.person")).to_be_visible()
        return self

    def go(self, path: str) -> Page:
        """Open a page that must be there."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{self.username} {path}: {answer.status}"
        return self.page

    def status(self, path: str) -> int:
        """What a request of this person's browser gets."""
        return self.context.request.get(path, max_redirects=0).status

    def shot(self, name: str) -> None:
        """A picture of what is on the screen, for people."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")

    def close(self) -> None:
        self.context.close()


def until(look: Callable[[], Found | None], within_s: float = WAIT_MS / 1000) -> Found:
    """Look again until there is something."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
