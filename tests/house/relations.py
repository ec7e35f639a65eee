"""The relations of a person to a case, and the columns of tests/house/matrix.csv."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

MATRIX = Path(__file__).parent / "matrix.csv"
WRITES = os.environ.get("MDT_TEST_MATRIX") == "write"
"""`MDT_TEST_MATRIX=write pytest -n 0 tests/house/test_permissions.py` writes the table anew: read the diff."""


@dataclass(frozen=True)
class Relation:
    """Who (an account of the world of tests/world/whole.py) and, where it is not the own case, which one."""

    username: str
    world: str = "own"
    is_token: bool = False


RELATIONS = {
    "anonymous": Relation(""),
    "requester": Relation("county"),
    "colleague": Relation("colleague"),
    "other_department": Relation("county2"),
    "other_hospital": Relation("outsider"),
    "township": Relation("township"),
    "superior": Relation("county", "township"),
    "coordinator_before": Relation("coordinator", "draft"),
    "coordinator": Relation("coordinator"),
    "invited": Relation("expert3"),
    "tentative": Relation("expert2"),
    "accepted": Relation("expert1"),
    "accepted_closed": Relation("expert1", "closed"),
    "declined": Relation("gastroenterology"),
    "removed": Relation("infectious"),
    "chair": Relation("chair"),
    "deputy": Relation("expert4"),
    "other_expert": Relation("cardiology"),
    "trainee": Relation("trainee"),
    "own_admin": Relation("qingxi_admin"),
    "other_admin": Relation("nanping_admin"),
    "admin": Relation("admin"),
    "deactivated": Relation("leaver"),
    "reading_token": Relation("county", is_token=True),
}
STRANGERS_IDS = ("requester", "coordinator", "accepted", "chair", "township", "own_admin", "admin", "other_expert")
"""Relations for which foreign, nested, deleted and random ids are tried."""
KNOWS_FOREIGN = {"coordinator": "the alliance holds both hospitals", "admin": "accounts of every hospital"}


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
    kept = {door: row for door, row in table.items() if name not in row or door in found}
    with MATRIX.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, ["door", *RELATIONS], restval="", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"door": door, **kept[door]} for door in sorted(kept))
