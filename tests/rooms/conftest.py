"""A room with members: county and expert1 post, chair leads, trainee only watches, outsider is nobody."""

from collections.abc import Iterator

import pytest

from mdt.kernel import policy
from mdt.kernel.settings import Settings
from tests.world.people import People
from tests.world.rooms import ACCESSES, KIND, Members, make_room
from tests.world.server import ServerProcess


@pytest.fixture
def members(settings: Settings, people: People) -> Iterator[Members]:
    who = Members.kept_in(settings.data_dir / "members.json")
    who.admit(people["county"], people["expert1"], people["trainee"], lead=[people["chair"]])
    who.declare()
    yield who
    for access in ACCESSES:
        policy._subjects.pop((KIND, access), None)


@pytest.fixture
def room_id(members: Members) -> str:
    return make_room()


@pytest.fixture
def server(settings: Settings, room_id: str) -> Iterator[ServerProcess]:
    """A server process on this test's house."""
    with ServerProcess(settings) as running:
        yield running
