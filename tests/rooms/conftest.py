"""A room with members: county and expert1 post, chair leads, trainee only watches, outsider is nobody.

Tests that need a server process and leave its people as they are share one per module: `served`, `lobby`.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from mdt.kernel import policy
from mdt.kernel.settings import Settings
from tests.world.house import Template, house
from tests.world.people import People, find_people
from tests.world.rooms import ACCESSES, KIND, Members, make_room
from tests.world.server import ServerProcess


def admit(settings: Settings, people: People) -> Members:
    who = Members.kept_in(settings.data_dir / "members.json")
    who.admit(people["county"], people["expert1"], people["trainee"], lead=[people["chair"]])
    who.declare()
    return who


def forget() -> None:
    for access in ACCESSES:
        policy._subjects.pop((KIND, access), None)


@pytest.fixture
def members(settings: Settings, people: People) -> Iterator[Members]:
    yield admit(settings, people)
    forget()


@pytest.fixture
def room_id(members: Members) -> str:
    return make_room()


@pytest.fixture
def server(settings: Settings, room_id: str) -> Iterator[ServerProcess]:
    """A server process on this test's house."""
    with ServerProcess(settings) as running:
        yield running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[ServerProcess]:
    """A server process that the tests of a module share."""
    with house(tmp_path_factory.mktemp("served") / "data", template) as settings:
        admit(settings, find_people())
        with ServerProcess(settings) as running:
            yield running
        forget()


@pytest.fixture
def lobby(served: ServerProcess) -> str:
    """A new room in the shared server."""
    return make_room(str(uuid4()))


@pytest.fixture
def crowd(served: ServerProcess) -> People:
    """The people of the shared server as actors."""
    return find_people()
