"""A folder of 250 CT slices dropped on a case in a real browser: until all is sent, until it can be read. The pixels
are noise on a ramp, 512×512, uncompressed: 131 MB, about the most that such a series weighs."""

import io
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


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as kept:
        root = Path(kept)
        size = write_series(root / "胸部CT")
        with house(root / "data", make_template(root / "template")) as settings:
            case_id = draft(find_people()).id
            with ServerProcess(settings, "mdt.shell.serve") as server, sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1366, "height": 768})
                sign_in(page, server.url)
                page.goto(f"{server.url}/cases/{case_id}/edit")
                page.wait_for_selector("#upload .card")
                begun = time.perf_counter()
                page.set_input_files("input[data-choose=folder]", root / "胸部CT")
                page.wait_for_selector(".up-drop[data-phase=checking], .up-drop[data-phase=done]", timeout=WAIT_MS)
                sent = time.perf_counter() - begun
                page.wait_for_selector(".up-series img", timeout=WAIT_MS)
                readable = time.perf_counter() - begun
                browser.close()
    return [
        Row(f"{COUNT} slices, {size / 1e6:.0f} MB: all sent", sent, "s"),
        Row(f"{COUNT} slices: in the archive and readable", readable, "s"),
        Row("while sending", size / 1e6 / sent, "MB/s"),
    ]
