"""Fixtures: a peopled house per test, on SQLite always and on PostgreSQL where a test asks for both."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["MDT_ENV"] = "test"

from flask import Flask
from flask.testing import FlaskClient

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.app import create_app
from mdt.shell.house import open_house
from tests.world.client import Caller, SignedIn
from tests.world.house import house, make_schema, settings_for
from tests.world.people import People, add_people, find_people


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a peopled SQLite database, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    open_house(settings_for(folder))
    make_schema()
    add_people()
    runtime.database().close()
    return folder


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Iterator[Settings]:
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
