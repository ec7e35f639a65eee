"""The way in and out: sign in, join by a one-time link, sign out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity import signin
from mdt.identity.accounts import join_link
from mdt.identity.cookies import clear_session_cookies, set_session_cookies
from mdt.identity.operations import Join, Nothing, end_session, use_join_link
from mdt.kernel import runtime
from mdt.kernel.actor import NOBODY
from mdt.kernel.errors import Conflict, Invalid, SignIn, TooMany
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.web import actor, door, fields, form_body, public, sentence

pages = Blueprint("identity", __name__)

DEMO_ACCOUNTS = (
    ("county", N_("申请医师")),
    ("coordinator", N_("会诊秘书")),
    ("chair", N_("主持人")),
    ("expert1", N_("影像专家")),
    ("township", N_("乡镇医师")),
    ("qingxi_admin", N_("医院管理员")),
)
DEMO_PASSWORD = "huizhen-demo"  # noqa: S105 - of made-up people, only where MDT_ENV is demo or test


def local_path(target: str) -> str:
    """`target` if it is a path of this site, else the front page (no open redirect)."""
    is_local = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_local and target.isprintable() else "/"  # browsers drop tabs: "/<tab>/x" would be "//x"


@pages.get("/login")
@public("signing in")
def login() -> str | BaseResponse:
    if actor().person_id:
        return redirect(local_path(request.args.get("next", "/")))
    return _login_page("", "", 200).get_data(as_text=True)


def _login_page(username: str, error: str, status: int) -> Response:
    demo = DEMO_ACCOUNTS if runtime.settings().env in ("demo", "test") else ()
    html = render_template(
        "identity/login.html",
        username=username,
        problem=error,
        next=local_path(request.values.get("next", "/")),
        demo_accounts=[{"username": name, "note": gettext(note)} for name, note in demo],
        demo_password=DEMO_PASSWORD if demo else "",
    )
    return make_response(html, status)


@pages.post("/login")
@public("signing in")
def post_login() -> BaseResponse:
    username = request.form.get("username", "")[:60].strip()
    try:
        return _signed_in(username, request.form.get("password", "")[:200], request.form.get("next", "/"))
    except (SignIn, TooMany) as refusal:
        return _login_page(username, sentence(refusal), refusal.status)


def _signed_in(username: str, password: str, target: str) -> BaseResponse:
    device = request.headers.get("User-Agent", "")
    proof = signin.sign_in(username, password, address=request.remote_addr or "", device=device)
    answer = redirect(local_path(target), 303)
    set_session_cookies(answer, proof)  # type: ignore[arg-type]
    return answer


@pages.post("/logout")
@door(end_session)
def logout() -> BaseResponse:
    end_session(actor(), actor().session_id, Nothing())
    answer = redirect("/login", 303)
    clear_session_cookies(answer)  # type: ignore[arg-type]
    return answer


@pages.get("/join/<token>")
@public("the one-time link is the key; looking changes nothing")
def join(token: str) -> Response:
    return _join_page(token, {})


def _join_page(token: str, errors: dict[str, list[str]]) -> Response:
    view = join_link(NOBODY, token)
    html = render_template("identity/join.html", view=view, errors=errors, action=f"/join/{token}")
    return make_response(html, 422 if errors else 200 if view.state == "open" else 404)


@pages.post("/join/<token>")
@public("the one-time link is the key")
def post_join(token: str) -> BaseResponse:
    try:
        change = form_body(Join, fixed={"token": token})
        person = use_join_link(NOBODY, change)
    except Invalid as refusal:
        return _join_page(token, fields(refusal))
    except Conflict:
        return _join_page(token, {})
    return _signed_in(person.username, change.password, "/")
