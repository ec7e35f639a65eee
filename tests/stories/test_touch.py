"""The viewer under fingers: one scrolls, two pinch and move; on the page of a room, at a tablet and on a phone."""

import re

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from mdt.kernel import clock
from tests.stories.browser.dropping import new_case
from tests.world.browser import PHONE, TABLET, Seat, until
from tests.world.ct import chest_ct
from tests.world.scribe import Scribe
from tests.world.server import ServerProcess
from tests.world.viewing import picture, slice_of, stage, wait_for_picture

Finger = tuple[float, float]
SLICES = 30


def a_room(scribe: Scribe) -> str:
    """The room of a submitted case with a chest CT."""
    case_id = new_case(scribe, "触屏阅片", name="演示甲", sex="F")
    scribe.drop(case_id, chest_ct(SLICES))
    text = {
        "summary": "体检发现肺结节 2 周。",
        "questions": [{"text": "随访还是手术？"}],
        "consent": {"given": True, "by": "本人", "at": clock.now().date().isoformat()},
    }
    scribe.ok("PATCH", f"/cases/{case_id}", text)
    return str(scribe.ok("POST", f"/cases/{case_id}/actions/submit", {})["room_id"])


class Fingers:
    """Fingers on the middle of the picture, as the screen reports them."""

    def __init__(self, page: Page) -> None:
        box = stage(page).bounding_box()
        assert box is not None
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.line: CDPSession = page.context.new_cdp_session(page)

    def glide(self, *ways: tuple[Finger, Finger]) -> None:
        """Each finger from one place to another, relative to the middle, in ten steps."""
        self._say("touchStart", [start for start, _end in ways])
        for step in range(1, 11):
            self._say("touchMove", [_between(start, end, step / 10) for start, end in ways])
        self._say("touchEnd", [])

    def _say(self, kind: str, places: list[Finger]) -> None:
        points = [{"x": self.x + x, "y": self.y + y, "id": number} for number, (x, y) in enumerate(places)]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _between(start: Finger, end: Finger, share: float) -> Finger:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def number_of(page: Page) -> int:
    """12 of 层 12 / 30."""
    found = re.search(r"(\d+) /", slice_of(page))
    assert found
    return int(found.group(1))


def zoom_of(page: Page) -> float:
    """The zoom in the corner, in percent of the fitted picture."""
    found = re.search(r"(\d+)\s*%", stage(page).locator(".vw-corner.bl").inner_text())
    assert found
    return float(found.group(1))


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_one_finger_scrolls_and_two_zoom_and_move(
    browser: Browser, server: ServerProcess, size: tuple[int, int]
) -> None:
    room = a_room(Scribe(server.url, "county"))
    seat = Seat(browser, server.url, "county", size).sign_in()
    page = seat.go(f"/rooms/{room}")
    wait_for_picture(page)
    fingers, before = Fingers(page), number_of(page)
    fingers.glide(((0, 0), (0, 70)))
    until(lambda: number_of(page) > before)
    scrolled, fitted, seen = number_of(page), zoom_of(page), picture(page)
    fingers.glide(((-30, 0), (-60, 0)), ((30, 0), (60, 0)))
    until(lambda: zoom_of(page) > fitted * 1.5)
    until(lambda: picture(page) != seen)
    zoomed, seen = zoom_of(page), picture(page)
    fingers.glide(((-40, 0), (-40, 50)), ((40, 0), (40, 50)))
    until(lambda: picture(page) != seen)
    assert abs(zoom_of(page) - zoomed) <= zoomed * 0.02
    assert number_of(page) == scrolled  # two fingers never scroll
    assert page.evaluate("scrollY") == 0
    seat.shot(f"touch-{size[0]}")
    assert seat.complaints == []
    seat.close()
