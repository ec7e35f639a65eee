"""Fills an empty house with the demo, by calling operations as people would, oldest day first."""

from collections.abc import Callable
from datetime import timedelta

from mdt.cases.operations.end import Close, close_case
from mdt.identity.operations import Nothing
from mdt.kernel import clock, runtime
from mdt.kernel.settings import Settings
from mdt.meetings.operations.running import start_meeting
from mdt.shell.demo import play
from mdt.shell.demo.clinic import add_clinic_day
from mdt.shell.demo.people import SEEDED, add_demo_people
from mdt.shell.demo.play import Cast
from mdt.shell.demo.stories import STORIES, Story
from mdt.shell.house import open_house
from mdt.shell.migrate import upgrade

Say = Callable[[str], None]
BY_KEY = {story.key: story for story in STORIES}


def seed(settings: Settings, *, say: Say) -> None:
    """Migrate and fill the house; the marker file is written last, so an interrupted seeding starts afresh."""
    open_house(settings)
    upgrade()
    say("hospitals and accounts …")
    with clock.shifted(timedelta(days=-60)):
        cast = Cast(add_demo_people())
    for key in ("csp", "kidney", "tb"):
        _past(cast, BY_KEY[key], say)
    _decided_yesterday(cast, BY_KEY["egj"], say)
    for key in ("nodule", "liver", "returned", "swi", "ultrasound", "draft"):
        _waiting(cast, BY_KEY[key], say)
    _coming(cast, BY_KEY["nodule"])
    _live(cast, BY_KEY["liver"])
    say("义诊 …")
    add_clinic_day(cast)
    (settings.data_dir / SEEDED).write_text("1\n")
    runtime.database().close()


def _past(cast: Cast, story: Story, say: Say) -> None:
    """A case that has gone all the way, on its own days."""
    say(f"{story.title} …")
    with clock.shifted(play.at_the_time(story.days_ago, 10)):
        play.request(cast, story, clock.now().date())
        play.review(cast, story)
    with clock.shifted(play.at_the_time(story.days_ago - 1, 16)):
        play.hold(cast, "江州专科联盟多学科会诊", clock.now(), [story])
        play.decide(cast, story, issue=True)
    with clock.shifted(play.at_the_time(story.days_ago - 5, 9)):
        play.follow_up(cast, story)
        if story.until == "closed":
            close_case(cast[story.by], cast.case_ids[story.key], Close(reason="治疗完成，随访良好"))


def _decided_yesterday(cast: Cast, story: Story, say: Say) -> None:
    """Discussed; the proposed consensus waits for signatures."""
    say(f"{story.title} …")
    with clock.shifted(play.at_the_time(story.days_ago + 1, 11)):
        play.request(cast, story, clock.now().date())
        play.review(cast, story)
    with clock.shifted(play.at_the_time(story.days_ago, 15)):
        play.hold(cast, "胸部与消化联合会诊", clock.now(), [story])
    with clock.shifted(timedelta(minutes=-40)):
        play.decide(cast, story, issue=False)


def _waiting(cast: Cast, story: Story, say: Say) -> None:
    """Up to the coordinator's review."""
    say(f"{story.title} …")
    with clock.shifted(timedelta(days=-story.days_ago, minutes=-50)):
        play.request(cast, story, clock.now().date())
    if story.until in ("scheduled", "discussing"):
        with clock.shifted(timedelta(days=-story.days_ago, minutes=-10)):
            play.review(cast, story)


def _coming(cast: Cast, story: Story) -> None:
    """Tomorrow's meeting; one expert has not answered yet."""
    tomorrow = clock.now().astimezone(clock.SHANGHAI).date() + timedelta(days=1)
    made = play.meeting(cast, "胸部多学科会诊", play.moment(tomorrow, 16), [story])
    play.accept_invitations(cast, made, but=("expert4",))


def _live(cast: Cast, story: Story) -> None:
    """A meeting that is on now, its case under discussion."""
    made = play.meeting(cast, "肝胆多学科会诊", clock.now(), [story])
    play.accept_invitations(cast, made)
    start_meeting(cast["chair"], made, Nothing())
    play.discuss(cast, made, story, finish=False)
