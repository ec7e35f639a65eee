"""The print: made once, the same bytes when made twice, marked when superseded."""

import io

import pypdfium2
from sqlalchemy import select

from mdt.consensus.jobs import print_document
from mdt.consensus.models import DocumentFile
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Propose, propose_consensus
from mdt.consensus.queries import AskCopy, consensus_view, document_copy
from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.work import run_until_idle
from tests.world.consensus import discussed_case, issued, sign
from tests.world.people import People


def copies() -> dict[int, str]:
    with runtime.database().reading() as session:
        rows = session.execute(select(DocumentFile)).scalars()
        return {row.superseded_by: row.sha256 for row in rows}


def text_of(sha256: str) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(runtime.files().path(sha256).read_bytes()))
    return "".join(page.get_textpage().get_text_range() for page in pdf)


def test_a_print_begun_twice_gives_the_same_bytes(people: People) -> None:
    view = issued(people, discussed_case(people))
    run_until_idle()
    kept = copies()
    place = runtime.files().path(kept[0])
    first = place.read_bytes()
    place.unlink()  # as if the worker had been killed before it was kept
    with runtime.database().engine.begin() as connection:
        on = "" if runtime.database().is_sqlite else " ON document_file"
        connection.exec_driver_sql(f"DROP TRIGGER keep_document_file_delete{on}")
        connection.exec_driver_sql("DELETE FROM document_file")
    print_document({"document_id": view.document_id, "superseded_by": 0})
    print_document({"document_id": view.document_id, "superseded_by": 0})
    assert copies() == kept
    assert place.read_bytes() == first


def test_a_superseded_document_is_handed_out_marked_and_kept_as_issued(people: People) -> None:
    made = discussed_case(people)
    first = issued(people, made)
    run_until_idle()
    before = copies()[0]
    draft = amend_consensus(people["chair"], first.id, Amend(reason="左右写反"))
    propose_consensus(people["chair"], draft.id, Propose())
    view = consensus_view(people["chair"], draft.id, None)
    for name in ("chair", *made.experts):
        sign(people, name, view)
    issue_consensus(people["chair"], draft.id, Nothing())
    run_until_idle()
    assert first.document_id is not None
    sha256, name = document_copy(people["county"], first.document_id, AskCopy())
    assert sha256 != before
    assert "已被第 2 版替代" in text_of(sha256)
    assert name.isascii()
    assert document_copy(people["county"], first.document_id, AskCopy(as_issued=True))[0] == before
