"""Fills an empty house with the demo, by calling operations as people would."""

from collections.abc import Callable

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.demo.people import add_demo_people
from mdt.shell.house import open_house
from mdt.shell.migrate import upgrade

SEEDED = "seeded"


def seed(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Migrate and fill the house; the marker file is written last, so an interrupted seeding starts afresh."""
    open_house(settings)
    upgrade()
    say("hospitals and accounts …")
    add_demo_people()
    (settings.data_dir / SEEDED).write_text("1\n")
    runtime.database().close()
