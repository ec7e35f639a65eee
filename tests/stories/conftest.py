"""One browser for each module; where a test asks for it, the product on a house of its own, or one house with a meeting
going on for the module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from tests.stories.browser.hall import Hall, opened
from tests.world.browser import chromium
from tests.world.house import Template
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


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Hall]:
    with opened(browser, tmp_path_factory.mktemp("hall"), template) as hall:
        yield hall


@pytest.fixture
def hall(house: Hall) -> Iterator[Hall]:
    """The shared house; each test opens browsers of its own, in which nothing may be complained of."""
    yield house
    heard = house.complaints()
    house.leave_all()
    # A line that a test cuts is said aloud by the browser itself.
    assert [each for each in heard if "WebSocket" not in each] == []
