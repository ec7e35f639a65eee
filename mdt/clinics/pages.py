"""Pages of free-clinic days: the list, planning, the day for the coordinator, the tablet, the waiting room's screen."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.clinics.forms import day_values, plain, read, store_key
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
from mdt.clinics.queries.days import FindClinics, clinic_view, clinics, roster_choice, screen_view
from mdt.clinics.queries.encounters import clinic_encounters
from mdt.clinics.queries.shapes import ClinicView
from mdt.clinics.terms import DISPOSITION_LABELS, SEX_WORDS, STATE_LABELS, TURN_LABELS, DayState
from mdt.identity.operations import Nothing
from mdt.identity.queries import hospitals, me
from mdt.kernel import clock
from mdt.kernel.errors import Refused
from mdt.kernel.web import actor, door, fields, sentence, version_of
from mdt.meetings.forms import for_field

pages = Blueprint("clinics", __name__)
PER_PAGE = 40
TABLET_STATES = (DayState.FILED, DayState.OPEN)


@pages.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "clinic_words": {
            "state": STATE_LABELS,
            "turn": TURN_LABELS,
            "disposition": DISPOSITION_LABELS,
            "sex": SEX_WORDS,
        }
    }


@pages.get("/clinics")
@door(clinics)
def clinics_page() -> str:
    """Days to come first, nearest on top, then those that are over."""
    found = clinics(actor(), FindClinics(limit=PER_PAGE, cursor=request.args.get("cursor", "")[:36]))
    today = clock.now().astimezone(clock.SHANGHAI).date()
    over = {DayState.CLOSED, DayState.REPORTED}
    coming = [day for day in found.items if day.state not in over and _date(day.ends_at) >= today]
    return render_template(
        "clinics/list.html",
        coming=sorted(coming, key=lambda day: day.starts_at),
        past=[day for day in found.items if day not in coming],
        older=found.next,
        may_plan="clinic.create" in me(actor(), None).may,
        today=today,
    )


def _date(moment: datetime) -> Any:
    return moment.astimezone(clock.SHANGHAI).date()


@pages.get("/clinics/new")
@door(plan_clinic, roster_choice)
def new_clinic_page() -> Response:
    start = datetime.combine(_date(clock.now()) + timedelta(days=21), time(8, 30), clock.SHANGHAI)
    return _form({"starts_at": for_field(start), "duration_min": "480"}, [], None)


def _form(typed: dict[str, Any], roster: list[str], refusal: Refused | None, day: ClinicView | None = None) -> Response:
    """The planning form, for a new day or an existing one; a refusal keeps what was typed."""
    html = render_template(
        "clinics/form.html",
        typed=typed,
        roster=roster,
        day=day,
        people=roster_choice(actor(), None),
        problem=sentence(refusal) if refusal else "",
        errors=fields(refusal) if refusal else {},
    )
    return make_response(html, refusal.status if refusal else 200)


@pages.post("/clinics/new")
@door(plan_clinic, roster_choice)
def new_clinic() -> BaseResponse:
    try:
        made = plan_clinic(actor(), read(PlanClinic, day_values(request.form)))
    except Refused as refusal:
        return _form(request.form.to_dict(), request.form.getlist("roster"), refusal)
    return redirect(f"/clinics/{made.id}?saved=1", 303)


@pages.get("/clinics/<clinic_id>")
@door(clinic_view, clinic_encounters)
def clinic_page(clinic_id: str) -> str:
    """The tablet for who takes encounters, the day for everybody else."""
    day = clinic_view(actor(), clinic_id, None)
    return _tablet(day) if day.may_take and day.state in TABLET_STATES else _day(day, None)


def _tablet(day: ClinicView) -> str:
    nearby = [each for each in hospitals(actor(), None) if each.kind != "township"]
    data = {
        "clinic": day,
        "encounters": clinic_encounters(actor(), day.id, None).items,
        "me": {"id": actor().person_id, "name": actor().name},
        "hospitals": [{"name": each.name, "kind": each.kind} for each in nearby],
        "storeKey": store_key(actor().person_id),
    }
    return render_template("clinics/tablet.html", day=day, data=plain(data))


@pages.get("/clinics/<clinic_id>/day")
@door(clinic_view, clinic_encounters)
def day_page(clinic_id: str) -> str:
    """The day with its figures, also for the roster."""
    return _day(clinic_view(actor(), clinic_id, None), None)


def _day(day: ClinicView, refusal: Refused | None) -> str:
    return render_template(
        "clinics/day.html",
        day=day,
        encounters=clinic_encounters(actor(), day.id, None).items,
        problem=sentence(refusal) if refusal else "",
        asks_override=refusal is not None and refusal.code == "clinic.not_filed",
        today=_date(clock.now()),
    )


@pages.get("/clinics/<clinic_id>/edit")
@door(clinic_view, change_clinic, roster_choice)
def edit_clinic_page(clinic_id: str) -> Response:
    day = clinic_view(actor(), clinic_id, None)
    filing = day.filing
    typed = {
        "title": day.title,
        "place": day.place,
        "content": day.content,
        "starts_at": for_field(day.starts_at),
        "duration_min": str(day.duration_min),
        "filing_authority": filing.authority if filing else "",
        "filing_number": filing.number if filing else "",
    }
    return _form(typed, [person.id for person in day.roster], None, day)


@pages.post("/clinics/<clinic_id>/edit")
@door(clinic_view, change_clinic, roster_choice)
def edit_clinic(clinic_id: str) -> BaseResponse:
    try:
        change = read(ChangeClinic, day_values(request.form))
        change_clinic(actor(), clinic_id, change, version=version_of(request.form.get("version", "")))
    except Refused as refusal:
        day = clinic_view(actor(), clinic_id, None)
        return _form(request.form.to_dict(), request.form.getlist("roster"), refusal, day)
    return redirect(f"/clinics/{clinic_id}/day?saved=1", 303)


def _after(clinic_id: str, change: Callable[[], Any], to: str) -> BaseResponse:
    """Run a change of the day and go on; a refusal is shown on the day's page."""
    try:
        change()
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return make_response(_day(clinic_view(actor(), clinic_id, None), refusal), refusal.status)
    return redirect(to, 303)


@pages.post("/clinics/<clinic_id>/open")
@door(open_clinic, clinic_view, clinic_encounters)
def open_day(clinic_id: str) -> BaseResponse:
    def opened() -> None:
        reason = request.form.get("reason", "").strip()
        open_clinic(actor(), clinic_id, read(OpenClinic, {"override": {"reason": reason}} if reason else {}))

    return _after(clinic_id, opened, f"/clinics/{clinic_id}?saved=1")


@pages.post("/clinics/<clinic_id>/close")
@door(close_clinic, clinic_view, clinic_encounters)
def close_day(clinic_id: str) -> BaseResponse:
    def closed() -> None:
        left = request.form.get("not_uploaded", "0")
        close_clinic(actor(), clinic_id, read(CloseClinic, {"not_uploaded": left}))

    return _after(clinic_id, closed, f"/clinics/{clinic_id}/day?saved=1")


@pages.post("/clinics/<clinic_id>/report")
@door(report_clinic, clinic_view, clinic_encounters)
def report_day(clinic_id: str) -> BaseResponse:
    def reported() -> None:
        report_clinic(actor(), clinic_id, Nothing())

    return _after(clinic_id, reported, f"/clinics/{clinic_id}/day?saved=1")


@pages.get("/clinics/<clinic_id>/screen")
@door(screen_view)
def screen_page(clinic_id: str) -> str:
    """For the waiting room: tickets and first characters."""
    return render_template("clinics/screen.html", screen=screen_view(actor(), clinic_id, None), clinic_id=clinic_id)
