"""Facts. An event is a frozen dataclass of ids in the past tense; `Tx.emit` stores it in the same transaction and
calls the reactions that the shell listed for it. Reactions touch the database only; all else becomes work."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from mdt.kernel.policy import Subject

if TYPE_CHECKING:
    from mdt.kernel.transaction import Tx


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts. `subject` is whose permission governs reading it."""

    subject: Subject

    def body(self) -> dict[str, Any]:
        """The JSON-able fields beside the subject."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "subject"}


E = TypeVar("E", bound=Event)
Reaction = Callable[["Tx", Any], None]
_reactions: dict[type[Event], list[Reaction]] = {}


def react(event: type[E], reaction: Callable[["Tx", E], None]) -> None:
    """List a reaction; called by the shell alone, in the order in which they run."""
    listed = _reactions.setdefault(event, [])
    if reaction not in listed:
        listed.append(reaction)


def reactions_to(event: Event) -> list[Reaction]:
    return _reactions.get(type(event), [])
