"""Pictures of a case: which series it has, and a key image drawn as it was shown (window and marks burnt in)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from mdt.consensus.sheet import KeyImage


def series_of_case(session: Session, case_id: str) -> dict[str, str]:
    """Series UID → study UID of what is linked to the case."""
    return {}


def draw_key_images(case_id: str, wanted: Sequence[dict[str, Any]]) -> list[KeyImage]:
    """The pictures that can be drawn, in order."""
    return []
