"""Writing a case: the draft is there before the first word, and each pause in typing saves it."""

import segno
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.cases import intake
from mdt.cases.operations.materials import PHONE_MINUTES, add_material, make_phone_link, remove_material
from mdt.cases.operations.review import Answer, Resubmit, resubmit_case, submit_case
from mdt.cases.operations.waive import Waive, waive_item
from mdt.cases.operations.write import CaseText, create_case, edit_case
from mdt.cases.pages.board import words
from mdt.cases.pages.forms import case_text, parsed, typed, values_of
from mdt.cases.queries.board import empty_draft
from mdt.cases.queries.materials import material_file
from mdt.cases.queries.view import CaseView, view_case
from mdt.cases.terms import KIND_LABELS, SEX_LABELS, MaterialKind
from mdt.identity.operations import Nothing
from mdt.imaging.queries.batches import open_batches
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from mdt.kernel.i18n import gettext
from mdt.kernel.policy import Subject
from mdt.kernel.web import actor, door, fields, run, sentence, version_of

pages = Blueprint("cases_edit", __name__)


@pages.get("/cases/new")
@door(create_case, empty_draft)
def new_case() -> str | BaseResponse:
    """Begin: an untouched draft is taken up again, else the page asks for one by POST (a GET changes nothing)."""
    found = empty_draft(actor(), None)
    return redirect(f"/cases/{found}/edit") if found else render_template("cases/new.html")


@pages.post("/cases/new")
@door(create_case)
def post_new_case() -> BaseResponse:
    return redirect(f"/cases/{create_case(actor(), CaseText()).id}/edit", 303)


@pages.get("/cases/<case_id>/edit")
@door(view_case, open_batches)
def edit_page(case_id: str) -> str:
    return _page(case_id)


def _whole(case_id: str) -> CaseView:
    case = view_case(actor(), case_id, None)
    if not isinstance(case, CaseView):
        raise NotFound
    return case


def _page(case_id: str, refusal: Refused | None = None) -> str:
    case = _whole(case_id)
    if "edit" not in case.allowed:
        raise Conflict(allowed=case.allowed)
    asked = [each for each in case.returns if each.asked_at == case.returns[0].asked_at] if case.returns else []
    return render_template(
        "cases/edit.html",
        case=case,
        form=typed(request.form) if refusal else values_of(case),
        problem=sentence(refusal) if refusal else "",
        errors=fields(refusal) if refusal else {},
        is_stale=isinstance(refusal, Stale),
        stored=values_of(case),
        asked=asked,
        sexes=[(sex.value, gettext(label)) for sex, label in SEX_LABELS.items()],
        kinds=kinds(),
        open_batches=open_batches(actor(), Subject("case", case.id)),
        **words(),
    )


def kinds() -> list[tuple[str, str]]:
    """Kinds of material with their words."""
    return [(kind.value, gettext(label)) for kind, label in KIND_LABELS.items()]


@pages.post("/cases/<case_id>/edit")
@door(edit_case, submit_case, resubmit_case, view_case)
def post_edit(case_id: str) -> BaseResponse | tuple[str, int]:
    """Save, and submit if that button was pressed; a refusal shows the form as it was typed."""
    action = request.form.get("action", "save")
    version = version_of(request.form.get("version", ""))
    try:
        edit_case(actor(), case_id, case_text(request.form), version=version)
        if action == "submit":
            submit_case(actor(), case_id, Nothing())
        if action == "resubmit":
            resubmit_case(actor(), case_id, _answers())
    except (Invalid, Stale) as refusal:
        return _page(case_id, refusal), refusal.status
    said = "submitted" if action in ("submit", "resubmit") else "1"
    return redirect(f"/cases/{case_id}?saved={said}", 303)


def _answers() -> Resubmit:
    given = [
        Answer(
            key=key[:40], done=request.form.get(f"done.{key}") == "1", note=request.form.get(f"note.{key}", "")[:500]
        )
        for key in request.form.getlist("asked")
    ]
    return Resubmit(answers=given)


@pages.post("/cases/<case_id>/waive")
@door(waive_item)
def post_waive(case_id: str) -> BaseResponse:
    """Say of an item of the readiness list that it does not apply, or take that back."""
    change = parsed(Waive, {"key": request.form.get("key", ""), "reason": request.form.get("reason", "")})
    run(waive_item, case_id, change)
    return redirect(f"/cases/{case_id}/edit?saved=1", 303)


@pages.post("/cases/<case_id>/materials")
@door(add_material)
def post_material(case_id: str) -> BaseResponse | tuple[str, int]:
    """Attach files from a plain form."""
    try:
        kind = parsed(_Kind, {"kind": request.form.get("kind", "")}).kind
        for file in request.files.getlist("file"):
            add_material(actor(), case_id, intake.material_change(file, kind, "page"))
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(case_id, refusal), refusal.status
    return redirect(f"/cases/{case_id}/edit?saved=1#materials", 303)


@pages.post("/cases/<case_id>/materials/<material_id>/remove")
@door(remove_material, material_file)
def post_remove_material(case_id: str, material_id: str) -> BaseResponse:
    """Take back what was attached by mistake."""
    material_file(actor(), material_id, case_id)
    remove_material(actor(), material_id, Nothing())
    return redirect(f"/cases/{case_id}/edit?saved=1#materials", 303)


@pages.post("/cases/<case_id>/phone")
@door(make_phone_link, view_case)
def post_phone_link(case_id: str) -> str:
    """A fresh link for a phone, as a QR code."""
    token = make_phone_link(actor(), case_id, Nothing())
    base = (runtime.settings().public_url or request.host_url).rstrip("/")
    link = f"{base}/phone/{token}"
    picture = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return render_template(
        "cases/phone_link.html", case=_whole(case_id), link=link, picture=picture, minutes=PHONE_MINUTES
    )


class _Kind(Nothing):
    kind: MaterialKind
