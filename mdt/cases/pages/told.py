"""The timeline of a case in words: one line for each thing that happened, people asked together in one line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mdt.cases.queries.history import HistoryRow
from mdt.cases.terms import Relation
from mdt.cases.wording import MEMBER_WORDS
from mdt.kernel.i18n import gettext

TOGETHER = timedelta(minutes=30)
"""Acts of one kind this close are one line: twelve invitations are one thing that happened."""
OF_MANY = frozenset({"consensus_signed"})
"""Done by several people one after another."""


@dataclass(slots=True)
class Line:
    """`names` are the people it happened to, or who did it one after another, oldest first."""

    text: str
    tone: str
    at: datetime
    person: Any
    names: list[str]
    facts: dict[str, Any]


def told(rows: list[HistoryRow], known: dict[str, tuple[str, str]]) -> list[Line]:
    """Rows, newest first, as lines with words and tone; what has no words (typing, housekeeping) is left out."""
    lines: list[Line] = []
    for row in rows:
        text, tone = _member(row) or known.get(row.action, ("", ""))
        if not text:
            continue
        whom = row.about or (row.person if row.action in OF_MANY else None)
        names = [whom.name] if whom else []
        last = lines[-1] if lines else None
        if names and last and last.names and last.text == gettext(text) and last.at - row.at < TOGETHER:
            last.names.insert(0, names[0])
        else:
            lines.append(Line(gettext(text), tone, row.at, row.person, names, row.facts))
    return lines


def _member(row: HistoryRow) -> tuple[str, str] | None:
    """Words for somebody let in or out: being asked, accepting and being named are different things."""
    if row.about is None or row.action not in ("member_granted", "member_revoked"):
        return None
    by = "self" if row.about.id == row.person.id else "other"
    if row.action == "member_revoked":
        return MEMBER_WORDS["revoked", by]
    relation = row.facts.get("relation", Relation.NAMED)
    return MEMBER_WORDS.get((relation, by)) or MEMBER_WORDS[relation, "other"]
