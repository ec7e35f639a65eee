"""The log: one room per subject, numbers without gaps, nothing ever altered."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import NotFound
from mdt.kernel.transaction import Tx, transaction
from mdt.rooms.operations import append
from mdt.rooms.queries import AfterSeq, entries, room, room_ids
from tests.world.people import People
from tests.world.rooms import make_room, subject_of, write


def test_opening_a_room_twice_gives_the_same_room(room_id: str) -> None:
    assert make_room() == room_id
    with runtime.database().reading() as session:
        assert room_ids(session, [subject_of(), subject_of("two")]) == {subject_of(): room_id}


def append_and_fail(tx: Tx, room_id: str) -> None:
    append(tx, room_id, "note", {"code": "lost"})
    raise NotFound


def test_entries_are_numbered_without_gaps_even_after_a_rollback(room_id: str, people: People) -> None:
    assert write(room_id, "note", {"code": "a"}) == 1
    with pytest.raises(NotFound), transaction(SYSTEM) as tx:
        append_and_fail(tx, room_id)
    assert write(room_id, "note", {"code": "b"}) == 2
    page = entries(people["county"], room_id, AfterSeq(after=0))
    assert [(e.seq, e.body["code"]) for e in page.items] == [(1, "a"), (2, "b")]
    assert page.next is None


def test_several_entries_of_one_transaction_follow_each_other(room_id: str) -> None:
    with transaction(SYSTEM) as tx:
        seqs = [append(tx, room_id, "note", {"code": str(n)}).seq for n in range(3)]
    assert seqs == [1, 2, 3]


def test_a_page_says_where_the_next_one_begins(room_id: str, people: People) -> None:
    for number in range(5):
        write(room_id, "note", {"code": str(number)})
    page = entries(people["county"], room_id, AfterSeq(after=1, limit=2))
    assert ([e.seq for e in page.items], page.next, page.head) == ([2, 3], "3", 5)


def test_a_stranger_does_not_learn_of_the_room(room_id: str, people: People) -> None:
    with pytest.raises(NotFound):
        room(people["outsider"], room_id, None)
    with pytest.raises(NotFound):
        entries(people["admin"], room_id, AfterSeq())


def test_the_database_refuses_to_change_an_entry(room_id: str) -> None:
    write(room_id, "note", {"code": "a"})
    for change in ("UPDATE room_entry SET author_name = 'x'", "DELETE FROM room_entry"):
        with pytest.raises(DBAPIError, match="append only"), runtime.database().writing() as session:
            session.execute(text(change))


def test_an_agenda_start_says_who_leads_and_its_finish_frees_the_viewer(room_id: str, people: People) -> None:
    chair = people["chair"].person_id
    write(room_id, "agenda", {"item": "i1", "action": "start", "chair": chair}, people["chair"])
    view = room(people["county"], room_id, None)
    assert (view.item, view.chair, view.leader) == ("i1", chair, chair)
    write(room_id, "agenda", {"item": "i1", "action": "finish", "outcome": "decided"}, people["chair"])
    view = room(people["county"], room_id, None)
    assert (view.item, view.chair, view.leader) == (None, None, None)
    last = entries(people["county"], room_id, AfterSeq()).items[-1]
    assert last.item == "i1"
