"""A folder of 250 CT slices dropped on a case in a real browser, on one clock from the drop: until the first stored
slice is on the screen, until all is sent, until the whole series can be read. The pixels are noise on a ramp, 512×512,
uncompressed: 131 MB, about the most that such a series weighs. The peer is the floor: the same folder copied, each file
flushed."""

import io
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
from playwright.sync_api import Page, sync_playwright

from bench.rows import Row
from tests.world.cases import draft
from tests.world.house import house, make_template
from tests.world.people import PASSWORD, find_people
from tests.world.server import ServerProcess
from tests.world.slices import slices

COUNT = 250
SIDE_PX = 512
WAIT_MS = 300_000


def write_series(folder: Path) -> int:
    """The files of a series; their bytes."""
    folder.mkdir(parents=True)
    noise = np.random.default_rng(1).integers(-30, 30, (SIDE_PX, SIDE_PX), "<i2")
    ramp = np.linspace(-900, 900, SIDE_PX, dtype="<i2")[None, :]
    total = 0
    for number, content in enumerate(slices(COUNT)):
        made = pydicom.dcmread(io.BytesIO(content))
        made.Rows = made.Columns = SIDE_PX
        made.PixelData = (ramp + noise + number).astype("<i2").tobytes()
        place = folder / f"IM{number:04}"
        made.save_as(place)
        total += place.stat().st_size
    return total


def chromium() -> str | None:
    """The system's browser; None: the one that playwright brings."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def sign_in(page: Page, url: str, username: str = "county") -> None:
    page.goto(f"{url}/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


FIRST = ".up-series img"
WHOLE = ".up-series .tag-ok"
MOMENTS = """
(wanted) => {
  window.moments = { drop: performance.now() };
  const look = () => {
    for (const [name, selector] of Object.entries(wanted)) {
      const found = document.querySelector(selector);
      if (found && !(name in window.moments) && (found.tagName !== 'IMG' || found.naturalWidth > 0)) {
        window.moments[name] = performance.now();
        window.moments[`${name} said`] = document.querySelector('.up-series').innerText;
      }
    }
    requestAnimationFrame(look);
  };
  document.querySelector('input[data-choose=folder]').addEventListener('change', () => {
    window.moments.drop = performance.now();
    requestAnimationFrame(look);
  }, true);
}
"""
"""Looks at every display beat, so that what is noted was on the screen."""


def measure(page: Page, folder: Path) -> dict[str, float]:
    """Seconds from the drop to each moment. A picture of a part that looks complete is an error."""
    sent = ".up-drop[data-phase=checking], .up-drop[data-phase=done]"
    page.evaluate(MOMENTS, {"first": FIRST, "sent": sent, "whole": WHOLE})
    page.set_input_files("input[data-choose=folder]", folder)
    page.wait_for_selector(WHOLE, timeout=WAIT_MS)
    page.wait_for_timeout(200)
    moments = page.evaluate("window.moments")
    return {name: (moments[name] - moments["drop"]) / 1000 for name in ("first", "sent", "whole")}


def copied(source: Path, target: Path) -> float:
    """Seconds to copy the files one by one and flush each: what no upload with the same promise can beat by much."""
    target.mkdir()
    begun = time.perf_counter()
    for place in sorted(source.iterdir()):
        with (target / place.name).open("wb") as out:
            out.write(place.read_bytes())
            out.flush()
            os.fsync(out.fileno())
    return time.perf_counter() - begun


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as kept:
        root = Path(kept)
        size = write_series(root / "胸部CT")
        floor = copied(root / "胸部CT", root / "copy")
        with house(root / "data", make_template(root / "template")) as settings:
            case_id = draft(find_people()).id
            with ServerProcess(settings, "mdt.shell.serve") as server, sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                sign_in(page, server.url)
                page.goto(f"{server.url}/cases/{case_id}/edit")
                page.wait_for_selector("#upload .card")
                took = measure(page, root / "胸部CT")
                browser.close()
    drop = f"{COUNT} slices, {size / 1e6:.0f} MB, from the drop"
    return [
        Row(f"{drop}: first stored slice on screen", took["first"], "s", "OHIF with Orthanc (not installed)"),
        Row(f"{drop}: all sent", took["sent"], "s", floor),
        Row(f"{drop}: whole series readable", took["whole"], "s", floor),
        Row("while sending", size / 1e6 / took["sent"], "MB/s", size / 1e6 / floor),
    ]
