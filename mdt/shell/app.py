"""`create_app()`: the web application – gate, doors, errors, headers, templates."""

from urllib.parse import quote

import structlog
from flask import Response, g, redirect, render_template, request
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from mdt.kernel import clock, i18n, runtime
from mdt.kernel.actor import NOBODY
from mdt.kernel.errors import Invalid, NotFound, Refused, SignIn, TooLarge
from mdt.kernel.settings import Settings, load
from mdt.kernel.transaction import refusal_of
from mdt.kernel.web import SHAPE_SENTENCES, actor, problem, sentence, shape_refusal
from mdt.rooms import socket as room_sockets
from mdt.shell import apidocs, auditpage, cli, gate, health, pagesetup, wiring
from mdt.shell.house import configure_logs, open_house

log = structlog.get_logger()
BODY_LIMIT = 8 << 20

TITLES = {
    400: i18n.N_("请求无法处理"),
    403: i18n.N_("没有权限"),
    404: i18n.N_("没有找到"),
    409: i18n.N_("现在不能这样做"),
    413: i18n.N_("内容太大"),
    429: i18n.N_("请稍候"),
    500: i18n.N_("系统出错了"),
    503: i18n.N_("系统暂时繁忙"),
}
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; "
    "img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; font-src 'self'; media-src 'self' blob:; "
    "frame-src 'self'; object-src 'self'; manifest-src 'self'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'"
)


def create_app(settings: Settings | None = None) -> OpenAPI:
    """The application for `settings` (default: from the environment)."""
    settings = settings or load()
    configure_logs(settings)
    open_house(settings)
    app = OpenAPI(
        "mdt",
        info=Info(title="MDT case board", version="1.0.0"),
        doc_ui=False,
        validation_error_callback=_refuse_shape,
        security_schemes={
            "cookie": {"type": "apiKey", "in": "cookie", "name": "mdt_session"},
            "bearer": {"type": "http", "scheme": "bearer"},
        },
        static_folder=str(pagesetup.STATIC),
        static_url_path="/static",
        template_folder=str(pagesetup.TEMPLATES),
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    apidocs.share_paths(wiring.API)
    for api in wiring.API:
        app.register_api(api)
    for blueprint in [*wiring.PAGES, health.pages, apidocs.pages, auditpage.pages]:
        app.register_blueprint(blueprint)
    pagesetup.install(app)
    gate.install(app)
    room_sockets.install(app)
    _install_errors(app)
    app.after_request(_headers)
    gate.demand_marks(app)
    cli.install(app)
    if settings.public_url:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _refuse_shape(error: ValidationError) -> Response:
    """422; a body beyond the limit could not be read, so it is 413 whatever its shape."""
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        return problem(TooLarge())
    return problem(shape_refusal(error.errors()))


def _install_errors(app: OpenAPI) -> None:
    app.register_error_handler(Refused, _on_refusal)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(SQLAlchemyError, _on_database_error)
    app.register_error_handler(RecursionError, _on_bottomless_body)
    app.register_error_handler(Exception, _on_bug)


def _wants_json() -> bool:
    return request.path.startswith(("/api/", "/uploads", "/dicomweb")) or request.is_json


def _on_refusal(refusal: Refused) -> BaseResponse:
    if _wants_json():
        return problem(refusal)
    if isinstance(refusal, SignIn) and request.method == "GET":
        return redirect(f"/login?next={quote(request.full_path.rstrip('?'))}")
    return _error_page(refusal.status, sentence(refusal))


def _error_page(status: int, detail: str) -> Response:
    if status >= 500:
        g.actor = NOBODY  # the frame of the page would ask the database, which may be what is missing
    title = i18n.gettext(TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400]))
    html = render_template(
        "kernel/error.html", status=status, title=title, sentence=detail, request_id=g.get("request_id", "")
    )
    return Response(html, status=status, mimetype="text/html")


def _on_http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    refusal: Refused = {404: NotFound(), 413: TooLarge()}.get(status) or Refused(f"http_{status}")
    refusal.status = status
    answer = problem(refusal) if _wants_json() else _error_page(status, sentence(refusal))
    for name in ("Allow", "Retry-After", "Content-Range"):
        value = dict(error.get_headers()).get(name)
        if value:
            answer.headers[name] = value
    return answer


def _on_database_error(error: SQLAlchemyError) -> BaseResponse:
    """What reached us past the kernel: no database, or two requests that made the same thing at once."""
    refusal = refusal_of(error)
    return _on_bug(error) if refusal is None else _on_refusal(refusal)


def _on_bottomless_body(_error: RecursionError) -> BaseResponse:
    """JSON nested deeper than the parser goes."""
    log.warning("request.too_deep", endpoint=request.endpoint)
    return _on_refusal(Invalid("shape", fields={"body": [SHAPE_SENTENCES["json_invalid"]]}))


def _on_bug(_error: Exception) -> BaseResponse:
    log.exception("request.failed", endpoint=request.endpoint)
    refusal = Refused("bug", i18n.N_("系统出错了，已记录；已保存的内容不受影响。"))
    refusal.status = 500
    return problem(refusal) if _wants_json() else _error_page(500, sentence(refusal))


def _headers(answer: Response) -> Response:
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # with "no-referrer" browsers send forms with Origin: null
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = (
        "camera=(self), microphone=(self), display-capture=(self), publickey-credentials-get=(self)"
    )
    if runtime.settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if answer.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    headers["X-Request-ID"] = g.get("request_id", "") or clock.new_id()
    if answer.mimetype == "text/html":
        headers.setdefault("Cache-Control", "private, no-store")
    if actor().person_id:
        answer.vary.add("Cookie")
    return answer
