"""The words that pages of follow-up choose from."""

from mdt.followup.queries import CaseFollowUp, today
from mdt.followup.terms import REASON_LABELS, STATUS_LABELS
from mdt.kernel.i18n import gettext


def words() -> dict[str, object]:
    """Codes with their labels, and China's date."""
    return {
        "reasons": [(code.value, gettext(label)) for code, label in REASON_LABELS.items()],
        "statuses": [(code.value, gettext(label)) for code, label in STATUS_LABELS.items()],
        "reason_words": {code.value: gettext(label) for code, label in REASON_LABELS.items()},
        "status_words": {code.value: gettext(label) for code, label in STATUS_LABELS.items()},
        "today": str(today()),
    }


def follow_up_context(view: CaseFollowUp) -> dict[str, object]:
    """What the templates of a case's follow-up need, as their `context`."""
    return {"follow_up": view, **words()}
