"""A reading session asks nothing twice; the next one, and whatever changes something, goes by what is."""

from mdt.cases.operations.members import Grant, grant
from mdt.cases.queries.view import accesses, view_case
from mdt.cases.terms import Relation
from mdt.kernel import policy, runtime
from mdt.kernel.ledger import AuditRow
from mdt.kernel.policy import Subject
from mdt.kernel.query import together
from mdt.kernel.transaction import transaction
from tests.world.cases import give, submitted
from tests.world.people import People
from tests.world.statements import statements


def test_a_session_asks_once_for_all_rights(people: People) -> None:
    subject = Subject("case", submitted(people).id)
    with runtime.database().reading() as session:
        assert policy.gives(session, subject, "read", people["county"])
        with statements() as asked:
            assert policy.gives(session, subject, "add", people["county"])
            assert not policy.gives(session, subject, "lead", people["county"])
        assert asked == []
        assert not policy.gives(session, subject, "read", people["expert1"])


def test_the_next_session_sees_the_change(people: People) -> None:
    subject = Subject("case", submitted(people).id)
    given = []
    for _time in range(2):
        with runtime.database().reading() as session:
            given.append(policy.gives(session, subject, "read", people["expert1"]))
        give(subject.id, people["expert1"], Relation.EXPERT)
    assert given == [False, True]


def test_a_change_decides_by_what_is(people: People) -> None:
    case = submitted(people)
    with transaction(people["expert1"]) as tx:
        assert not policy.gives(tx.session, Subject("case", case.id), "read", people["expert1"])
        expert = Grant(person_id=people["expert1"].person_id, relation=Relation.EXPERT, via="test")
        grant.inside(tx, case.id, expert)
        assert policy.gives(tx.session, Subject("case", case.id), "read", people["expert1"])


def test_views_together_are_one_session_and_one_audit(people: People) -> None:
    case = submitted(people)
    with together() as session:
        view_case(people["county"], case.id, None)
        with statements() as asked:
            assert "add" in accesses(people["county"], case.id, None)
            view_case(people["county"], case.id, ())
        assert not [each for each in asked if "FROM person" in each or "EXISTS" in each]
        mine = AuditRow.person_id == people["county"].person_id
        wanted = AuditRow.__table__.select().where(mine, AuditRow.action == "case.read")
        assert session.execute(wanted).all() == []
    with runtime.database().reading() as session:
        assert [row.object_id for row in session.execute(wanted)] == [case.id]
