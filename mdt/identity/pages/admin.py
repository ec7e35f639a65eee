"""Administration: accounts of the own hospital, agreements, and (system administrators) hospitals."""

from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity.accounts import FindAccounts, account, accounts, agreements, house
from mdt.identity.operations import (
    AddAgreement,
    AddHospital,
    AddPerson,
    EditPerson,
    Link,
    Nothing,
    activate_person,
    add_agreement,
    add_hospital,
    add_person,
    deactivate_person,
    edit_person,
    make_join_link,
)
from mdt.identity.queries import hospitals
from mdt.identity.terms import HOSPITAL_LABELS, HOUSE_ROLES, ROLE_LABELS, Role
from mdt.kernel import runtime
from mdt.kernel.errors import Invalid, NotFound
from mdt.kernel.i18n import gettext
from mdt.kernel.web import actor, door, fields, form_body, run

pages = Blueprint("admin", __name__, url_prefix="/admin")
ROLES = ("roles",)


def role_choices() -> list[tuple[str, str]]:
    """The roles that this administrator may give, with their names."""
    may_all = actor().has(Role.ADMIN)
    return [(role.value, gettext(text)) for role, text in ROLE_LABELS.items() if may_all or role not in HOUSE_ROLES]


def _page(template: str, status: int = 200, **context: Any) -> Response:
    labels = {role.value: gettext(text) for role, text in ROLE_LABELS.items()}
    return make_response(render_template(template, role_labels=labels, **context), status)


def _typed(action: Callable[[], BaseResponse], again: Callable[[dict[str, list[str]]], Response]) -> BaseResponse:
    """Run a form's action; what it refuses by field is shown on the same page with what was typed."""
    try:
        return action()
    except Invalid as refusal:
        return again(fields(refusal))


@pages.get("/people")
@door(accounts)
def people() -> Response:
    try:
        ask = FindAccounts.model_validate({k: v for k, v in request.args.items() if k in FindAccounts.model_fields})
    except ValidationError:
        raise NotFound from None
    return _page("identity/people.html", found=accounts(actor(), ask), ask=ask)


@pages.get("/people/new")
@door(hospitals)
def new_person() -> Response:
    return _new_page({})


def _new_page(errors: dict[str, list[str]]) -> Response:
    places = [(card.id, card.name) for card in hospitals(actor(), None)] if actor().has(Role.ADMIN) else []
    status = 422 if errors else 200
    return _page(
        "identity/person.html",
        status,
        account=None,
        errors=errors,
        typed=request.form,
        roles=role_choices(),
        places=places,
    )


@pages.post("/people/new")
@door(add_person, make_join_link)
def post_new_person() -> BaseResponse:
    def make() -> BaseResponse:
        person = add_person(actor(), form_body(AddPerson, lists=ROLES))
        return _link_page(person.id, make_join_link(actor(), person.id, Nothing()))

    return _typed(make, _new_page)


def _link_page(person_id: str, link: Link) -> Response:
    """The one-time link, shown this once, as text to copy and as a code to photograph."""
    url = f"{runtime.settings().base_url}/join/{link.token}"
    picture = segno.make(url, error="m").svg_data_uri(scale=4, border=2, dark="#16211f")
    return _page("identity/link.html", account=account(actor(), person_id, None), link=link, url=url, picture=picture)


@pages.get("/people/<person_id>")
@door(account)
def person(person_id: str) -> Response:
    return _person_page(person_id, {})


def _person_page(person_id: str, errors: dict[str, list[str]]) -> Response:
    view = account(actor(), person_id, None)
    typed = request.form if errors else None
    status = 422 if errors else 200
    return _page(
        "identity/person.html", status, account=view, errors=errors, typed=typed, roles=role_choices(), places=[]
    )


@pages.post("/people/<person_id>")
@door(edit_person, account)
def post_person(person_id: str) -> BaseResponse:
    def save() -> BaseResponse:
        run(edit_person, person_id, form_body(EditPerson, lists=ROLES))
        return redirect(f"/admin/people/{person_id}?saved=1", 303)

    return _typed(save, lambda errors: _person_page(person_id, errors))


@pages.post("/people/<person_id>/link")
@door(make_join_link, account)
def post_link(person_id: str) -> Response:
    """The link is in this answer only, so it is not a redirect."""
    return _link_page(person_id, run(make_join_link, person_id, Nothing()))


@pages.post("/people/<person_id>/deactivate")
@door(deactivate_person)
def post_deactivate(person_id: str) -> BaseResponse:
    run(deactivate_person, person_id, Nothing())
    return redirect(f"/admin/people/{person_id}?saved=1", 303)


@pages.post("/people/<person_id>/activate")
@door(activate_person)
def post_activate(person_id: str) -> BaseResponse:
    run(activate_person, person_id, Nothing())
    return redirect(f"/admin/people/{person_id}?saved=1", 303)


@pages.get("/agreements")
@door(agreements, hospitals)
def agreements_page() -> Response:
    return _agreements_page({})


def _agreements_page(errors: dict[str, list[str]]) -> Response:
    places = [(card.id, card.name) for card in hospitals(actor(), None)]
    found = agreements(actor(), None)
    status = 422 if errors else 200
    return _page("identity/agreements.html", status, agreements=found, places=places, errors=errors, typed=request.form)


@pages.post("/agreements")
@door(add_agreement, agreements, hospitals)
def post_agreement() -> BaseResponse:
    def record() -> BaseResponse:
        add_agreement(actor(), form_body(AddAgreement))
        return redirect("/admin/agreements?saved=1", 303)

    return _typed(record, _agreements_page)


@pages.get("/hospitals")
@door(house)
def hospitals_page() -> Response:
    return _hospitals_page({})


def _hospitals_page(errors: dict[str, list[str]]) -> Response:
    kinds = [(kind.value, gettext(text)) for kind, text in HOSPITAL_LABELS.items()]
    found = house(actor(), None)
    status = 422 if errors else 200
    choices = {
        "kinds": kinds,
        "parents": [(each.id, each.name) for each in found.hospitals],
        "alliances": [(each.id, each.name) for each in found.alliances],
    }
    return _page("identity/hospitals.html", status, house=found, errors=errors, typed=request.form, **choices)


@pages.post("/hospitals")
@door(add_hospital, house)
def post_hospital() -> BaseResponse:
    def add() -> BaseResponse:
        empty = {name: None for name in ("parent_id", "alliance_id") if not request.form.get(name)}
        add_hospital(actor(), form_body(AddHospital, fixed=empty))
        return redirect("/admin/hospitals?saved=1", 303)

    return _typed(add, _hospitals_page)
