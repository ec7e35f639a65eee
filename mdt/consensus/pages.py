"""Pages of consensus: an edition with its forms, a document, the public check. All forms work without script."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.consensus import forms
from mdt.consensus.forms import Typed
from mdt.consensus.operations.draft import Abandon, OpenDraft, abandon_draft, open_draft, write_draft
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Confirm, Propose, Sign, propose_consensus, sign_consensus, unsign_consensus
from mdt.consensus.opinion import qr_svg
from mdt.consensus.pdf import pdf_answer
from mdt.consensus.queries import consensus_view, document_copy, document_view
from mdt.consensus.signing import sign_with_proof
from mdt.consensus.terms import DOCUMENT_WORDS, FIELD_WORDS
from mdt.consensus.verifying import look_up
from mdt.consensus.views import ConsensusView
from mdt.identity.operations import Nothing
from mdt.identity.signin import STEP_UP
from mdt.kernel import clock
from mdt.kernel.errors import Invalid, NotFound, Refused, Stale
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.web import actor, door, fields, public, reply, sentence

pages = Blueprint("consensus", __name__)

STANCES = (
    ("agree", N_("同意")),
    ("agree_with_reservation", N_("保留意见")),
    ("dissent", N_("不同意见")),
    ("abstain", N_("弃权")),
)
URGENCIES = (("routine", N_("普通")), ("urgent", N_("加急")), ("emergency", N_("紧急")))


def consensus_context(
    view: ConsensusView, *, found: Typed | None = None, refusal: Refused | None = None
) -> dict[str, object]:
    """What `consensus/edition.html` needs."""
    mine = next((one for one in view.signatures if one.person.id == actor().person_id), None)
    proved = actor().signed_in_at
    return {
        "view": view,
        "form": found or forms.stored(view),
        "refusal": refusal,
        "problem": sentence(refusal) if refusal else "",
        "errors": fields(refusal) if refusal else {},
        "mine": mine,
        "must_confirm": proved is None or clock.now() - proved > STEP_UP,
        "stances": [(key, gettext(label)) for key, label in STANCES],
        "urgencies": [(key, gettext(label)) for key, label in URGENCIES],
        "owner_choices": [("requesting_team", gettext(N_("申请方团队"))), *[(one.id, one.name) for one in view.owners]],
        "owner_names": {one.id: one.name for one in view.owners},
        "field_words": {key: gettext(label) for key, label in FIELD_WORDS.items()},
    }


def _page(consensus_id: str, *, found: Typed | None = None, refusal: Refused | None = None) -> Response:
    view = consensus_view(actor(), consensus_id, None)
    context = consensus_context(view, found=found, refusal=refusal)
    if isinstance(refusal, Stale) and found is not None:
        context["unlike"] = forms.unlike(found, view)
        found.version = view.version
    html = render_template("consensus/edition.html", **context)
    return make_response(html, refusal.status if refusal else 200)


def _back(consensus_id: str) -> BaseResponse:
    return redirect(f"/consensus/{consensus_id}", 303)


@pages.post("/cases/<case_id>/consensus")
@door(open_draft)
def begin(case_id: str) -> BaseResponse:
    """Begin the opinion of a case, or go on with the open one."""
    return _back(open_draft(actor(), OpenDraft(case_id=case_id)).id)


@pages.get("/consensus/<consensus_id>")
@door(consensus_view)
def edition_page(consensus_id: str) -> Response:
    """One edition: its text, who signed, what may be done."""
    return _page(consensus_id)


@pages.post("/consensus/<consensus_id>/text")
@door(write_draft, propose_consensus, consensus_view)
def save_text(consensus_id: str) -> BaseResponse:
    """Save; `then=propose` goes on to ask for signatures, `then=row` gives one more empty line."""
    view = consensus_view(actor(), consensus_id, None)
    found = forms.typed(request.form, view)
    then = request.form.get("then", "")
    if then == "row":
        found.recommendations.append(forms.stored(view).recommendations[-1])
        return _page(consensus_id, found=found)
    try:
        write_draft(actor(), consensus_id, forms.as_text(found), version=found.version)
        if then == "propose":
            propose_consensus(actor(), consensus_id, Propose())
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        if then == "propose":
            found.version = consensus_view(actor(), consensus_id, None).version
        return _page(consensus_id, found=found, refusal=refusal)
    return redirect(f"/consensus/{consensus_id}?saved=1", 303)


@pages.post("/consensus/<consensus_id>/propose")
@door(propose_consensus, consensus_view)
def propose(consensus_id: str) -> BaseResponse:
    """Ask for signatures of the text as it is stored."""
    try:
        propose_consensus(actor(), consensus_id, Propose())
    except Invalid as refusal:
        return _page(consensus_id, refusal=refusal)
    return _back(consensus_id)


@pages.post("/consensus/<consensus_id>/sign")
@door(sign_consensus, consensus_view)
def sign(consensus_id: str) -> BaseResponse:
    """Take a stance; a changed text is shown with what changed, a missing password is asked for."""
    password = request.form.get("password", "")[:200]
    try:
        change = Sign(
            fingerprint=request.form.get("fingerprint", "")[:64],
            stance=request.form.get("stance", ""),  # type: ignore[arg-type]
            text=request.form.get("text", "")[:4000],
            confirm=Confirm(password=password) if password else None,
        )
        sign_with_proof(actor(), consensus_id, change)
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(consensus_id, refusal=refusal)
    except ValueError:
        return _page(consensus_id, refusal=Invalid(fields={"stance": [N_("请选择您的意见。")]}))
    return _back(consensus_id)


@pages.post("/consensus/<consensus_id>/unsign")
@door(unsign_consensus)
def unsign(consensus_id: str) -> BaseResponse:
    """Take one's stance back."""
    unsign_consensus(actor(), consensus_id, Nothing())
    return _back(consensus_id)


@pages.post("/consensus/<consensus_id>/issue")
@door(issue_consensus, consensus_view)
def issue(consensus_id: str) -> BaseResponse:
    """Issue; who is missing is named."""
    try:
        document = issue_consensus(actor(), consensus_id, Nothing())
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(consensus_id, refusal=refusal)
    return redirect(f"/documents/{document.id}", 303)


@pages.post("/consensus/<consensus_id>/amend")
@door(amend_consensus, consensus_view)
def amend(consensus_id: str) -> BaseResponse:
    """A new edition, with its reason."""
    reason = request.form.get("reason", "").strip()[:500]
    try:
        if not reason:
            raise Invalid(fields={"reason": [N_("请写明更正原因。")]})
        draft = amend_consensus(actor(), consensus_id, Amend(reason=reason))
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(consensus_id, refusal=refusal)
    return _back(draft.id)


@pages.post("/consensus/<consensus_id>/abandon")
@door(abandon_draft, consensus_view)
def abandon(consensus_id: str) -> BaseResponse:
    """Give up what was not issued."""
    abandon_draft(actor(), consensus_id, Abandon(reason=request.form.get("reason", "")[:500]))
    return redirect(f"/cases/{consensus_view(actor(), consensus_id, None).case_id}", 303)


@pages.get("/documents/<document_id>")
@door(document_view)
def document_page(document_id: str) -> str:
    """A document with its print, its plain text and how to verify it."""
    view = document_view(actor(), document_id, None)
    qr = qr_svg(view.verify_url, is_scalable=True).decode()
    return render_template(
        "consensus/document.html",
        document=view,
        kind=gettext(DOCUMENT_WORDS[view.kind]),
        qr=qr[qr.index("<svg") :],
    )


@pages.get("/documents/<document_id>.json")
@door(document_view)
def document_json(document_id: str) -> Response:
    """The document for programs."""
    return reply(document_view(actor(), document_id, None))


@pages.get("/documents/<document_id>.pdf")
@door(document_copy)
def document_pdf(document_id: str) -> Response:
    """The print; waits up to 15 seconds while it is made."""
    return pdf_answer(document_id, as_issued=request.args.get("issued") == "1")


@pages.get("/verify")
@pages.get("/verify/<code>")
@public("anybody who holds a document may ask whether it is genuine; no patient data")
def verify(code: str = "") -> Response:
    """Genuine, superseded or unknown; JSON where `Accept` asks for it."""
    typed = (code or request.args.get("code", ""))[:60]
    result = look_up(typed)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return reply(result)
    label = gettext(DOCUMENT_WORDS[result.kind]) if result.kind else ""
    shown = {**dict(result), "kind_label": label}
    answer = make_response(render_template("consensus/verify.html", code=typed, result=shown))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
