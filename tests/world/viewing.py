"""What the viewer of a page shows: its pixels, its slice, its marks; and hands on it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.world.browser import until

#: The canvas's pixels as an FNV-1a hash of 32 bits, with its size; null before the first picture.
LOOK = """canvas => {
  const { width, height } = canvas;
  const bytes = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  let hash = 0x811c9dc5, ink = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    hash = Math.imul(hash ^ bytes[at], 0x01000193);
    ink |= bytes[at];
  }
  return ink ? { width, height, hash: hash >>> 0 } : null;
}"""


@dataclass(frozen=True)
class Picture:
    """A canvas as seen: its size in device pixels and the hash of what is drawn."""

    width: int
    height: int
    hash: int


def stage(page: Page, viewport: int = 0) -> Locator:
    return page.locator(".vw-stage").nth(viewport)


def picture(page: Page, viewport: int = 0) -> Picture | None:
    """What the canvas holds now."""
    seen = stage(page, viewport).locator("canvas.vw-canvas").evaluate(LOOK)
    return Picture(**seen) if seen else None


def slice_of(page: Page, viewport: int = 0) -> str:
    """The words in the corner: 层 51 / 100."""
    return stage(page, viewport).locator(".vw-corner.tr > div").first.inner_text()


def wait_for_picture(page: Page, viewport: int = 0) -> Picture:
    """The first picture is drawn."""
    return until(lambda: picture(page, viewport), 60)


def same_picture(one: Page, other: Page) -> Picture:
    """Wait until both show the same pixels on canvases of one size."""

    def look() -> Picture | None:
        mine = picture(one)
        return mine if mine and mine == picture(other) else None

    return until(look)


def wheel(page: Page, notches: int, viewport: int = 0, ctrl: bool = False) -> None:
    """Turn the wheel over the picture, one slice a notch; with Ctrl it zooms."""
    middle(page, viewport)
    if ctrl:
        page.keyboard.down("Control")
    for _ in range(abs(notches)):
        page.mouse.wheel(0, 100 if notches > 0 else -100)
    if ctrl:
        page.keyboard.up("Control")


def middle(page: Page, viewport: int = 0, right: float = 0, down: float = 0) -> tuple[float, float]:
    """Move the mouse to the middle of the picture, shifted by CSS pixels; where that is on the page."""
    box = stage(page, viewport).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down
    page.mouse.move(x, y)
    return x, y


def drag(page: Page, right: float, down: float) -> None:
    """Press in the middle of the picture and drag."""
    x, y = middle(page)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2, steps=4)
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()
