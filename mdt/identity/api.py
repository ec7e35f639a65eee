"""JSON doors of identity: session, one's own account, the directory."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from mdt.identity import signin
from mdt.identity.accounts import SessionView, TokenView, my_sessions, my_tokens
from mdt.identity.cookies import clear_session_cookies, set_session_cookies
from mdt.identity.operations import (
    AddToken,
    Change,
    Join,
    Language,
    NewPassword,
    Nothing,
    add_token,
    change_password,
    choose_language,
    end_other_sessions,
    end_session,
    revoke_token,
    use_join_link,
)
from mdt.identity.queries import FindPeople, HospitalCard, Me, Page, PersonCard, hospitals, me, people
from mdt.kernel.actor import NOBODY
from mdt.kernel.errors import SignIn
from mdt.kernel.web import actor, door, once, public, reply, run

api = APIBlueprint("identity_api", __name__, url_prefix="/api/v1")


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=60)
    password: str = Field(max_length=200)
    otp: str = ""


class SessionLeft(BaseModel):
    """Whose session it is: a page made for somebody else must not go on."""

    expires_in_s: int
    person_id: str


class PersonList(BaseModel):
    items: list[PersonCard]
    next: str | None = None


class HospitalList(BaseModel):
    items: list[HospitalCard]
    next: str | None = None


class SignedInAs(BaseModel):
    person: Me


class SessionList(BaseModel):
    items: list[SessionView]
    next: str | None = None


class TokenList(BaseModel):
    items: list[TokenView]
    next: str | None = None


class TokenMade(BaseModel):
    """`token` is the key, shown this once."""

    id: str
    name: str
    scopes: list[str]
    token: str


class SessionPath(BaseModel):
    session_id: str


class TokenPath(BaseModel):
    token_id: str


@api.post("/session", responses={200: SignedInAs})
@public("signing in")
def post_session(body: Credentials) -> Response:
    """Sign in: sets the session cookie."""
    return _signed_in(body.username, body.password)


def _signed_in(username: str, password: str) -> Response:
    proof = signin.sign_in(
        username,
        password,
        address=request.remote_addr or "",
        device=request.headers.get("User-Agent", ""),
    )
    signed_in = signin.actor_of_session(proof.token)
    answer = reply({"person": me(signed_in, None)})
    set_session_cookies(answer, proof)
    return answer


@api.get("/session", responses={200: SessionLeft})
@door(me)
def get_session() -> Response:
    """Seconds until this session ends by itself; asking does not prolong it."""
    who = actor()
    return reply(SessionLeft(expires_in_s=signin.expires_in_s(who.session_id), person_id=who.person_id))


@api.delete("/session", responses={204: None})
@door(end_session)
def delete_session() -> Response:
    """Sign out."""
    if not actor().session_id:
        raise SignIn
    end_session(actor(), actor().session_id, Nothing())
    answer = Response(status=204)
    clear_session_cookies(answer)
    return answer


@api.get("/me", responses={200: Me})
@door(me)
def get_me() -> Response:
    """Who is signed in and what they may create."""
    return reply(me(actor(), None))


@api.get("/people", responses={200: PersonList})
@door(people)
def get_people(query: FindPeople) -> Response:
    """The directory of one's alliances."""
    found = people(actor(), query.model_copy(update={"limit": query.limit + 1}))
    return reply(_page(found, query.limit))


@api.get("/hospitals", responses={200: HospitalList})
@door(hospitals)
def get_hospitals(query: Page) -> Response:
    """The hospitals of one's alliances."""
    found = hospitals(actor(), None)
    begin = next((place + 1 for place, each in enumerate(found) if each.id == query.cursor), 0)
    return reply(_page(found[begin:], query.limit))


def _page(found: Sequence[PersonCard | HospitalCard], limit: int) -> dict[str, Any]:
    """The first `limit` of `found`; `next` is the id of the last one where more follow."""
    return {"items": found[:limit], "next": found[limit - 1].id if len(found) > limit else None}


class PatchMe(Change):
    lang: str = Field(pattern="^(zh|en)$")


@api.patch("/me", responses={200: Me})
@door(choose_language, me)
def patch_me(body: PatchMe) -> Response:
    """Choose one's language."""
    run(choose_language, actor().person_id, Language(lang=body.lang))
    return reply(me(actor(), None))


@api.post("/me/password", responses={204: None})
@door(change_password)
@once
def post_password(body: NewPassword) -> Response:
    """Change one's own password: `current` and `password` (10 characters at least). Other sessions end."""
    signin.demand_current_password(actor(), body.current)
    run(change_password, actor().person_id, body)
    return Response(status=204)


@api.get("/me/sessions", responses={200: SessionList})
@door(my_sessions)
def get_sessions() -> Response:
    """Devices where one is signed in."""
    return reply(SessionList(items=my_sessions(actor(), None)))


@api.delete("/me/sessions", responses={204: None})
@door(end_other_sessions)
def delete_sessions() -> Response:
    """Sign out everywhere but here."""
    run(end_other_sessions, actor().person_id, Nothing())
    return Response(status=204)


@api.delete("/me/sessions/<session_id>", responses={204: None})
@door(end_session)
def delete_one_session(path: SessionPath) -> Response:
    """Sign out on one device."""
    run(end_session, path.session_id, Nothing())
    return Response(status=204)


@api.get("/me/tokens", responses={200: TokenList})
@door(my_tokens)
def get_tokens() -> Response:
    """One's tokens for programs, without the keys."""
    return reply(TokenList(items=my_tokens(actor(), None)))


@api.post("/me/tokens", responses={201: TokenMade})
@door(add_token)
@once
def post_token(body: AddToken) -> Response:
    """Make a token with the scopes `read`, `write`; `token` is in this answer only."""
    made = add_token(actor(), body)
    scopes = sorted({scope.value for scope in body.scopes})
    return reply(TokenMade(id=made.id, name=body.name, scopes=scopes, token=made.token), 201)


@api.delete("/me/tokens/<token_id>", responses={204: None})
@door(revoke_token)
def delete_token(path: TokenPath) -> Response:
    """Take a token back; its next request is refused."""
    run(revoke_token, path.token_id, Nothing())
    return Response(status=204)


@api.post("/join", responses={200: SignedInAs})
@public("the one-time link is the key")
def post_join(body: Join) -> Response:
    """Set the password with a one-time link and sign in."""
    person = use_join_link(NOBODY, body)
    return _signed_in(person.username, body.password)
