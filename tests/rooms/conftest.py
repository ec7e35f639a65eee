"""A room with members: county and expert1 post, chair leads, trainee only watches, outsider is nobody."""

from collections.abc import Iterator

import pytest

from mdt.kernel import policy
from tests.world.people import People
from tests.world.rooms import KIND, Members, make_room


@pytest.fixture
def members(people: People) -> Iterator[Members]:
    who = Members()
    who.admit(people["county"], people["expert1"], people["trainee"], lead=[people["chair"]])
    who.declare()
    yield who
    for access in ("read", "post", "lead"):
        policy._subjects.pop((KIND, access), None)


@pytest.fixture
def room_id(members: Members) -> str:
    return make_room()
