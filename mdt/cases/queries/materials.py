"""The bytes of what is attached to a case."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from mdt.cases import policy
from mdt.cases.models import Case, Material
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.query import query


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """`place` is on this machine; `media_type` is what the bytes are; `is_clean`: made anew from the pixels, so that a
    browser may show it as a page of its own."""

    case_id: str
    name: str
    media_type: str
    place: Path
    is_clean: bool


@query(policy.READ_MATERIAL, reads="material.read")
def material_file(_session: Session, _actor: Actor, row: Material, case_id: str) -> MaterialFile:
    """The file behind a material, its cleaned copy if there is one. Raises NotFound under another case's address."""
    if row.case_id != case_id:
        raise NotFound
    is_clean = bool(row.clean_sha256)
    place = runtime.files().path(row.clean_sha256 or row.sha256)
    return MaterialFile(row.case_id, row.name, "image/jpeg" if is_clean else row.media_type, place, is_clean)


def sent_picture(session: Session, material_id: str) -> Path | None:
    """Where a picture lies as it was sent, for the worker; None where there is none to clean any more."""
    row = session.get(Material, material_id)
    if row is None or row.clean_sha256 or not row.media_type.startswith("image/"):
        return None
    return runtime.files().path(row.sha256)


@query(policy.GLIMPSE)
def known_case(_session: Session, _actor: Actor, case: Case, _ask: None) -> str:
    """The number of a case one may know of: asked before anything sent for it is stored."""
    return case.number
