"""An answer about rights is asked once in a request, and never outlives a commit or the request."""

from collections.abc import Iterator

import pytest

from mdt.cases.operations.members import Grant, grant
from mdt.cases.terms import Relation
from mdt.kernel import policy, runtime
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction
from tests.world.cases import give, submitted
from tests.world.client import Caller
from tests.world.people import People


@pytest.fixture
def asked_once() -> Iterator[None]:
    """As inside a request."""
    policy.remember()
    yield
    policy.stop_remembering()


def may_read(people: People, case_id: str) -> bool:
    with runtime.database().reading() as session:
        return policy.gives(session, Subject("case", case_id), "read", people["expert1"])


@pytest.mark.usefixtures("asked_once")
def test_a_commit_forgets(people: People) -> None:
    case = submitted(people)
    assert not may_read(people, case.id)
    give(case.id, people["expert1"], Relation.EXPERT)
    assert may_read(people, case.id)


@pytest.mark.usefixtures("asked_once")
def test_a_change_decides_by_what_is(people: People) -> None:
    case = submitted(people)
    assert not may_read(people, case.id)
    with transaction(people["expert1"]) as tx:
        expert = Grant(person_id=people["expert1"].person_id, relation=Relation.EXPERT, via="test")
        grant.inside(tx, case.id, expert)
        assert policy.gives(tx.session, Subject("case", case.id), "read", people["expert1"])


def test_nothing_is_known_after_the_request(people: People, caller: Caller) -> None:
    case = submitted(people)
    assert caller("expert1").get(f"/api/v1/cases/{case.id}").status_code == 404
    assert policy._known.get() is None
