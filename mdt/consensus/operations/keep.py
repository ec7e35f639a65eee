"""Keeping a printed copy of a document."""

from pydantic import Field

from mdt.consensus import policy
from mdt.consensus.models import Document, DocumentFile
from mdt.identity.operations import Change
from mdt.kernel import runtime
from mdt.kernel.operation import operation
from mdt.kernel.transaction import Tx, refusing_database_errors


class KeepCopy(Change):
    """`superseded_by`: the edition that a marked copy names, 0 for the copy as issued."""

    superseded_by: int = Field(ge=0)
    sha256: str = Field(min_length=64, max_length=64)
    size: int = Field(gt=0)


@operation(policy.PRINT, audit="document.printed")
def keep_copy(tx: Tx, row: Document, change: KeepCopy) -> None:
    """Point at the bytes that are on disk; the first copy stays, a second print of it changes nothing."""
    if tx.session.get(DocumentFile, (row.id, change.superseded_by)) is not None:
        return
    tx.session.add(DocumentFile(document_id=row.id, made_at=tx.at, **change.model_dump()))
    tx.ring("document", row.id)


def load_document(document_id: str, superseded_by: int) -> tuple[Document, bool]:
    """A document for the worker, and whether this copy of it is kept already."""
    with refusing_database_errors(), runtime.database().reading() as session:
        row = session.get_one(Document, document_id)
        return row, session.get(DocumentFile, (document_id, superseded_by)) is not None
