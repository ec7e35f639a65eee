"""What other pages show of follow-up: tasks and outcome on the case page, due tasks on the front page."""

from mdt.cases.panels import Panel
from mdt.followup.queries import FindTasks, case_follow_up, tasks
from mdt.followup.wording import follow_up_context
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import N_, gettext

SHOWN = 5


def follow_up_panels(actor: Actor, case_id: str) -> list[Panel]:
    """The case's recommendations with their forms; what became of the patient, and the form to record it."""
    view = case_follow_up(actor, case_id)
    context = follow_up_context(view)
    found = []
    if view.tasks:
        found.append(Panel("tasks", "list-checks", gettext(N_("建议的执行")), "followup/case_tasks.html", context))
    if view.outcome or view.may_record:
        found.append(Panel("outcome", "activity", gettext(N_("转归")), "followup/case_outcome.html", context))
    return found


def due_panel(actor: Actor) -> Panel | None:
    """The next tasks of the actor and their team."""
    found = tasks(actor, FindTasks(mine=True, state="open", limit=SHOWN))
    if not found.items:
        return None
    context = {"items": found.items, "more": found.next is not None}
    return Panel("due", "list-checks", gettext(N_("待执行的建议")), "followup/due.html", context)
