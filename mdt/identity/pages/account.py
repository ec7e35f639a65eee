"""The person's own account: password, language, devices, tokens."""

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity import signin
from mdt.identity.accounts import my_sessions, my_tokens
from mdt.identity.operations import (
    AddToken,
    Language,
    NewPassword,
    Nothing,
    add_token,
    change_password,
    choose_language,
    end_other_sessions,
    end_session,
    revoke_token,
)
from mdt.identity.terms import SCOPE_LABELS
from mdt.kernel.errors import Invalid, TooMany
from mdt.kernel.i18n import gettext
from mdt.kernel.web import actor, door, fields, form_body, run, sentence

pages = Blueprint("account", __name__)
SAVED = "/account?saved=1"


@pages.get("/account")
@door(my_sessions, my_tokens)
def account() -> Response:
    return _page({}, "")


def _page(errors: dict[str, list[str]], problem: str, new_token: str = "", status: int = 200) -> Response:
    scopes = [(scope.value, gettext(label)) for scope, label in SCOPE_LABELS.items()]
    html = render_template(
        "identity/account.html",
        sessions=my_sessions(actor(), None),
        tokens=my_tokens(actor(), None),
        scopes=scopes,
        scope_labels=dict(scopes),
        errors=errors,
        problem=problem,
        new_token=new_token,
    )
    return make_response(html, status)


@pages.post("/account/password")
@door(change_password)
def post_password() -> BaseResponse:
    try:
        change = form_body(NewPassword)
        signin.demand_current_password(actor(), change.current)
        run(change_password, actor().person_id, change)
    except (Invalid, TooMany) as refusal:
        return _page(fields(refusal), sentence(refusal), status=refusal.status)
    return redirect(SAVED, 303)


@pages.post("/account/language")
@door(choose_language)
def post_language() -> BaseResponse:
    run(choose_language, actor().person_id, form_body(Language))
    return redirect(SAVED, 303)


@pages.post("/account/sessions/<session_id>/end")
@door(end_session)
def post_end_session(session_id: str) -> BaseResponse:
    run(end_session, session_id, Nothing())
    return redirect(SAVED, 303)


@pages.post("/account/sessions/end")
@door(end_other_sessions)
def post_end_sessions() -> BaseResponse:
    run(end_other_sessions, actor().person_id, Nothing())
    return redirect(SAVED, 303)


@pages.post("/account/tokens")
@door(add_token)
def post_token() -> BaseResponse:
    """The key is in this answer only, so it is not a redirect."""
    try:
        made = add_token(actor(), form_body(AddToken, lists=("scopes",)))
    except Invalid as refusal:
        return _page(fields(refusal), sentence(refusal), status=refusal.status)
    return _page({}, "", new_token=made.token)


@pages.post("/account/tokens/<token_id>/revoke")
@door(revoke_token)
def post_revoke(token_id: str) -> BaseResponse:
    run(revoke_token, token_id, Nothing())
    return redirect(SAVED, 303)
