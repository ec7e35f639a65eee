"""Is it alive, is it ready, how is it doing: for load balancers and Prometheus."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text

from mdt.kernel import runtime
from mdt.kernel.errors import NotFound
from mdt.kernel.ledger import WorkRow
from mdt.kernel.transaction import refusing_database_errors
from mdt.kernel.web import actor, public, reply
from mdt.shell.migrate import is_up_to_date

pages = Blueprint("health", __name__)
LOOPBACK = ("127.0.0.1", "::1")


@pages.get("/healthz")
@public("health")
def healthz() -> Response:
    """The process is alive."""
    return reply({"status": "ok"})


@pages.get("/readyz")
@public("health")
def readyz() -> Response:
    """Database, files and queue can be reached and the migrations are in step."""
    with refusing_database_errors(), runtime.database().reading() as session:
        session.execute(text("SELECT 1"))
        waiting = session.execute(select(func.count()).select_from(WorkRow)).scalar_one()
    checks = {"database": True, "files": runtime.files().objects.is_dir(), "migrations": is_up_to_date()}
    ready = all(checks.values())
    return reply(
        {"status": "ready" if ready else "not_ready", "checks": checks, "queue": waiting}, 200 if ready else 503
    )


@pages.get("/metrics")
@public("figures without patient data, from loopback or with a token")
def metrics() -> Response:
    """Figures for Prometheus."""
    if request.remote_addr not in LOOPBACK and actor().kind != "token":
        raise NotFound
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
