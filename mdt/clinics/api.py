"""JSON doors of free-clinic days."""

import time
from typing import BinaryIO, cast

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from mdt.cases.queries.view import CaseView, view_case
from mdt.clinics.operations.days import (
    ChangeClinic,
    CloseClinic,
    OpenClinic,
    PlanClinic,
    change_clinic,
    close_clinic,
    open_clinic,
    plan_clinic,
    report_clinic,
)
from mdt.clinics.operations.encounters import EncounterText, TakeEncounter, call_next, change_encounter, take_encounter
from mdt.clinics.operations.photos import AddPhoto, add_photo, remove_photo
from mdt.clinics.operations.referral import to_case
from mdt.clinics.operations.slips import ask_slip
from mdt.clinics.queries.days import FindClinics, clinic_view, clinics, screen_view
from mdt.clinics.queries.encounters import clinic_encounters, encounter_view, photo_file, photo_view, slip_file
from mdt.clinics.queries.shapes import (
    ClinicList,
    ClinicView,
    EncounterList,
    EncounterView,
    ImageView,
    ScreenView,
)
from mdt.identity.operations import Nothing, OptionalChange
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from mdt.kernel.hub import off_loop
from mdt.kernel.i18n import N_
from mdt.kernel.web import actor, door, first_answer, once, reply, run

api = APIBlueprint("clinics_api", __name__, url_prefix="/api/v1")

SLIP_WAIT_S = 15.0
POLL_S = 0.2


class ClinicPath(BaseModel):
    clinic_id: str = Field(max_length=60)


class EncounterPath(BaseModel):
    encounter_id: str = Field(max_length=60)


class PhotoPath(BaseModel):
    photo_id: str = Field(max_length=60)


class PhotoForm(BaseModel):
    """multipart/form-data"""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    file: FileStorage
    caption: str = Field(default="", max_length=60)


class OpenBody(OptionalChange, OpenClinic):
    pass


class CloseDayBody(OptionalChange, CloseClinic):
    pass


class Called(BaseModel):
    """Whose turn it is; null when nobody waits."""

    encounter: EncounterView | None


class CaseMade(BaseModel):
    """The case that an encounter became, for who may not see it: a colleague of the roster took the encounter."""

    id: str
    encounter_id: str


def _clinic(clinic_id: str, status: int = 200) -> Response:
    return reply(clinic_view(actor(), clinic_id, None), status)


def _encounter(encounter_id: str, status: int = 200) -> Response:
    return reply(encounter_view(actor(), encounter_id, None), status)


@api.get("/clinics", responses={200: ClinicList})
@door(clinics)
def get_clinics(query: FindClinics) -> Response:
    """The free-clinic days one is on the roster of or coordinates, latest first."""
    return reply(clinics(actor(), query))


@api.post("/clinics", responses={201: ClinicView})
@door(plan_clinic, clinic_view)
def post_clinic(body: PlanClinic) -> Response:
    """Plan a free-clinic day; with a filing number it is filed."""
    return first_answer(lambda: _clinic(plan_clinic(actor(), body).id, 201))


@api.get("/clinics/<clinic_id>", responses={200: ClinicView})
@door(clinic_view)
def get_clinic(path: ClinicPath) -> Response:
    """A day with roster, filing and figures."""
    return _clinic(path.clinic_id)


@api.patch("/clinics/<clinic_id>", responses={200: ClinicView})
@door(change_clinic, clinic_view)
def patch_clinic(path: ClinicPath, body: ChangeClinic) -> Response:
    """Change a day; fields left out stay."""
    run(change_clinic, path.clinic_id, body)
    return _clinic(path.clinic_id)


@api.post("/clinics/<clinic_id>/open", responses={200: ClinicView})
@door(open_clinic, clinic_view)
def post_open(path: ClinicPath, body: OpenBody) -> Response:
    """Open a day; one that is not filed only with `override`."""

    def opened() -> Response:
        run(open_clinic, path.clinic_id, body)
        return _clinic(path.clinic_id)

    return first_answer(opened)


@api.post("/clinics/<clinic_id>/close", responses={200: ClinicView})
@door(close_clinic, clinic_view)
def post_close(path: ClinicPath, body: CloseDayBody) -> Response:
    """End a day; refused while the caller still holds encounters that are not uploaded."""

    def closed() -> Response:
        run(close_clinic, path.clinic_id, body)
        return _clinic(path.clinic_id)

    return first_answer(closed)


@api.post("/clinics/<clinic_id>/report", responses={200: ClinicView})
@door(report_clinic, clinic_view)
def post_report(path: ClinicPath) -> Response:
    """The figures were reported to the health authority."""

    def reported() -> Response:
        run(report_clinic, path.clinic_id, Nothing())
        return _clinic(path.clinic_id)

    return first_answer(reported)


@api.get("/clinics/<clinic_id>/screen", responses={200: ScreenView})
@door(screen_view)
def get_screen(path: ClinicPath) -> Response:
    """What the waiting room's screen shows: tickets and first characters of names."""
    return reply(screen_view(actor(), path.clinic_id, None))


@api.get("/clinics/<clinic_id>/encounters", responses={200: EncounterList})
@door(clinic_encounters)
def get_encounters(path: ClinicPath) -> Response:
    """The queue of a day, by ticket."""
    return reply(clinic_encounters(actor(), path.clinic_id, None))


@api.post("/clinics/<clinic_id>/encounters", responses={201: EncounterView})
@door(take_encounter, encounter_view)
def post_encounter(path: ClinicPath, body: TakeEncounter) -> Response:
    """A new encounter; its ticket is the next of the day."""
    return first_answer(lambda: _encounter(run(take_encounter, path.clinic_id, body).id, 201))


@api.post("/clinics/<clinic_id>/call-next", responses={200: Called})
@door(call_next, encounter_view)
def post_call_next(path: ClinicPath) -> Response:
    """Call the lowest waiting ticket."""

    def called() -> Response:
        row = run(call_next, path.clinic_id, Nothing())
        return reply(Called(encounter=encounter_view(actor(), row.id, None) if row else None))

    return first_answer(called)


@api.get("/encounters/<encounter_id>", responses={200: EncounterView})
@door(encounter_view)
def get_encounter(path: EncounterPath) -> Response:
    """One encounter."""
    return _encounter(path.encounter_id)


@api.patch("/encounters/<encounter_id>", responses={200: EncounterView})
@door(change_encounter, encounter_view)
def patch_encounter(path: EncounterPath, body: EncounterText) -> Response:
    """Write more about a person, or move them in the queue by `state`."""
    run(change_encounter, path.encounter_id, body)
    return _encounter(path.encounter_id)


@api.post("/encounters/<encounter_id>/to-case", responses={200: CaseView, 201: CaseView})
@door(to_case, view_case)
def post_to_case(path: EncounterPath) -> Response:
    """Make the encounter a case; again: the same case."""

    def made() -> Response:
        case_id, is_new = run(to_case, path.encounter_id, Nothing())
        status = 201 if is_new else 200
        try:
            return reply(view_case(actor(), case_id, None), status)
        except NotFound:
            return reply(CaseMade(id=case_id, encounter_id=path.encounter_id), status)

    return first_answer(made)


@api.post("/encounters/<encounter_id>/photos", responses={201: ImageView})
@door(add_photo, photo_view)
@once
def post_photo(path: EncounterPath, form: PhotoForm) -> Response:
    """Send a photograph of a film; it is shown once the worker has looked at it."""
    encounter_view(actor(), path.encounter_id, None)  # 404 before anything is stored
    stored = off_loop(lambda: runtime.files().put_stream(cast(BinaryIO, form.file.stream)))
    if not stored.size:
        raise Invalid(fields={"file": [N_("文件是空的。")]})
    photo = run(add_photo, path.encounter_id, AddPhoto(sha256=stored.sha256, caption=form.caption))
    return reply(photo_view(actor(), photo.id, None), 201)


@api.get("/film-photos/<photo_id>")
@door(photo_file)
def get_photo(path: PhotoPath) -> Response:
    """The stamped copy of a photograph of a film, JPEG."""
    place = runtime.files().path(photo_file(actor(), path.photo_id, None))
    answer = send_file(place, mimetype="image/jpeg", conditional=True, etag=True)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@api.delete("/film-photos/<photo_id>")
@door(remove_photo)
def delete_photo(path: PhotoPath) -> Response:
    """Take a photograph back."""
    run(remove_photo, path.photo_id, Nothing())
    return Response(status=204)


@api.get("/encounters/<encounter_id>/slip.pdf")
@door(slip_file, ask_slip)
def get_slip(path: EncounterPath) -> Response:
    """The 义诊单 as PDF; waits up to 15 s for the printing, then 503."""
    ask_slip(actor(), path.encounter_id, Nothing())
    until = time.monotonic() + SLIP_WAIT_S
    while not (found := slip_file(actor(), path.encounter_id, None)).is_current:
        if time.monotonic() > until or request.args.get("wait") == "0":
            raise Unavailable("pdf_working", N_("义诊单正在生成，请稍候。"), retry_after=3)
        time.sleep(POLL_S)
    if found.problem:
        raise Conflict("pdf_refused", found.problem, allowed=["edit"])
    place = runtime.files().path(found.sha256)
    answer = send_file(place, mimetype="application/pdf", download_name=f"义诊单-{found.ticket}.pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
