"""JSON doors of administration: accounts, join links, agreements, hospitals."""

from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from mdt.identity.accounts import (
    Account,
    Accounts,
    AgreementView,
    AllianceView,
    FindAccounts,
    account,
    accounts,
    agreements,
    house,
)
from mdt.identity.operations import (
    AddAgreement,
    AddAlliance,
    AddHospital,
    AddPerson,
    EditPerson,
    Link,
    Nothing,
    activate_person,
    add_agreement,
    add_alliance,
    add_hospital,
    add_person,
    deactivate_person,
    edit_person,
    make_join_link,
)
from mdt.identity.queries import HospitalCard
from mdt.kernel import runtime
from mdt.kernel.web import actor, door, first_answer, once, reply, run

api = APIBlueprint("identity_admin_api", __name__, url_prefix="/api/v1")


class PersonPath(BaseModel):
    person_id: str


class JoinLinkMade(BaseModel):
    """`url` is shown this once; `kind` is `invite` (7 days) or `reset` (24 hours)."""

    kind: str
    url: str
    expires_at: datetime


class AccountMade(Account):
    """A new account with its invite link."""

    join: JoinLinkMade


class AgreementList(BaseModel):
    items: list[AgreementView]
    next: str | None = None


class AllianceList(BaseModel):
    items: list[AllianceView]
    next: str | None = None


def link_made(link: Link) -> JoinLinkMade:
    url = f"{runtime.settings().base_url}/join/{link.token}"
    return JoinLinkMade(kind=link.kind, url=url, expires_at=link.expires_at)


@api.get("/accounts", responses={200: Accounts})
@door(accounts)
def get_accounts(query: FindAccounts) -> Response:
    """The accounts that one manages: a hospital's administrator those of the own hospital."""
    return reply(accounts(actor(), query))


@api.post("/people", responses={201: AccountMade})
@door(add_person, make_join_link, account)
def post_person(body: AddPerson) -> Response:
    """Make an account; the answer carries its invite link."""
    return first_answer(lambda: _made(body))


def _made(body: AddPerson) -> Response:
    person = add_person(actor(), body)
    link = make_join_link(actor(), person.id, Nothing())
    view = account(actor(), person.id, None)
    return reply(AccountMade(**dict(view), join=link_made(link)), 201)


@api.get("/people/<person_id>", responses={200: Account})
@door(account)
def get_person(path: PersonPath) -> Response:
    """One's own account, or one that one manages."""
    return reply(account(actor(), path.person_id, None))


@api.patch("/people/<person_id>", responses={200: Account})
@door(edit_person, account)
def patch_person(path: PersonPath, body: EditPerson) -> Response:
    """Change particulars, department and roles."""
    run(edit_person, path.person_id, body)
    return reply(account(actor(), path.person_id, None))


@api.post("/people/<person_id>/reset", responses={201: JoinLinkMade})
@door(make_join_link)
@once
def post_reset(path: PersonPath) -> Response:
    """A new one-time link; the old password, sessions and links end now."""
    return reply(link_made(run(make_join_link, path.person_id, Nothing())), 201)


@api.post("/people/<person_id>/deactivate", responses={200: Account})
@door(deactivate_person, account)
@once
def post_deactivate(path: PersonPath) -> Response:
    """A leaver: sessions, sockets, tokens and links end now."""
    run(deactivate_person, path.person_id, Nothing())
    return reply(account(actor(), path.person_id, None))


@api.post("/people/<person_id>/activate", responses={200: Account})
@door(activate_person, account)
@once
def post_activate(path: PersonPath) -> Response:
    """Let somebody in again."""
    run(activate_person, path.person_id, Nothing())
    return reply(account(actor(), path.person_id, None))


@api.get("/agreements", responses={200: AgreementList})
@door(agreements)
def get_agreements() -> Response:
    """Cooperation agreements of the own hospital."""
    return reply(AgreementList(items=agreements(actor(), None)))


@api.post("/agreements", responses={201: AgreementView})
@door(add_agreement, agreements)
def post_agreement(body: AddAgreement) -> Response:
    """Record an agreement."""
    return first_answer(lambda: _recorded(add_agreement(actor(), body).id))


def _recorded(agreement_id: str) -> Response:
    return reply(next(view for view in agreements(actor(), None) if view.id == agreement_id), 201)


@api.post("/hospitals", responses={201: HospitalCard})
@door(add_hospital)
def post_hospital(body: AddHospital) -> Response:
    """Take a hospital into the house (system administrator)."""
    return first_answer(lambda: _added(body))


def _added(body: AddHospital) -> Response:
    made = add_hospital(actor(), body)
    return reply(HospitalCard(id=made.id, name=made.name, code=made.code, kind=made.kind), 201)


@api.get("/alliances", responses={200: AllianceList})
@door(house)
def get_alliances() -> Response:
    """All alliances (system administrator)."""
    return reply(AllianceList(items=house(actor(), None).alliances))


@api.post("/alliances", responses={201: AllianceView})
@door(add_alliance)
@once
def post_alliance(body: AddAlliance) -> Response:
    """Bring hospitals together in an alliance (system administrator)."""
    made = add_alliance(actor(), body)
    return reply(AllianceView(id=made.id, name=made.name), 201)
