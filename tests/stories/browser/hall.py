"""A house with a meeting going on and a server on it: what browser tests of the room begin with.

Two cases: "now" is being discussed, "past" was discussed in an earlier meeting that has ended.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, update

from mdt.identity.models import SignedIn as SignedInRow
from mdt.identity.operations import Nothing
from mdt.imaging.phantom import chest_ct
from mdt.imaging.phantom_file import PhantomPatient
from mdt.kernel import clock, runtime
from mdt.kernel.settings import Settings
from mdt.meetings.operations.running import Finish, end_meeting, finish_item, start_item, start_meeting
from mdt.shell.app import create_app
from tests.stories.browser.cast import Cast
from tests.world.browser import DESK, Seat
from tests.world.client import SignedIn
from tests.world.house import Template, house
from tests.world.images import drop
from tests.world.meetings import accepted_case, answer, invite, item, meeting
from tests.world.people import People, find_people
from tests.world.rooms import Members
from tests.world.server import ServerProcess

PATIENT = PhantomPatient(name="演示甲", pinyin="Yanshi^Jia", local_id="QX0001", sex="F", birth_date="19770308")
EXPERTS = ("expert1", "expert2", "expert4")
DEPUTY = "expert3"
SLICES = 8
OLDER = 3
"""Slices of the other study of the case that is discussed."""


@dataclass
class Hall(Cast):
    """`cases`, `rooms`, `meetings` by the words "now" and "past"."""

    server: ServerProcess = None  # type: ignore[assignment] # set once the house stands
    settings: Settings = None  # type: ignore[assignment]
    cases: dict[str, str] = field(default_factory=dict)
    meetings: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)

    def room(self, when: str = "now") -> str:
        """The id of the case's room."""
        return str(self.scribe("chair").ok("GET", f"/cases/{self.cases[when]}")["room_id"])

    def meeting_room(self, when: str = "now") -> str:
        return str(self.scribe("chair").ok("GET", f"/meetings/{self.meetings[when]}")["room_id"])

    def enter(self, username: str, room_id: str, size: tuple[int, int] = DESK) -> Page:
        """The person's page in the room, live."""
        page = self.seat(username, size).go(f"/rooms/{room_id}?stay=1")
        live(page)
        return page

    def write(self, username: str, room_id: str, kind: str, body: dict[str, Any]) -> Any:
        """An entry written through the API."""
        entry = {"client_id": str(uuid.uuid4()), "type": kind, "body": body}
        return self.scribe(username).ok("POST", f"/rooms/{room_id}/entries", entry)

    def messages(self, room_id: str) -> list[str]:
        """The texts of the room's log, in its order."""
        entries = self.scribe("chair").ok("GET", f"/rooms/{room_id}/entries?limit=1000")["items"]
        return [entry["body"]["text"] for entry in entries if entry["type"] == "message"]

    def idle(self, username: str, minutes: float) -> None:
        """The person has not been seen for so long, in none of their browsers."""
        engine = create_engine(self.settings.database)
        seen = clock.now() - timedelta(minutes=minutes)
        with engine.begin() as connection:
            mine = SignedInRow.person_id == self.scribe(username).person["id"]
            browsers = SignedInRow.device.startswith("Mozilla")  # not the person's program
            connection.execute(update(SignedInRow).where(mine, browsers).values(seen_at=seen))
        engine.dispose()

    def leave_all(self) -> None:
        """Between two tests: everybody's browser is closed; what it complained of is kept for the end."""
        for seat in self.seats.values():
            seat.close()
        self.seats.clear()


def live(page: Page) -> None:
    expect(page.locator("#main")).to_have_attribute("data-status", "live")


def said(page: Page) -> list[str]:
    """The messages on the screen that are in the log, in order."""
    return page.locator("#talk-log .message:not(.is-unsent) .message-text").all_inner_texts()


def say(seat: Seat, text: str) -> None:
    seat.page.locator("#composer-text").fill(text)
    seat.page.locator("#composer-text").press("Enter")


def _case(people: People, client: SignedIn, title: str) -> str:
    case_id = accepted_case(people, title=title)
    _drop(client, case_id, seed=3, on="20261120", slices=SLICES)
    return case_id


def _drop(client: SignedIn, case_id: str, *, seed: int, on: str, slices: int) -> None:
    assert drop(client, chest_ct(PATIENT, study_date=on, seed=seed, slices=slices), case_id)["state"] == "done"


def _discuss(people: People, case_id: str) -> tuple[str, dict[str, str], str]:
    """A meeting with its first item running: meeting, invitations by account name, item."""
    made = meeting(people, deputy=DEPUTY)
    first = item(people, made, case_id)
    asked = invite(people, made, *EXPERTS)
    for name, invitation in asked.items():
        answer(people[name], invitation, "accept")
    start_meeting(people["chair"], made, Nothing())
    start_item(people["chair"], first, Nothing())
    return made, asked, first


@contextmanager
def opened(browser: Browser, folder: Path, template: Template) -> Iterator[Hall]:
    """The house, its people and cases made by operations, and the web process on it."""
    with house(folder / "data", template) as settings:
        app = create_app(settings)
        people = find_people()
        client = SignedIn(app.test_client(), "county")
        past = _case(people, client, "左下肺实变，已经讨论")
        past_meeting, _asked, past_item = _discuss(people, past)
        finish_item(people["chair"], past_item, Finish.model_validate({"outcome": "decided"}))
        end_meeting(people["chair"], past_meeting, Nothing())
        now = _case(people, client, "右上肺磨玻璃结节")
        _drop(client, now, seed=4, on="20261020", slices=OLDER)
        now_meeting, asked, _item = _discuss(people, now)
        runtime.database().close()
        Members.kept_in(settings.data_dir / "members.json").admit()  # the made-up rooms of that server have nobody
        with ServerProcess(settings) as server:
            hall = Hall(browser, server.url, folder, server=server, settings=settings, invitations=asked)
            hall.cases |= {"past": past, "now": now}
            hall.meetings |= {"past": past_meeting, "now": now_meeting}
            yield hall
            hall.close()
