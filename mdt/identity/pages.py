"""Pages of identity: sign in, sign out, language."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity import signin
from mdt.identity.cookies import clear_session_cookies, set_session_cookies
from mdt.identity.operations import Nothing, end_session
from mdt.kernel import runtime
from mdt.kernel.errors import Invalid, TooMany
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.web import actor, door, public, sentence

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
    return target if is_local and "\n" not in target and "\r" not in target else "/"


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
        proof = signin.sign_in(
            username,
            request.form.get("password", "")[:200],
            address=request.remote_addr or "",
            device=request.headers.get("User-Agent", ""),
        )
    except (Invalid, TooMany) as refusal:
        return _login_page(username, sentence(refusal), refusal.status)
    answer = redirect(local_path(request.form.get("next", "/")), 303)
    set_session_cookies(answer, proof)  # type: ignore[arg-type]
    return answer


@pages.post("/logout")
@door(end_session)
def logout() -> BaseResponse:
    end_session(actor(), actor().session_id, Nothing())
    answer = redirect("/login", 303)
    clear_session_cookies(answer)  # type: ignore[arg-type]
    return answer
