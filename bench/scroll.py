"""A case's room with a 250-slice CT in a real browser: first slice, whole series in memory, pictures a second while
scrolling. A picture counts when its pixels are put on the canvas."""

import itertools
import tempfile
import time
import uuid
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.rows import Row, quantile
from bench.upload import COUNT, chromium, sign_in, write_series
from mdt.kernel import runtime
from mdt.rooms.queries import room_ids
from tests.world.cases import submitted
from tests.world.house import house, make_template
from tests.world.people import find_people
from tests.world.sender import Sender
from tests.world.server import ServerProcess

WAIT_MS = 60_000
SCROLL_S = 5
COUNT_PICTURES = """
window.pictures = [];
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
  if (image.width >= 256) window.pictures.push(performance.now());
  return put.call(this, image, ...rest);
};
"""
SCROLL = """
async (seconds) => {
  const canvas = document.querySelector('.vw-canvas');
  const box = canvas.getBoundingClientRect();
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true };
  window.pictures.length = 0;
  const end = performance.now() + seconds * 1000;
  let down = 1;
  for (let n = 1; performance.now() < end; n += 1) {
    await new Promise(requestAnimationFrame);
    if (n % 200 === 100) down = -down; // opened in the middle of 250: the ends are never reached
    canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: 100 * down }));
  }
  return window.pictures;
}
"""


def _measure(page: Page, address: str) -> tuple[float, float, list[float]]:
    """(first slice s, whole series s, moments of pictures while scrolling ms)."""
    came: set[str] = set()
    page.on("response", lambda answer: came.add(answer.url) if "/frames/" in answer.url and answer.ok else None)
    page.add_init_script(COUNT_PICTURES)
    begun = time.perf_counter()
    page.goto(address)
    while page.evaluate("window.pictures.length") == 0 and time.perf_counter() - begun < WAIT_MS / 1000:
        page.wait_for_timeout(20)
    first = time.perf_counter() - begun
    while len(came) < COUNT and time.perf_counter() - begun < WAIT_MS / 1000:
        page.wait_for_timeout(50)
    whole = time.perf_counter() - begun
    page.wait_for_timeout(500)
    return first, whole, page.evaluate(SCROLL, SCROLL_S)


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as kept:
        root = Path(kept)
        write_series(root / "CT")
        with house(root / "data", make_template(root / "template")) as settings:
            case = submitted(find_people())
            with ServerProcess(settings, "mdt.shell.serve") as server, sync_playwright() as driver:
                sender, batch = Sender(server.url), str(uuid.uuid4())
                for place in sorted((root / "CT").iterdir()):
                    content = place.read_bytes()
                    sender.create(batch, place.name, len(content), case.id, content)
                sender.close(batch)
                sender.until_done(batch)
                with runtime.database().reading() as session:
                    room = room_ids(session, [case.subject])[case.subject]
                browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                sign_in(page, server.url)
                first, whole, moments = _measure(page, f"{server.url}/rooms/{room}")
                browser.close()
    steps = [b - a for a, b in itertools.pairwise(moments)]
    return [
        Row("first slice on screen, page included", first * 1000, "ms"),
        Row(f"all {COUNT} slices in memory", whole, "s"),
        Row("pictures while scrolling", len(moments) / SCROLL_S, "1/s"),
        Row("between two pictures, 95 of 100 within", quantile(steps, 0.95), "ms"),
    ]
