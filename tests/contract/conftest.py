"""One running product for the whole folder: the contract is tried from outside, by HTTP and sockets alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.acts import House
from tests.world.house import Template, house
from tests.world.server import ServerProcess


@pytest.fixture(scope="session")
def running(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Web and worker in one command, on a peopled house without cases."""
    folder: Path = tmp_path_factory.mktemp("contract") / "data"
    with house(folder, template) as settings, ServerProcess(settings, module="app") as server:
        yield server


@pytest.fixture(scope="session")
def home(running: ServerProcess) -> House:
    """People by account name, and cases on the way."""
    return House(running.url)
