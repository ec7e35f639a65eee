"""The people of the story at their browsers, and what they come to know on the way."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from tests.world.browser import DESK, Seat
from tests.world.scribe import Scribe


@dataclass
class Cast:
    """One browser, a context for each person; ids as the story finds them in addresses. `place`: for files to send;
    `measure` puts a line into the report of the tests."""

    browser: Browser
    url: str
    place: Path
    measure: Callable[[str], None] = print
    folder: Path = Path()
    case_id: str = ""
    number: str = ""
    patient: str = ""
    second_case: str = ""
    meeting_id: str = ""
    room_id: str = ""
    document_id: str = ""
    verify_code: str = ""
    seats: dict[str, Seat] = field(default_factory=dict)
    scribes: dict[str, Scribe] = field(default_factory=dict)

    def seat(self, username: str, size: tuple[int, int] = DESK) -> Seat:
        """The person's browser, signed in on first use."""
        if username not in self.seats:
            self.seats[username] = Seat(self.browser, self.url, username, size).sign_in()
        return self.seats[username]

    def stranger(self) -> Seat:
        """A browser of somebody who has no account."""
        return self.seats.setdefault("", Seat(self.browser, self.url))

    def scribe(self, username: str) -> Scribe:
        """The same person at the API: for what the story needs but does not tell."""
        if username not in self.scribes:
            self.scribes[username] = Scribe(self.url, username)
        return self.scribes[username]

    def complaints(self) -> list[str]:
        """What the consoles of all browsers said."""
        return [f"{name}: {text}" for name, seat in self.seats.items() for text in seat.complaints]

    @contextmanager
    def pictured(self) -> Iterator[None]:
        """What each one saw, kept as pictures when the story breaks off."""
        try:
            yield
        except BaseException:
            for name, seat in self.seats.items():
                seat.shot(f"failed-{name}")
            raise

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """A part of the story, with the seconds it took."""
        since = time.monotonic()
        try:
            yield
        finally:
            self.measure(f"{name}: {time.monotonic() - since:.0f} s")

    def close(self) -> None:
        for seat in self.seats.values():
            seat.close()
