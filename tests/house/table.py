"""tests/house/matrix.csv: what is expected of every door, operation and query for every relation to a case."""

import csv
import os
from pathlib import Path

from tests.house.relations import RELATIONS

MATRIX = Path(__file__).parent / "matrix.csv"
WRITES = os.environ.get("MDT_TEST_MATRIX") == "write"
"""`MDT_TEST_MATRIX=write pytest -n 0 tests/house -k permissions` writes the table anew: read the diff."""
CELLS = ("may", "401", "403", "404", "-")


def read_matrix() -> dict[str, dict[str, str]]:
    """Row name → relation → expectation."""
    if not MATRIX.exists():
        return {}
    with MATRIX.open(newline="", encoding="utf-8") as source:
        return {row.pop("door"): row for row in csv.DictReader(source)}


def write_column(name: str, found: dict[str, str]) -> None:
    """Put one relation's outcomes into the table."""
    table = read_matrix()
    for door, outcome in found.items():
        table.setdefault(door, {})[name] = outcome
    write_matrix(table)


def write_matrix(table: dict[str, dict[str, str]]) -> None:
    with MATRIX.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, ["door", *RELATIONS], restval="", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"door": door, **table[door]} for door in sorted(table))


def compare(name: str, found: dict[str, str]) -> None:
    """With the table."""
    odd = [f"{door}: {cell}" for door, cell in found.items() if cell not in CELLS]
    if WRITES:
        write_column(name, found)
    table = read_matrix()
    odd += [
        f"{door}: {cell}, expected {table.get(door, {}).get(name, 'nothing')}"
        for door, cell in found.items()
        if table.get(door, {}).get(name) != cell
    ]
    assert not odd, "\n".join(odd)
