"""Words of the rooms: what can stand in the log, where a person is."""

from enum import StrEnum

BY_SERVER = frozenset({"agenda", "consensus", "note", "join_left"})
"""Entry types that a person cannot post; other operations append them."""

ROOM_TYPES = frozenset({"agenda", "lead"})
"""Entry types that change who leads or what runs."""


class Where(StrEnum):
    """Whether a member is at the screen: `away` says their browser, `lost` nothing was heard for 8 s."""

    HERE = "here"
    AWAY = "away"
    LOST = "lost"
