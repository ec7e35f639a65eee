"""JSON doors of consensus: editions, documents, the public check of a document."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from mdt.consensus.operations.draft import Abandon, OpenDraft, abandon_draft, open_draft, write_draft
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Propose, Sign, propose_consensus, sign_consensus, unsign_consensus
from mdt.consensus.pdf import pdf_answer
from mdt.consensus.queries import consensus_view, document_copy, document_view
from mdt.consensus.signing import sign_with_proof
from mdt.consensus.text import ConsensusText
from mdt.consensus.verifying import look_up
from mdt.consensus.views import ConsensusView, DocumentView, VerifyView
from mdt.identity.operations import Nothing
from mdt.kernel.web import actor, door, first_answer, if_match, public, reply, run

api = APIBlueprint("consensus_api", __name__, url_prefix="/api/v1")


class CasePath(BaseModel):
    case_id: str = Field(max_length=36)


class ConsensusPath(BaseModel):
    consensus_id: str = Field(max_length=36)


class DocumentPath(BaseModel):
    document_id: str = Field(max_length=36)


class CopyQuery(BaseModel):
    """`issued=1`: the copy as it was issued, also where a later edition took its place."""

    issued: bool = False


class CodePath(BaseModel):
    code: str


def _shown(consensus_id: str, status: int = 200) -> Response:
    return reply(consensus_view(actor(), consensus_id, None), status)


@api.post("/cases/<case_id>/consensus", responses={200: ConsensusView, 201: ConsensusView})
@door(open_draft, consensus_view)
def post_consensus(path: CasePath) -> Response:
    """Begin an opinion; the open one if there is one (200)."""

    def begin() -> Response:
        row = open_draft(actor(), OpenDraft(case_id=path.case_id))
        return _shown(row.id, 201 if row.is_new else 200)

    return first_answer(begin)


@api.get("/consensus/<consensus_id>", responses={200: ConsensusView})
@door(consensus_view)
def get_consensus(path: ConsensusPath) -> Response:
    """One edition with its stances."""
    return _shown(path.consensus_id)


@api.put("/consensus/<consensus_id>", responses={200: ConsensusView})
@door(write_draft, consensus_view)
def put_consensus(path: ConsensusPath, body: ConsensusText) -> Response:
    """Replace the text. A proposed one returns to draft, its stances are void."""
    run(write_draft, path.consensus_id, body)
    return _shown(path.consensus_id)


@api.post("/consensus/<consensus_id>/propose", responses={200: ConsensusView})
@door(propose_consensus, consensus_view)
def post_propose(path: ConsensusPath, body: Propose) -> Response:
    """Freeze the text and ask for stances."""

    def propose() -> Response:
        run(propose_consensus, path.consensus_id, body)
        return _shown(path.consensus_id)

    return first_answer(propose)


@api.post("/consensus/<consensus_id>/sign", responses={200: ConsensusView})
@door(sign_consensus, consensus_view)
def post_sign(path: ConsensusPath, body: Sign) -> Response:
    """Take a stance to the text with this fingerprint."""

    def sign() -> Response:
        sign_with_proof(actor(), path.consensus_id, body, version=if_match())
        return _shown(path.consensus_id)

    return first_answer(sign)


@api.post("/consensus/<consensus_id>/unsign", responses={200: ConsensusView})
@door(unsign_consensus, consensus_view)
def post_unsign(path: ConsensusPath) -> Response:
    """Take one's stance back before it is issued."""

    def unsign() -> Response:
        run(unsign_consensus, path.consensus_id, Nothing())
        return _shown(path.consensus_id)

    return first_answer(unsign)


@api.post("/consensus/<consensus_id>/issue", responses={200: ConsensusView})
@door(issue_consensus, consensus_view)
def post_issue(path: ConsensusPath) -> Response:
    """Issue: the document exists from now on and nothing in it changes."""

    def issue() -> Response:
        run(issue_consensus, path.consensus_id, Nothing())
        return _shown(path.consensus_id)

    return first_answer(issue)


@api.post("/consensus/<consensus_id>/amend", responses={201: ConsensusView})
@door(amend_consensus, consensus_view)
def post_amend(path: ConsensusPath, body: Amend) -> Response:
    """A new draft with the next edition number."""

    def amend() -> Response:
        return _shown(run(amend_consensus, path.consensus_id, body).id, 201)

    return first_answer(amend)


@api.post("/consensus/<consensus_id>/abandon", responses={200: ConsensusView})
@door(abandon_draft, consensus_view)
def post_abandon(path: ConsensusPath, body: Abandon) -> Response:
    """Give up an edition that was not issued."""

    def abandon() -> Response:
        run(abandon_draft, path.consensus_id, body)
        return _shown(path.consensus_id)

    return first_answer(abandon)


@api.get("/documents/<document_id>", responses={200: DocumentView})
@door(document_view)
def get_document(path: DocumentPath) -> Response:
    """A document: what was signed, by whom, and its plain text."""
    return reply(document_view(actor(), path.document_id, None))


@api.get("/documents/<document_id>.json", responses={200: DocumentView})
@door(document_view)
def get_document_json(path: DocumentPath) -> Response:
    """The same under the name of a file."""
    return reply(document_view(actor(), path.document_id, None))


@api.get("/documents/<document_id>.pdf", responses={200: {"content": {"application/pdf": {}}}})
@door(document_copy)
def get_document_pdf(path: DocumentPath, query: CopyQuery) -> Response:
    """The print; waits up to 15 seconds while it is made."""
    return pdf_answer(path.document_id, as_issued=query.issued)


@api.get("/verify/<code>", responses={200: VerifyView})
@public("anybody who holds a document may ask whether it is genuine; no patient data")
def get_verify(path: CodePath) -> Response:
    """Whether a document is genuine."""
    return reply(look_up(path.code))
