"""docs/traceability.md names tests, benches and files that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "traceability.md"


def test_every_test_and_file_named_in_the_requirements_table_exists() -> None:
    missing = []
    for name in re.findall(r"`((?:tests|bench|mdt|docs|frontend|templates)/[\w/.\-]+)(?:::(\w+))?`", TABLE.read_text()):
        place = ROOT / name[0]
        if not place.exists() or (name[1] and f"def {name[1]}(" not in place.read_text()):
            missing.append("::".join(part for part in name if part))
    assert missing == []


def test_every_row_has_a_state() -> None:
    rows = [line for line in TABLE.read_text().splitlines() if line.startswith("| ") and not line.startswith("| #")]
    assert rows
    for row in rows:
        state = row.rstrip("| ").rsplit("|", 1)[-1].strip()
        assert state.startswith(("shown", "partly:", "not shown:")), row
