"""What other pages show of follow-up: tasks and outcome on the case page, due tasks on the front page."""

from mdt.cases.panels import Panel
from mdt.followup.queries import FindTasks, case_follow_up, tasks
from mdt.followup.wording import follow_up_context
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import N_, gettext

SHOWN = 5


def tasks_panel(actor: Actor, case_id: str) -> Panel | None:
    """The case's recommendations with their forms."""
    view = case_follow_up(actor, case_id)
    if not view.tasks:
        return None
    return Panel("tasks", gettext(N_("建议的执行")), "followup/case_tasks.html", follow_up_context(view))


def outcome_panel(actor: Actor, case_id: str) -> Panel | None:
    """What became of the patient, and the form to record it."""
    view = case_follow_up(actor, case_id)
    if view.outcome is None and not view.may_record:
        return None
    return Panel("outcome", gettext(N_("转归")), "followup/case_outcome.html", follow_up_context(view))


def due_panel(actor: Actor) -> Panel | None:
    """The next tasks of the actor and their team."""
    found = tasks(actor, FindTasks(mine=True, state="open", limit=SHOWN))
    if not found.items:
        return None
    context = {"items": found.items, "more": found.next is not None}
    return Panel("due", gettext(N_("待执行的建议")), "followup/due.html", context)
