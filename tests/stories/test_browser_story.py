"""The main job as people do it, in browsers: one Chromium, a context for each person, the real server and worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.stories.browser import aftercare, clinic, clinic_case, deciding, discussing, planning, posting, rights
from tests.stories.browser.cast import Cast
from tests.world.ct import chest_folder
from tests.world.server import ServerProcess


@pytest.fixture
def cast(browser: Browser, server: ServerProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cast]:
    people = Cast(browser, server.url, tmp_path, lambda line: request.node.user_properties.append(("measured", line)))
    yield people
    people.close()


def test_a_case_from_the_county_to_its_outcome(cast: Cast) -> None:
    cast.folder = chest_folder(cast.place)
    with cast.pictured():
        for name, act in (
            ("posting", posting.post_two_cases),
            ("planning", planning.plan),
            ("discussing", discussing.discuss),
            ("deciding", deciding.decide),
            ("aftercare", aftercare.follow_up),
            ("rights", rights.guard),
        ):
            with cast.act(name):
                act(cast)
    assert cast.complaints() == []


def test_a_free_clinic_day_at_a_tablet(cast: Cast) -> None:
    with cast.pictured(), cast.act("the day"):
        clinic.hold_the_day(cast)
        with cast.act("its case"):
            clinic_case.decide(cast)
    assert cast.complaints() == []
