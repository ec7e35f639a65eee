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
    """`place` is on this machine; `media_type` is what the bytes are."""

    case_id: str
    name: str
    media_type: str
    place: Path


@query(policy.READ_MATERIAL, reads="material.read")
def material_file(_session: Session, _actor: Actor, row: Material, case_id: str) -> MaterialFile:
    """The file behind a material, its cleaned copy if there is one. Raises NotFound under another case's address."""
    if row.case_id != case_id:
        raise NotFound
    return MaterialFile(row.case_id, row.name, row.media_type, runtime.files().path(row.clean_sha256 or row.sha256))


@query(policy.GLIMPSE)
def known_case(_session: Session, _actor: Actor, case: Case, _ask: None) -> str:
    """The number of a case one may know of: asked before anything sent for it is stored."""
    return case.number
