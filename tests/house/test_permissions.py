"""Who may what: every operation, query and route × every relation to a case, from the registries, against
tests/house/matrix.csv. A door or right without an expectation fails; a change of rights is a diff of that table.

Cells: `may` (nothing but the state or the content of the change could refuse it), `403` (seen, not allowed), `404`,
`401`, `-` (the relation's world has no such thing).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mdt.kernel import runtime
from mdt.kernel.actor import NOBODY, Actor
from mdt.kernel.clock import new_id
from mdt.kernel.errors import Refused
from mdt.kernel.operation import Operation, holds
from mdt.kernel.operation import registry as operations
from mdt.kernel.query import Query
from mdt.kernel.query import registry as queries
from mdt.shell import permissions
from mdt.shell.app import create_app
from tests.house.doors import NESTED, Asked, doors, table_of
from tests.house.relations import KNOWS_FOREIGN, RELATIONS, STRANGERS_IDS, Relation
from tests.house.table import WRITES, compare, read_matrix, write_matrix
from tests.world.house import ON_POSTGRES, Template, house
from tests.world.whole import Ids, Whole, make_whole

KINDS = ("random",) if ON_POSTGRES else ("foreign", "nested", "deleted", "random")
"""Whose ids are tried besides the own ones."""


NOTHING_OF_IT: tuple[str, ...] = ("mdt.clinics.operations.slips.keep_slip",)
"""Operations on rows that the world of the test does not have (a printed slip: only the worker may keep one)."""


class WouldCommit(Refused):
    """Raised in place of a change's commit: everything was allowed; the world stays as it was."""

    status = 418
    code = "would_commit"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Flask]:
    with house(tmp_path_factory.mktemp("whole") / "data", template) as settings:
        yield create_app(settings)
        runtime.database().close()


@pytest.fixture(scope="module")
def whole(app: Flask) -> Iterator[Whole]:
    """One of everything; from then on no change is committed."""
    made = make_whole(app)
    engine = runtime.database().engine

    def note(connection: Any, _cursor: object, statement: str, *_more: object) -> None:
        verb, _space, rest = statement.partition(" ")
        if verb in ("INSERT", "UPDATE", "DELETE"):
            connection.info.setdefault("writes", set()).add(rest.split(" ")[1 if verb != "UPDATE" else 0].strip('"'))

    def refuse(session: Session) -> None:
        written = session.connection().info.pop("writes", set())
        if "audit" in written and written != {"audit"}:
            raise WouldCommit

    event.listen(engine, "before_cursor_execute", note)
    event.listen(Session, "before_commit", refuse)
    yield made
    event.remove(Session, "before_commit", refuse)


def send(whole: Whole, relation: Relation, asked: Asked, ids: Ids) -> TestResponse:
    """The request as this person's browser or program would send it."""
    options = asked.sent()
    headers = dict(options.pop("headers", {}))
    if not relation.username or relation.is_token:
        client = whole.callers["county"].client.application.test_client()
        if relation.is_token:
            headers["Authorization"] = f"Bearer {whole.token}"
        return client.open(asked.path(ids), method=asked.method, headers=headers, **options)
    return whole.callers[relation.username].open(asked.method, asked.path(ids), headers=headers, **options)


def outcome(answer: TestResponse) -> str:
    """A cell of the table; what no right explains is told whole."""
    status = answer.status_code
    if status == 401 or (status in (302, 303) and answer.location.startswith("/login")):
        return "401"
    if status in (403, 404):
        return str(status)
    is_shape = answer.is_json and answer.json["code"] == "shape" if status == 422 else False
    if is_shape or status in (400, 405, 413, 415) or (status >= 500 and status != 503):
        return f"{status} {answer.text[:300]}"
    return "may"


@pytest.mark.parametrize("name", RELATIONS)
def test_every_door_lets_in_whom_the_table_says(app: Flask, whole: Whole, name: str) -> None:
    relation, found = RELATIONS[name], {}
    ids = whole.of(relation.world)
    for asked in doors(app, whole.own):
        is_here = {table_of(each) for each in asked.parameters} <= ids.keys()
        is_here = is_here and (ids is whole.own or bool(asked.parameters))
        found[asked.door] = outcome(send(whole, relation, asked, ids)) if is_here else "-"
    compare(name, found)


@pytest.mark.parametrize("name", RELATIONS)
def test_every_operation_and_query_knows_its_people(whole: Whole, name: str) -> None:
    """Those without a door of their own too: the permission itself, asked of the database."""
    relation = RELATIONS[name]
    ids = whole.of(relation.world)
    actor = whole.people[relation.username] if relation.username else NOBODY
    found = {target: right(actor, made, ids) for target, made in [*operations.items(), *queries.items()]}
    compare(name, found)


def right(actor: Actor, target: Any, ids: Ids) -> str:
    """What a permission or right says of `actor`."""
    if not isinstance(target, Operation | Query):
        return "may" if target.right.may(actor) else "403"
    permission = target.permission
    key = ids.get(permission.model.__tablename__)
    if key is None:
        return "-"
    with runtime.database().reading() as session:
        if holds(session, permission, actor, key):
            return "may"
        seen = permission.see is not None and holds(session, permission.see, actor, key)
    return "403" if seen else "404"


def test_the_table_has_no_row_too_many(app: Flask, whole: Whole) -> None:
    events = {row.door for row in permissions.table(app) if row.kind == "socket" and row.target}
    known = {asked.door for asked in doors(app, whole.own)} | set(operations) | set(queries) | events
    if WRITES:
        write_matrix({door: row for door, row in read_matrix().items() if door in known})
    table = read_matrix()
    assert table.keys() == known
    assert [door for door, row in table.items() if row["requester"] == "-"] == list(NOTHING_OF_IT)


def others(whole: Whole, asked: Asked, kind: str) -> Ids | None:
    """Ids that are not the own ones, where there are such; None: nothing to try for this door."""
    tables = [table_of(each) for each in asked.parameters]
    strange = {table: new_id() for table in tables}
    if kind == "random":
        return strange
    source = whole.gone if kind == "deleted" else whole.foreign
    last = tables[-1]
    if last not in source or (kind == "nested" and (len(tables) < 2 or asked.parameters[-1] not in NESTED)):
        return None
    if kind == "foreign":
        return {table: whole.foreign.get(table, strange[table]) for table in tables}
    return {**{table: whole.own.get(table, strange[table]) for table in tables}, last: source[last]}


@pytest.mark.parametrize("name", STRANGERS_IDS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_one_may_not_know_of_looks_like_nothing(app: Flask, whole: Whole, name: str, kind: str) -> None:
    """404, and the same bytes for what is foreign, taken away, of another thing, or never was."""
    relation, told = RELATIONS[name], []
    for asked in doors(app, whole.own):
        ids = others(whole, asked, kind) if asked.parameters else None
        if ids is None or (kind == "foreign" and name in KNOWS_FOREIGN):
            continue
        answer = send(whole, relation, asked, ids)
        nothing = send(whole, relation, asked, {table: new_id() for table in ids})
        if answer.status_code != 404 or stripped(answer) != stripped(nothing):
            told.append(f"{asked.door}: {answer.status_code} {answer.text[:120] if answer.is_json else ''}")
    assert not told, "\n".join(told)


def stripped(answer: TestResponse) -> tuple[int, bytes]:
    """Status and body without the request's number."""
    return answer.status_code, answer.data.replace(answer.headers["X-Request-ID"].encode(), b"")
