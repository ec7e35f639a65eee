"""JSON doors of cases."""

from typing import Any

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from mdt.cases import intake
from mdt.cases.operations.course import Postpone
from mdt.cases.operations.end import Close, Reopen, Withdraw, close_case, reopen_case, withdraw_case
from mdt.cases.operations.materials import add_material, remove_material
from mdt.cases.operations.named import NamePerson, name_person, unname_person
from mdt.cases.operations.review import (
    Accept,
    Decline,
    Resubmit,
    Return,
    accept_case,
    decline_case,
    postpone_case,
    resubmit_case,
    return_case,
    submit_case,
)
from mdt.cases.operations.waive import Waive, waive_item
from mdt.cases.operations.write import CaseText, create_case, edit_case, named_fields
from mdt.cases.queries.board import CaseList, FindCases, cases
from mdt.cases.queries.history import FindAudit, HistoryPage, Paged, case_audit, object_audit, timeline
from mdt.cases.queries.materials import known_case, material_file
from mdt.cases.queries.view import CaseView, MaterialView, current_text, view_case
from mdt.cases.terms import MaterialKind, State
from mdt.identity.operations import Nothing, OptionalChange
from mdt.imaging.operations.arrange import Link, link_study, unlink_study
from mdt.imaging.operations.receive import Nothing as Unlink
from mdt.imaging.queries.studies import StudyOfSubject, link_key, own_study_key
from mdt.kernel.errors import NotFound, Stale
from mdt.kernel.operation import Operation
from mdt.kernel.web import actor, door, first_answer, once, reply, run

api = APIBlueprint("cases_api", __name__, url_prefix="/api/v1")


class CasePath(BaseModel):
    case_id: str = Field(max_length=60)


class MaterialPath(CasePath):
    material_id: str = Field(max_length=60)


class MaterialForm(BaseModel):
    """multipart/form-data"""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    file: FileStorage
    kind: MaterialKind


class NamedPath(CasePath):
    person_id: str = Field(max_length=60)


class CaseLeft(BaseModel):
    """What remains to be told to somebody whose own action took the case out of their sight."""

    id: str
    number: str
    state: State


class SubmitBody(OptionalChange):
    pass


class ResubmitBody(OptionalChange, Resubmit):
    pass


class AcceptBody(OptionalChange, Accept):
    pass


class CloseBody(OptionalChange, Close):
    pass


@api.before_request
def _allow_pictures() -> None:
    """Reports and photographs may be larger than what other requests carry."""
    if request.endpoint == "cases_api.post_material":
        request.max_content_length = intake.LIMIT + (1 << 20)


@api.post("/cases", responses={201: CaseView})
@door(create_case, view_case)
def post_case(body: CaseText) -> Response:
    """Begin a draft; anything may still be missing."""

    def create() -> Response:
        case = create_case(actor(), body)
        return reply(view_case(actor(), case.id, None), 201)

    return first_answer(create)


@api.get("/cases", responses={200: CaseList})
@door(cases)
def get_cases(query: FindCases) -> Response:
    """The cases one may know of, newest first."""
    return reply(cases(actor(), query))


@api.get("/cases/<case_id>", responses={200: CaseView})
@door(view_case)
def get_case(path: CasePath) -> Response:
    """One case; somebody invited who has not answered gets number, title, questions, hospital, sex and age."""
    return reply(view_case(actor(), path.case_id, None))


@api.patch("/cases/<case_id>", responses={200: CaseView})
@door(edit_case, view_case, current_text)
def patch_case(path: CasePath, body: CaseText) -> Response:
    """Change the text (RFC 7396). A stale `If-Match` is answered with what now stands in the fields that differ."""
    try:
        run(edit_case, path.case_id, body)
    except Stale:
        raise _difference(path.case_id, body) from None
    return reply(view_case(actor(), path.case_id, None))


def _difference(case_id: str, body: CaseText) -> Stale:
    now = current_text(actor(), case_id, None)
    sent: dict[str, Any] = named_fields(body)
    current = {field: now.text[field] for field, value in sent.items() if _plain(value) != now.text[field]}
    if "questions" in body.model_fields_set:
        asked = [each.text for each in body.questions or []]
        if asked != [each["text"] for each in now.text["questions"]]:
            current["questions"] = now.text["questions"]
    return Stale(version=now.version, current=current)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _act(change: Operation[Any, Any, Any], case_id: str, body: Any) -> Response:

    def act() -> Response:
        run(change, case_id, body)
        return reply(view_case(actor(), case_id, None))

    return first_answer(act)


@api.post("/cases/<case_id>/actions/submit", responses={200: CaseView})
@door(submit_case, view_case)
def post_submit(path: CasePath, body: SubmitBody) -> Response:
    """Send a draft to the coordinator; `readiness` lists what is missing, which never blocks."""
    return _act(submit_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/return", responses={200: CaseView})
@door(return_case, view_case)
def post_return(path: CasePath, body: Return) -> Response:
    """Give a case back with a list of what to add."""
    return _act(return_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/resubmit", responses={200: CaseView})
@door(resubmit_case, view_case)
def post_resubmit(path: CasePath, body: ResubmitBody) -> Response:
    """Send a returned case again; the body may be left out."""
    return _act(resubmit_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/accept", responses={200: CaseView})
@door(accept_case, view_case)
def post_accept(path: CasePath, body: AcceptBody) -> Response:
    """Take a case on; the body may be left out."""
    return _act(accept_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/decline", responses={200: CaseView})
@door(decline_case, view_case)
def post_decline(path: CasePath, body: Decline) -> Response:
    """Refuse a case with a code and words."""
    return _act(decline_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/postpone", responses={200: CaseView})
@door(postpone_case, view_case)
def post_postpone(path: CasePath, body: Postpone) -> Response:
    """Take a case off its agenda."""

    def postpone() -> Response:
        case = run(postpone_case, path.case_id, body)
        try:
            return reply(view_case(actor(), case.id, None))
        except NotFound:  # a chair saw it only because it stood on the agenda
            return reply(CaseLeft(id=case.id, number=case.number, state=case.state))

    return first_answer(postpone)


@api.post("/cases/<case_id>/actions/withdraw", responses={200: CaseView})
@door(withdraw_case, view_case)
def post_withdraw(path: CasePath, body: Withdraw) -> Response:
    """Take a request back before an opinion was issued."""
    return _act(withdraw_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/close", responses={200: CaseView})
@door(close_case, view_case)
def post_close(path: CasePath, body: CloseBody) -> Response:
    """Close a case whose recommendations all have an answer; a coordinator says why."""
    return _act(close_case, path.case_id, body)


@api.post("/cases/<case_id>/actions/reopen", responses={200: CaseView})
@door(reopen_case, view_case)
def post_reopen(path: CasePath, body: Reopen) -> Response:
    """Ask something new of a case that was answered."""
    return _act(reopen_case, path.case_id, body)


@api.put("/cases/<case_id>/readiness", responses={200: CaseView})
@door(waive_item, view_case)
def put_readiness(path: CasePath, body: Waive) -> Response:
    """Say that an item does not apply, with the reason; an empty reason takes it back."""
    run(waive_item, path.case_id, body)
    return reply(view_case(actor(), path.case_id, None))


@api.post("/cases/<case_id>/people", responses={200: CaseView})
@door(name_person, view_case)
@once
def post_named(path: CasePath, body: NamePerson) -> Response:
    """Name a colleague of the case's hospital on it: from then on one of the requesting team."""
    run(name_person, path.case_id, body)
    return reply(view_case(actor(), path.case_id, None))


@api.delete("/cases/<case_id>/people/<person_id>")
@door(unname_person)
def delete_named(path: NamedPath) -> Response:
    """Take a name off the case."""
    run(unname_person, path.case_id, NamePerson(person_id=path.person_id))
    return Response(status=204)


@api.post("/cases/<case_id>/materials", responses={201: MaterialView})
@door(add_material, known_case, view_case)
def post_material(path: CasePath, form: MaterialForm) -> Response:
    """Attach a PDF, JPEG or PNG (report, lab, pathology, consent, photo), at most 32 MB."""
    known_case(actor(), path.case_id, None)
    change = intake.material_change(form.file, form.kind, "page")

    def attach() -> Response:
        material_id = run(add_material, path.case_id, change)
        case = view_case(actor(), path.case_id, None)
        assert isinstance(case, CaseView)
        return reply(next(each for each in case.materials if each.id == material_id), 201)

    return first_answer(attach)


@api.get("/cases/<case_id>/materials/<material_id>")
@door(material_file)
def get_material(path: MaterialPath) -> Response:
    """The bytes. Pictures are shown in place once they are made anew; whatever else is a download: a PDF's reader may
    not run inside a sandbox, and nobody has looked into it yet."""
    found = material_file(actor(), path.material_id, path.case_id)
    answer = send_file(
        found.place,
        mimetype=found.media_type,
        as_attachment=not found.is_clean,
        download_name=found.name,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@api.delete("/cases/<case_id>/materials/<material_id>")
@door(remove_material, material_file)
def delete_material(path: MaterialPath) -> Response:
    """Take back what was attached by mistake."""
    material_file(actor(), path.material_id, path.case_id)
    run(remove_material, path.material_id, Nothing())
    return Response(status=204)


class StudyPath(CasePath):
    study_uid: str = Field(max_length=64)


class StudyQuery(BaseModel):
    """`prior=1`: an earlier examination, to compare with."""

    prior: bool = False


@api.post("/cases/<case_id>/studies/<study_uid>", responses={200: CaseView})
@door(link_study, own_study_key, known_case, view_case)
@once
def post_study(path: StudyPath, query: StudyQuery) -> Response:
    """Link a stored study of the own hospital, or change whether it is a prior."""
    known_case(actor(), path.case_id, None)
    study_id = own_study_key(actor(), path.study_uid)
    link_study(actor(), study_id, Link(subject_kind="case", subject_id=path.case_id, prior=query.prior))
    return reply(view_case(actor(), path.case_id, None))


@api.delete("/cases/<case_id>/studies/<study_uid>")
@door(unlink_study, link_key, view_case)
def delete_study(path: StudyPath) -> Response:
    """Take a study off the case; the images stay with the hospital."""
    link = link_key(actor(), StudyOfSubject(kind="case", id=path.case_id, study_uid=path.study_uid))
    unlink_study(actor(), link, Unlink())
    return Response(status=204)


@api.get("/cases/<case_id>/timeline", responses={200: HistoryPage})
@door(timeline)
def get_timeline(path: CasePath, query: Paged) -> Response:
    """What happened, newest first."""
    return reply(timeline(actor(), path.case_id, query))


@api.get("/audit", responses={200: HistoryPage})
@door(case_audit, object_audit)
def get_audit(query: FindAudit) -> Response:
    """Who read and changed: of a case (`object=<case id>`), or of one thing that belongs to it (`kind:id`)."""
    kind, _colon, key = query.object.rpartition(":")
    if kind in ("", "case"):
        try:
            return reply(case_audit(actor(), key, Paged(limit=query.limit, cursor=query.cursor)))
        except NotFound:
            if kind:
                raise
    return reply(object_audit(actor(), query))
