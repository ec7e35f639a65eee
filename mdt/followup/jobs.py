"""Reminders: once on the day a task is due, once when it is overdue."""

from mdt.followup.operations import Remind, remind_of_task
from mdt.followup.queries import due_tasks
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.transaction import refusing_database_errors
from mdt.kernel.work import every

EVERY_S = 900


@every("followup.remind", EVERY_S)
def remind() -> None:
    """Repeatable: the task remembers what its owner was told."""
    with refusing_database_errors(), runtime.database().reading() as session:
        wanted = due_tasks(session)
    for task_id, kind in wanted:
        remind_of_task(SYSTEM, task_id, Remind(kind=kind))
