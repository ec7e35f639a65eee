"""JSON doors of identity: session, me, the directory."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from mdt.identity import signin
from mdt.identity.cookies import clear_session_cookies, set_session_cookies
from mdt.identity.operations import Nothing, end_session
from mdt.identity.queries import FindPeople, HospitalCard, Me, PersonCard, hospitals, me, people
from mdt.kernel.errors import SignIn
from mdt.kernel.web import actor, door, public, reply

api = APIBlueprint("identity_api", __name__, url_prefix="/api/v1")


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=60)
    password: str = Field(max_length=200)
    otp: str = ""


class SessionLeft(BaseModel):
    expires_in_s: int


class PersonList(BaseModel):
    items: list[PersonCard]
    next: str | None = None


class HospitalList(BaseModel):
    items: list[HospitalCard]
    next: str | None = None


class SignedInAs(BaseModel):
    person: Me


@api.post("/session", responses={200: SignedInAs})
@public("signing in")
def post_session(body: Credentials) -> Response:
    """Sign in: sets the session cookie."""
    proof = signin.sign_in(
        body.username,
        body.password,
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
    return reply(SessionLeft(expires_in_s=signin.expires_in_s(actor().session_id)))


@api.delete("/session")
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
    return reply({"items": people(actor(), query), "next": None})


@api.get("/hospitals", responses={200: HospitalList})
@door(hospitals)
def get_hospitals() -> Response:
    return reply({"items": hospitals(actor(), None), "next": None})
