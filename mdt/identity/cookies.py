"""The two cookies: `mdt_session` (HttpOnly; `__Host-mdt_session` under HTTPS) and `mdt_csrf` (readable, one name
everywhere, worth nothing without its session); both Secure under HTTPS."""

from flask import Request, Response

from mdt.identity.signin import Proof, csrf_token
from mdt.kernel import runtime


def cookie_name(plain: str) -> str:
    return f"__Host-{plain}" if runtime.settings().secure else plain


def session_token(request: Request) -> str:
    """The session cookie of a request, empty if there is none."""
    return request.cookies.get(cookie_name("mdt_session"), "")


def set_session_cookies(answer: Response, proof: Proof) -> None:
    secure = runtime.settings().secure
    answer.set_cookie(cookie_name("mdt_session"), proof.token, httponly=True, samesite="Lax", secure=secure, path="/")
    answer.set_cookie("mdt_csrf", csrf_token(proof.session_id), samesite="Lax", secure=secure, path="/")


def clear_session_cookies(answer: Response) -> None:
    """Sign the browser out: cookies gone, cached patient data gone."""
    for name in (cookie_name("mdt_session"), "mdt_csrf"):
        answer.delete_cookie(name, path="/", secure=runtime.settings().secure, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
