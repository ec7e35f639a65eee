"""What the pages of cases show of the slices above them: the list of panels, in their order."""

from datetime import timedelta

from mdt.cases.panels import CASE_PANELS, WORK_PANELS, Panel
from mdt.cases.terms import State
from mdt.followup.pages import follow_up_context
from mdt.followup.queries import FindTasks, case_follow_up, tasks
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound
from mdt.kernel.i18n import gettext
from mdt.meetings.queries.calendar import FindMeetings, meetings
from mdt.meetings.queries.views import my_case_invitation
from mdt.meetings.terms import DECLINE_NAMES, MeetingState

ANSWERED = (State.CONCLUDED, State.FOLLOW_UP, State.CLOSED)
SHOWN = 6


def invitation_panel(actor: Actor, case_id: str) -> Panel | None:
    """The reply of somebody invited to one case without a meeting."""
    found = my_case_invitation(actor, case_id)
    if found is None:
        return None
    codes = [(code.value, gettext(name)) for code, name in DECLINE_NAMES.items()]
    context = {"invitation": found, "codes": codes}
    return Panel("reply", gettext("请答复"), "meetings/reply_panel.html", context)


def follow_up_panel(actor: Actor, case_id: str) -> Panel | None:
    """Recommendations and outcome, once there is an opinion."""
    try:
        view = case_follow_up(actor, case_id)
    except NotFound:
        return None
    if view.state not in ANSWERED and not view.tasks:
        return None
    return Panel("follow-up", "", "followup/panel.html", follow_up_context(view), assets="followup/followup")


def meetings_panel(actor: Actor) -> Panel | None:
    """Today's meetings and the next ones."""
    today = clock.now().astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    span = {"from": today, "to": today + timedelta(days=14)}
    ask = FindMeetings.model_validate({**span, "order": "soonest", "limit": SHOWN})
    coming = [row for row in meetings(actor, ask).items if row.state in (MeetingState.PLANNED, MeetingState.LIVE)]
    if not coming:
        return None
    context = {"meetings": coming, "today": today.date()}
    return Panel("meetings", gettext("会议"), "meetings/work_panel.html", context, assets="meetings/meetings")


def tasks_panel(actor: Actor) -> Panel | None:
    """What is to be carried out, by due date."""
    found = tasks(actor, FindTasks(mine=True, state="open", limit=SHOWN))
    if not found.items:
        return None
    return Panel("tasks", gettext("待执行的建议"), "followup/work_panel.html", {"tasks": found.items})


def list_panels() -> None:
    """Called once per process by the wiring; the lists are the same each time."""
    CASE_PANELS[:] = [invitation_panel, follow_up_panel]
    WORK_PANELS[:] = [meetings_panel, tasks_panel]
