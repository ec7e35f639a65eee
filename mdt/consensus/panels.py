"""What other pages show of opinions: the case page, and what waits for a signature on the front page."""

from mdt.cases.panels import Panel
from mdt.consensus.queries import consensus_view
from mdt.consensus.terms import DOCUMENT_WORDS
from mdt.consensus.views import ConsensusView
from mdt.consensus.waiting import case_opinion, to_sign
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import N_, gettext


def opinion_panels(actor: Actor, case_id: str) -> list[Panel]:
    """The present edition in short, with the way to draft, read, sign or issue it; the documents."""
    found = case_opinion(actor, case_id)
    if not found.editions and not found.may_begin:
        return []
    view = consensus_view(actor, found.current, None) if found.current else None
    context = {
        "opinion": found,
        "view": view,
        "mine": any(one.person.id == actor.person_id for one in view.signatures) if view else False,
        "owner_names": {one.id: one.name for one in view.owners} if view else {},
        "kinds": {key: gettext(label) for key, label in DOCUMENT_WORDS.items()},
    }
    title = gettext(N_("会诊意见"))
    answers = _answers(view) if view else {}
    return [Panel("consensus", "file-signature", title, "consensus/panel.html", context, answers=answers)]


def _answers(view: ConsensusView) -> dict[str, str]:
    """What stands under each question; a text that is not issued says so."""
    note = "" if view.state in ("issued", "superseded") else gettext(N_("草稿："))
    found = {}
    for one in view.answers:
        why = gettext(N_("目前不能回答，因为：")) + one.cannot_answer_because if one.cannot_answer_because else ""
        if one.text or why:
            found[one.question_id] = note + (one.text or why)
    return found


def signature_panel(actor: Actor) -> Panel | None:
    """Opinions that wait for the actor's stance."""
    waiting = to_sign(actor, None)
    if not waiting:
        return None
    return Panel("to-sign", "signature", gettext(N_("等我签署的意见")), "consensus/to_sign.html", {"waiting": waiting})
