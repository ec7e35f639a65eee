"""A case's room with a 250-slice CT in a real browser: first slice, whole series in memory, pictures a second while
scrolling. A picture counts when its pixels are put on the canvas. Then our viewer and Cornerstone3D each alone on a
bare page, with the same frames from the same plain server, in turn."""

import itertools
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, ViewportSize, sync_playwright

from bench import peering
from bench.rows import Row, quantile
from bench.upload import COUNT, chromium, sign_in, write_series
from mdt.imaging.prepared import folder_of
from mdt.kernel import runtime
from mdt.rooms.queries import room_ids
from tests.world.cases import submitted
from tests.world.house import house, make_template
from tests.world.people import find_people
from tests.world.sender import Sender
from tests.world.server import ServerProcess
from tests.world.socket import Browser

WAIT_MS = 60_000
SCROLL_S = 5
TIMES = 3
PEER = "Cornerstone3D 5.14.0 (not installed: make bench PEERS=1)"
VIEWPORT: ViewportSize = {"width": 1366, "height": 768}
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
  const wheel = (down) => {
    const box = canvas.getBoundingClientRect();
    const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true };
    canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: 100 * down }));
  };
  const step = window.step ?? wheel;
  window.pictures.length = 0;
  const end = performance.now() + seconds * 1000;
  let down = 1;
  for (let n = 1; performance.now() < end; n += 1) {
    await new Promise(requestAnimationFrame);
    if (n % 200 === 100) down = -down; // opened in the middle of 250: the ends are never reached
    step(down);
  }
  return window.pictures;
}
"""


def _until(page: Page, what: str, begun: float) -> float:
    """Seconds from `begun` until a script says yes."""
    while not page.evaluate(what) and time.perf_counter() - begun < WAIT_MS / 1000:
        page.wait_for_timeout(20)
    return time.perf_counter() - begun


def _measure(page: Page, address: str) -> tuple[float, float, list[float]]:
    """(first slice s, whole series s, moments of pictures while scrolling ms) of the room's page."""
    came: set[str] = set()
    page.on("response", lambda answer: came.add(answer.url) if "/frames/" in answer.url and answer.ok else None)
    page.add_init_script(COUNT_PICTURES)
    begun = time.perf_counter()
    page.goto(address)
    first = _until(page, "window.pictures.length > 0", begun)
    while len(came) < COUNT and time.perf_counter() - begun < WAIT_MS / 1000:
        page.wait_for_timeout(50)
    whole = time.perf_counter() - begun
    page.wait_for_timeout(500)
    return first, whole, page.evaluate(SCROLL, SCROLL_S)


def _alone(browser: Chromium, address: str) -> tuple[float, float, float, float]:
    """(first slice ms, whole series s, pictures a second, 95 of 100 gaps within ms) of a viewer on a bare page."""
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address)
    first = _until(page, "window.pictures?.length > 0", begun)
    whole = _until(page, f"window.arrived >= {COUNT}", begun)
    page.wait_for_timeout(500)
    moments = page.evaluate(SCROLL, SCROLL_S)
    context.close()
    return first * 1000, whole, len(moments) / SCROLL_S, _gap(moments)


def _gap(moments: list[float]) -> float:
    return quantile([b - a for a, b in itertools.pairwise(moments)], 0.95)


def _beside(browser: Chromium, url: str, series_id: str) -> list[Row]:
    """Both viewers in turn, three times; medians."""
    if not peering.installed("@cornerstonejs/core"):
        return [Row("our viewer alone on a bare page: not measured", 0, "", PEER)]
    peering.build_pages()
    table = Browser(url, "county").call("GET", f"/series/{series_id}/prepared").content
    base = f"/api/v1/series/{series_id}/frames/"

    def find(path: str) -> bytes | None:
        if not path.startswith(base):
            return table if path == "/series.json" else None
        version, name = path.removeprefix(base).split("/")
        return (folder_of(series_id, int(version)) / name).read_bytes()

    with peering.pages(find) as address:
        both = [(_alone(browser, f"{address}/ours"), _alone(browser, f"{address}/cornerstone")) for _ in range(TIMES)]
    names = (
        ("first slice on screen", "ms"),
        (f"all {COUNT} slices in memory", "s"),
        ("pictures while scrolling", "1/s"),
        ("between two pictures, 95 of 100 within", "ms"),
    )
    return [
        Row(
            f"viewer alone, Cornerstone3D beside: {what}",
            statistics.median(ours[at] for ours, _peer in both),
            unit,
            statistics.median(peer[at] for _ours, peer in both),
        )
        for at, (what, unit) in enumerate(names)
    ]


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
                series_id = sender.until_done(batch)["studies"][0]["series"][0]["id"]
                with runtime.database().reading() as session:
                    room = room_ids(session, [case.subject])[case.subject]
                browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport=VIEWPORT)
                sign_in(page, server.url)
                first, whole, moments = _measure(page, f"{server.url}/rooms/{room}")
                page.close()
                beside = _beside(browser, server.url, series_id)
                browser.close()
    return [
        Row("room: first slice on screen, page included", first * 1000, "ms", "OHIF (not installed: needs an archive)"),
        Row(f"room: all {COUNT} slices in memory", whole, "s"),
        Row("room: pictures while scrolling", len(moments) / SCROLL_S, "1/s"),
        Row("room: between two pictures, 95 of 100 within", _gap(moments), "ms"),
        *beside,
    ]
