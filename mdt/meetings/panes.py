"""Meetings on the pages of cases: where a case is discussed, what waits for a person today."""

from mdt.cases.panels import Panel
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import gettext
from mdt.meetings.queries.beside import case_places, my_meetings
from mdt.meetings.terms import DECLINE_NAMES, OUTCOME_NAMES


def case_panels(actor: Actor, case_id: str) -> list[Panel]:
    """The meetings of a case and who is asked in writing; nothing where there is neither."""
    places = case_places(actor, case_id)
    if not (places.turns or places.invitations or places.mine or places.may_invite):
        return []
    codes = [(code.value, gettext(name)) for code, name in DECLINE_NAMES.items()]
    context = {"places": places, "case_id": case_id, "codes": codes, "outcomes": OUTCOME_NAMES}
    return [Panel("meetings", "calendar-days", gettext("会议与邀请"), "meetings/_case_panel.html", context)]


def work_panel(actor: Actor) -> Panel | None:
    """Today's meetings and invitations without an answer."""
    found = my_meetings(actor, None)
    if not found:
        return None
    return Panel(
        "my-meetings",
        "calendar-days",
        gettext("今天的会议和待答复的邀请"),
        "meetings/_work_panel.html",
        {"meetings": found},
    )
