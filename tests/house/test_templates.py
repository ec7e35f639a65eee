"""What every template keeps to."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_what_asks_first_is_printed_inert() -> None:
    """Else a press before the script has come would act unasked."""
    found = [
        each
        for page in TEMPLATES.rglob("*.html")
        for each in re.findall(r"(.{6})data-confirm=", page.read_text("utf-8"))
    ]
    assert set(found) == {"inert "}
    assert len(found) >= 5
