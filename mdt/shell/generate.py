"""Documents made from the code: `python -m mdt.shell.generate [--check]`.

With `--check` nothing is written; what is out of date is named and the exit code is 1.
"""

import csv
import io
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask_openapi3.openapi import OpenAPI

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell import apidocs, permissions
from mdt.shell.app import create_app

DOCS = Path(__file__).parent.parent.parent / "docs"
NOTE = "<!-- Made by `python -m mdt.shell.generate`; change the code, not this page. -->"


def settings_page(_app: OpenAPI) -> str:
    """docs/settings.md: every environment variable."""
    lines = [
        "# Settings",
        "",
        NOTE,
        "",
        "Environment variables, or lines of a file `.env`. An unknown `MDT_` variable or a bad value stops the start.",
        "`MDT_REQUIRE_ALL` and `MDT_TEST_*` belong to the tests and are ignored.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if str(field.default) else ""
        lines.append(f"| `MDT_{name.upper()}` | {default} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def api_page(app: OpenAPI) -> str:
    """docs/api.md: every call of the JSON interface with its body and answer."""
    made = apidocs.document(app)
    lines = ["# The JSON interface", "", NOTE, "", apidocs.DESCRIPTION, ""]
    lines += ["The same as a page: `/api/docs`; for programs: `/api/v1/openapi.json` (OpenAPI 3.1).", ""]
    for tag, entries in apidocs.groups(made).items():
        lines += [f"## {tag}", "", "| call | body | answer | what |", "|---|---|---|---|"]
        lines += [_call(entry) for entry in entries]
        lines.append("")
    lines += ["## Schemas", "", "`*` required, `?` may be null.", ""]
    for name, schema in sorted(made["components"]["schemas"].items()):
        lines += _schema(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _call(entry: dict[str, Any]) -> str:
    query = [parameter["name"] for parameter in entry["parameters"] if parameter["in"] == "query"]
    asked = f"?{'&'.join(query)}" if query else ""
    path = entry["path"].removeprefix("/api/v1")
    answers = ", ".join(f"{status} {name}".strip() for status, name in entry["answers"].items())
    what = entry["summary"] + (" (public)" if entry["is_open"] else "")
    return f"| `{entry['method']} {path}{asked}` | {entry['body']} | {answers} | {_cell(what)} |"


def _schema(name: str, schema: dict[str, Any]) -> list[str]:
    required = schema.get("required", [])
    parts = [
        f"`{key}{'*' if key in required else ''}` {_cell(apidocs.type_name(part))}"
        for key, part in schema.get("properties", {}).items()
    ]
    if "enum" in schema:
        parts = [f"`{value}`" for value in schema["enum"]]
    told = " ".join(schema.get("description", "").split())
    return [f"**{name}**" + (f" – {told}" if told else ""), "", ", ".join(parts) or "(empty)", ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def permissions_table(app: OpenAPI) -> str:
    """docs/permissions.csv: every door, what it leads to, who may."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["door", "kind", "target", "permission", "public"])
    writer.writerows(permissions.table(app))
    return out.getvalue()


MADE: dict[str, Callable[[OpenAPI], str]] = {
    "settings.md": settings_page,
    "api.md": api_page,
    "permissions.csv": permissions_table,
}


def stale(*, write: bool) -> list[str]:
    """Names of the documents that differ from the code; with `write` they are brought up to date."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(env="test", data_dir=Path(folder), secret_key="k" * 32, _env_file=None))  # type: ignore[call-arg]
        for name, make in MADE.items():
            text, place = make(app), DOCS / name
            if place.exists() and place.read_text() == text:
                continue
            found.append(name)
            if write:
                place.write_text(text)
        runtime.database().close()
    return found


def main() -> None:
    os.environ["MDT_ENV"] = "test"
    is_check = "--check" in sys.argv[1:]
    found = stale(write=not is_check)
    for name in found:
        sys.stderr.write(f"docs/{name}: {'out of date' if is_check else 'written'}\n")
    sys.exit(1 if is_check and found else 0)


if __name__ == "__main__":
    main()
