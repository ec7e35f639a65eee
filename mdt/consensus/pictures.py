"""Pictures of a case: which series it has, and a key image drawn as it was shown (window and marks burnt in)."""

from sqlalchemy.orm import Session


def series_of_case(session: Session, case_id: str) -> dict[str, str]:
    """Series UID → study UID of what is linked to the case."""
    raise NotImplementedError
