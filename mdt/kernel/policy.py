"""Rights, declared once as SQL conditions over actor and row, so that a list and a single object cannot disagree.

A `Permission` belongs to a table; a `Right` needs no row (to create something). What a low slice must know of a high
one ("who may see this case's images?") it asks by a `Subject(kind, id)`; the high slice registers its answer as a
SELECT of ids with `declare`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, literal, select
from sqlalchemy.orm import QueryableAttribute, Session

from mdt.kernel.actor import Actor
from mdt.kernel.database import asked_once


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing whose permission governs another: images, a room, a task of a case are governed by the case."""

    kind: str
    id: str


class Row(Protocol):
    """What an operation can be about: a row with a key that knows whose permission governs it."""

    id: Any

    @property
    def subject(self) -> Subject: ...


M = TypeVar("M")


@dataclass(frozen=True, eq=False)
class Permission(Generic[M]):
    """Who may do something to a row of `model`. `see` is the permission that makes the row exist for a person at
    all (404 otherwise); None: the permission is its own `see`."""

    name: str
    model: type[M]
    rule: Callable[[Actor], ColumnElement[bool]]
    see: "Permission[M] | None" = None


@dataclass(frozen=True, eq=False)
class Right:
    """Who may do something that needs no row yet."""

    name: str
    may: Callable[[Actor], bool]


def never(_actor: Actor) -> ColumnElement[bool]:
    """The rule of what only other operations may call."""
    return false()


signed_in = Right("signed_in", lambda actor: bool(actor.person_id))
nobody = Right("nobody", lambda _actor: False)
anybody = Right("anybody", lambda _actor: True)

Ids = Callable[[Actor], Select[Any]]
_subjects: dict[tuple[str, str], Ids] = {}


def declare(kind: str, access: str, ids: Ids) -> None:
    """Register which subjects of `kind` give `access` (`read`, `post`, `add` …) to an actor."""
    _subjects[kind, access] = ids


def subject_ids(kind: str, access: str, actor: Actor) -> Select[Any]:
    """The SELECT of ids of the subjects of `kind` that give `access`; empty for a kind or access nobody declared."""
    rule = _subjects.get((kind, access))
    if rule is None:
        return select(literal("")).where(false())
    return rule(actor)


def governed(key: QueryableAttribute[Any], kind: str, access: str, actor: Actor) -> ColumnElement[bool]:
    """The row's subject of `kind`, whose id is in the row's column `key`, gives `access`. Asked row by row through the
    subject's primary key: as `key IN (…)` the ids of all that the actor may see would be collected each time."""
    ids = subject_ids(kind, access, actor)
    return exists(ids.where(ids.selected_columns[0] == key).correlate(key.class_))


def subject_kinds(access: str) -> list[str]:
    """The kinds that declare `access`."""
    return sorted(kind for kind, name in _subjects if name == access)


def accesses(session: Session, subject: Subject, actor: Actor) -> frozenset[str]:
    """Every access that `subject` gives to `actor` now: one statement, and one only in a reading session."""

    def ask(_asked: set[Subject]) -> dict[Subject, frozenset[str]]:
        named = {access: ids(actor) for (kind, access), ids in _subjects.items() if kind == subject.kind}
        each = [exists(ids.where(ids.selected_columns[0] == subject.id)) for ids in named.values()]
        given = session.execute(select(*each)).one() if each else ()
        return {subject: frozenset(access for access, has in zip(named, given, strict=True) if has)}

    return asked_once(session, ("accesses", actor), [subject], ask)[subject]


def gives(session: Session, subject: Subject, access: str, actor: Actor) -> bool:
    """Whether `subject` gives `access` to `actor` now."""
    return access in accesses(session, subject, actor)


Fact = Callable[[Session, Actor, str], Any]
_facts: dict[tuple[str, str], Fact] = {}


def provide(kind: str, fact: str, answer: Fact) -> None:
    """Register what a slice knows about subjects of `kind`, for slices below it (a case's documents and tasks for
    the case page, a case's patient for the check of arriving images). `answer(session, actor, subject_id)`."""
    _facts[kind, fact] = answer


def ask(session: Session, actor: Actor, subject: Subject, fact: str) -> Any:
    """What is known as `fact` about `subject`; None when no slice provides it."""
    answer = _facts.get((subject.kind, fact))
    return answer(session, actor, subject.id) if answer else None
