"""What is attached to a case beside its images, and the link by which a phone attaches it."""

import secrets
from datetime import timedelta

from pydantic import Field

from mdt.cases import policy
from mdt.cases.events import MaterialAdded, MaterialRemoved
from mdt.cases.models import Case, Material, PhoneLink
from mdt.cases.operations.score import renew_readiness
from mdt.cases.operations.write import Line
from mdt.cases.queries.phone import token_hash
from mdt.cases.terms import BEFORE_CONCLUDED, OPEN_FOR_MATERIAL, MaterialKind
from mdt.identity.operations import Change, Nothing
from mdt.kernel.errors import Conflict
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx

PHONE_MINUTES = 30
CLEAN = "cases.clean_material"


class AddMaterial(Change):
    """A file that is already in the store; `media_type` is what its bytes say, not its name."""

    kind: MaterialKind
    name: Line = Field(max_length=200)
    media_type: str = Field(max_length=60)
    size: int
    sha256: str = Field(min_length=64, max_length=64)
    via: str = "page"


@operation(policy.ADD, audit="case.material_added", action="add_material", states=OPEN_FOR_MATERIAL)
def add_material(tx: Tx, case: Case, change: AddMaterial) -> str:
    """Attach a file; the id of the material is the result."""
    row = Material(case_id=case.id, added_by=tx.actor.person_id, added_at=tx.at, **change.model_dump())
    tx.session.add(row)
    if row.media_type.startswith("image/"):
        tx.session.flush()  # the job names it
        tx.later(CLEAN, {"material_id": row.id}, key=f"clean:{row.id}")
    renew_readiness(tx, case)
    tx.emit(MaterialAdded(case.subject, material_id=row.id, kind=row.kind.value, via=row.via))
    tx.ring("case", case.id)
    return row.id


class Cleaned(Change):
    """The JPEG that the limited child made of a picture; it is in the store."""

    sha256: str = Field(min_length=64, max_length=64)


@operation(policy.CLEAN_MATERIAL, audit="case.material_cleaned")
def keep_clean(_tx: Tx, material: Material, change: Cleaned) -> None:
    """From now on the cleaned picture is what is shown; what was sent stays as evidence of what was sent."""
    material.clean_sha256 = change.sha256


@operation(policy.REMOVE_MATERIAL, audit="case.material_removed")
def remove_material(tx: Tx, material: Material, _change: Nothing) -> None:
    """Take back what was attached by mistake, before an opinion relied on it."""
    case = tx.session.get_one(Case, material.case_id)
    if case.state not in BEFORE_CONCLUDED:
        raise Conflict
    tx.session.delete(material)
    renew_readiness(tx, case)
    tx.emit(MaterialRemoved(case.subject, material_id=material.id, kind=material.kind.value))
    tx.ring("case", case.id)


@operation(policy.ADD, audit="case.phone_link_made", states=OPEN_FOR_MATERIAL)
def make_phone_link(tx: Tx, case: Case, _change: Nothing) -> str:
    """A token for /phone/<token>: for half an hour a phone may send photographs into this case, in the maker's name.
    Shown once, kept hashed."""
    token = secrets.token_urlsafe(24)
    link = PhoneLink(
        token_hash=token_hash(token),
        case_id=case.id,
        made_by=tx.actor.person_id,
        expires_at=tx.at + timedelta(minutes=PHONE_MINUTES),
    )
    tx.session.add(link)
    return token
