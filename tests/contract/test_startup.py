"""§1 commands, §2 settings, §8 stopping: started as processes of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from mdt.kernel.settings import Settings
from tests.world.scribe import wait_for
from tests.world.server import ROOT, ServerProcess, free_port


def environment(folder: Path, **change: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MDT_")}
    return kept | {"MDT_ENV": "test", "MDT_DATA_DIR": str(folder), "MDT_PORT": str(free_port())} | change


def start(*words: str, env: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"MDT_NONSENSE": "1"}, "MDT_NONSENSE"),
        ({"MDT_REDIS_URL": "redis://x"}, "MDT_REDIS_URL"),
        ({"MDT_FILES_URL": "s3://x"}, "MDT_FILES_URL"),
        ({"MDT_PORT": "many"}, "MDT_PORT"),
        ({"MDT_ENV": "fun"}, "MDT_ENV"),
        ({"MDT_SECRET_KEY": "short"}, "MDT_SECRET_KEY"),
        ({"MDT_ENV": "production"}, "MDT_SECRET_KEY"),
        ({"MDT_DATABASE_URL": "mysql://x"}, "MDT_DATABASE_URL"),
        ({"MDT_DATABASE_URL": "nonsense"}, "MDT_DATABASE_URL"),
        ({"MDT_DATABASE_URL": "postgresql+psycopg://u@127.0.0.1:1/x"}, "MDT_DATABASE_URL"),
        ({"MDT_PUBLIC_URL": "mdt.example.org"}, "MDT_PUBLIC_URL"),
        ({"MDT_MAIL_URL": "https://mail.example.org"}, "MDT_MAIL_URL"),
        ({"MDT_HOST": "192.0.2.1"}, "MDT_HOST"),
        ({"MDT_DATA_DIR": "/dev/null/x"}, "MDT_DATA_DIR"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(tmp_path: Path, change: dict[str, str], said: str) -> None:
    ended = start("app.py", env=environment(tmp_path, **change))
    assert ended.returncode != 0
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_files_are_not_verified_before_there_is_a_database(tmp_path: Path) -> None:
    ended = start("-m", "flask", "--app", "app", "mdt", "files", "verify", env=environment(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.strip() == "Error: the database is not of this release yet: start the product once"


def test_an_unknown_line_of_the_env_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MDT_NONSENSE=1\nOTHER=2\n")
    env = environment(tmp_path / "data") | {"PYTHONPATH": str(ROOT)}
    ended = start(str(ROOT / "app.py"), env=env, cwd=tmp_path)
    assert ended.returncode != 0
    assert "MDT_NONSENSE" in ended.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = start("app.py", env=environment(tmp_path, MDT_PORT=port))
    assert ended.returncode != 0
    assert port in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_commands(tmp_path: Path) -> None:
    """`tests/shell/test_cli.py` asks each for its help, in one process."""
    env = environment(tmp_path, MDT_REQUIRE_ALL="1", MDT_TEST_X="1")
    told = start("-m", "flask", "--app", "app", "mdt", "--help", env=env)
    assert told.returncode == 0, told.stderr
    for command in ("serve", "user", "hospital", "demo", "files", "backup", "restore"):
        assert re.search(rf"^  {command} ", told.stdout, re.MULTILINE), command


def test_serve_knows_its_roles(tmp_path: Path) -> None:
    refused = start("-m", "flask", "--app", "app", "mdt", "serve", "--role", "rt", env=environment(tmp_path))
    assert refused.returncode != 0
    assert "worker" in refused.stderr


def test_demo_accounts_exist_only_in_demo_and_test(tmp_path: Path) -> None:
    env = environment(tmp_path, MDT_ENV="production", MDT_SECRET_KEY="s" * 40)
    refused = start("-m", "flask", "--app", "app", "mdt", "demo", env=env)
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr


@pytest.fixture
def server(settings: Settings) -> ServerProcess:
    return ServerProcess(settings, module="app")


def test_sigterm_drains_and_a_second_start_is_quick(server: ServerProcess) -> None:
    with server:
        begun = time.monotonic()
        assert server.stop(within_s=20) == 0
        assert time.monotonic() - begun < 20
        begun = time.monotonic()
        server.start()
        assert requests.get(f"{server.url}/login", timeout=10).status_code == 200
        assert time.monotonic() - begun < 15  # 5 s on a machine that does nothing else
        os.kill(server.pid, signal.SIGINT)
        assert server.stop(within_s=20) == 0


def test_production_logs_json_lines_with_the_request_id(settings: Settings) -> None:
    env = environment(
        settings.data_dir, MDT_ENV="production", MDT_SECRET_KEY="s" * 40, MDT_DATABASE_URL=settings.database_url
    )
    address = f"http://127.0.0.1:{env['MDT_PORT']}"
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: answers(f"{address}/healthz"))
        requests.get(f"{address}/api/v1/cases?q=演示甲", headers={"X-Request-ID": "seen-in-the-log"}, timeout=10)
    finally:
        server.terminate()
        _out, told = server.communicate(timeout=30)
    rows = [json.loads(line) for line in told.splitlines()]
    assert "seen-in-the-log" in {row.get("request_id") for row in rows}
    assert "演示甲" not in told


def answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=1).ok
    except requests.RequestException:
        return False


def test_make_help(tmp_path: Path) -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert told.returncode == 0
    for target in ("demo", "test", "test-long", "check", "bench", "fix"):
        assert f"make {target}" in told.stdout
    missing = subprocess.run(["make", "cluster"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert missing.returncode != 0
    assert tmp_path.exists()
