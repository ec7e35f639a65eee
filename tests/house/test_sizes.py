"""Files and functions stay small enough to be read at once (docs: CONTRIBUTING.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE, FUNCTION, TEMPLATE, SCRIPT = 400, 40, 250, 400
KERNEL = 2000
"""Lines."""


def sources(pattern: str, *folders: str) -> list[Path]:
    found = (place for folder in folders for place in (ROOT / folder).rglob(pattern))
    return sorted(place for place in found if "node_modules" not in place.parts)


def lines(place: Path) -> int:
    return len(place.read_text().splitlines())


def too_long(places: list[Path], most: int) -> list[str]:
    return [f"{place.relative_to(ROOT)}: {lines(place)}" for place in places if lines(place) > most]


@pytest.mark.parametrize(
    ("places", "most"),
    [
        (sources("*.py", "mdt", "tests", "bench"), FILE),
        (sources("*.html", "templates"), TEMPLATE),
        (sources("*.ts*", "frontend"), SCRIPT),
    ],
    ids=["python", "templates", "typescript"],
)
def test_no_file_is_too_long(places: list[Path], most: int) -> None:
    assert too_long(places, most) == []


def functions(place: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(place.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_too_long() -> None:
    found = [
        f"{place.relative_to(ROOT)}:{name} {length}"
        for place in sources("*.py", "mdt", "tests", "bench")
        for name, length in functions(place)
        if length > FUNCTION
    ]
    assert found == []


def test_the_kernel_stays_a_kernel() -> None:
    assert sum(lines(place) for place in sources("*.py", "mdt/kernel")) <= KERNEL


def test_slices_have_no_drawers_for_odds_and_ends() -> None:
    names = {"utils", "helpers", "common", "services", "misc", "util", "helper"}
    assert [place for place in (ROOT / "mdt").rglob("*") if place.stem in names] == []
