"""Places on pages of cases where higher slices show what is theirs; the shell fills the lists."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mdt.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """`template` is rendered with `context` (by name, and as a whole under `context`) into a card of that title;
    without a title it brings its own cards. `key` is its id on the page, `icon` the name of its sign, `assets` the
    entry of the build it needs (default: the one named like the template's folder). `answers` are shown under the
    case's questions: by question id, what is answered."""

    key: str
    icon: str
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    assets: str = ""
    answers: dict[str, str] = field(default_factory=dict)


CASE_PANELS: list[Callable[[Actor, str], list[Panel]]] = []
"""Shown on /cases/<id> in this order; called with the actor and the case id, for readers of the case only."""

WORK_PANELS: list[Callable[[Actor], Panel | None]] = []
"""Shown on / in this order."""
