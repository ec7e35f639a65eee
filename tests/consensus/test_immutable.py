"""What is issued, proposed or signed cannot be changed, not even by SQL."""

import pytest
from sqlalchemy import exc, text

from mdt.consensus.operations.draft import write_draft
from mdt.kernel import runtime
from tests.world.consensus import discussed_case, issued, opinion_text, proposed
from tests.world.people import People

TABLES = ("consensus", "consensus_proposal", "consensus_stance", "document")


def attempt(statement: str) -> None:
    with runtime.database().engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", TABLES)
def test_an_issued_edition_is_neither_changed_nor_removed(people: People, table: str) -> None:
    issued(people, discussed_case(people))
    column = {"consensus": "diagnosis", "document": "content", "consensus_proposal": "frozen"}.get(table, "text")
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(exc.DBAPIError):
            attempt(statement)


def test_even_its_state_stays(people: People) -> None:
    issued(people, discussed_case(people))
    with pytest.raises(exc.DBAPIError):
        attempt("UPDATE consensus SET stage = 'draft'")


@pytest.mark.sqlite
def test_replacing_a_row_is_refused_like_changing_it(people: People) -> None:
    issued(people, discussed_case(people))
    for table in TABLES:
        with pytest.raises(exc.DBAPIError):
            attempt(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608


def test_a_draft_can_still_be_written(people: People) -> None:
    made = discussed_case(people)
    view = proposed(people, made.case_id)
    write_draft(people["chair"], view.id, opinion_text(view, people, diagnosis="二稿"))


def test_stances_to_a_text_that_was_withdrawn_stay_in_the_record(people: People) -> None:
    from tests.world.consensus import sign

    made = discussed_case(people)
    view = proposed(people, made.case_id)
    sign(people, "expert1", view)
    write_draft(people["chair"], view.id, opinion_text(view, people))
    with runtime.database().reading() as session:
        kept = session.execute(text("SELECT fingerprint FROM consensus_stance")).scalars().all()
    assert kept == [view.fingerprint]
