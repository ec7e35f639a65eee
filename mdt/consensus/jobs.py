"""Printing: the worker makes the PDF of an issued document. Killed and run again it makes the same bytes."""

from typing import Any

from mdt.consensus.operations.issue import PRINT
from mdt.consensus.operations.keep import KeepCopy, keep_copy, load_document
from mdt.consensus.opinion import render_opinion
from mdt.consensus.pictures import draw_key_images
from mdt.consensus.printing import read_content, sheet_of
from mdt.consensus.queries import issue_of
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.work import job


@job(PRINT)
def print_document(payload: dict[str, Any]) -> None:
    """Render one copy and keep it; does nothing where it is kept already."""
    document_id, superseded_by = str(payload["document_id"]), int(payload["superseded_by"])
    document, is_kept = load_document(document_id, superseded_by)
    if is_kept:
        return
    content = read_content(document.content)
    pictures = draw_key_images(document.case_id, content["frozen"]["key_images"])
    sheet = sheet_of(content, issue_of(document), superseded_by=superseded_by or None, pictures=pictures)
    stored = runtime.files().put_bytes(render_opinion(sheet))
    keep_copy(SYSTEM, document_id, KeepCopy(superseded_by=superseded_by, sha256=stored.sha256, size=stored.size))
