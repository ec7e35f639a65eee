"""The main job as people do it, in browsers: one Chromium, a context for each person, the real server and worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from tests.stories.browser import aftercare, clinic, deciding, discussing, planning, posting, rights
from tests.stories.browser.cast import Cast
from tests.world.browser import chromium
from tests.world.ct import chest_folder
from tests.world.server import ServerProcess


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server(settings: Settings) -> Iterator[ServerProcess]:
    """The whole product in one command: web and worker."""
    runtime.database().close()
    with ServerProcess(settings, module="app") as running:
        yield running


@pytest.fixture
def cast(browser: Browser, server: ServerProcess, tmp_path: Path) -> Iterator[Cast]:
    people = Cast(browser, server.url, chest_folder(tmp_path))
    yield people
    people.close()


def test_a_case_from_the_county_to_its_outcome(cast: Cast) -> None:
    with cast.pictured():
        posting.post_a_case(cast)
        planning.plan(cast)
        discussing.discuss(cast)
        deciding.decide(cast)
        aftercare.follow_up(cast)
        rights.guard(cast)
    assert cast.complaints() == []


def test_a_free_clinic_day_at_a_tablet(cast: Cast, tmp_path: Path) -> None:
    with cast.pictured():
        clinic.hold_the_day(cast, tmp_path)
    assert cast.complaints() == []
