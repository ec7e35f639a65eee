"""The editing form as a plain HTML form: fields `answer-<question>`, `why-<question>`, `rec-<n>-…`, `image-<n>-…`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from mdt.consensus.text import ConsensusText
from mdt.consensus.views import ConsensusView
from mdt.kernel.errors import Invalid
from mdt.kernel.web import shape_refusal, version_of

BLANK_ROWS = 1
MOST_ROWS = 50
RECOMMENDATION = ("id", "text", "owner", "due", "urgency")


@dataclass
class Typed:
    """What stands in the form: as stored, or as somebody typed it, with the sentences about it."""

    diagnosis: str = ""
    narrative: str = ""
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    recommendations: list[dict[str, str]] = field(default_factory=list)
    key_images: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0
    errors: dict[str, list[str]] = field(default_factory=dict)


def stored(view: ConsensusView, *, blank: int = BLANK_ROWS) -> Typed:
    """The form filled from an edition, with `blank` empty recommendations at its end."""
    recommendations = [
        {
            "id": one.id,
            "text": one.text,
            "owner": one.owner,
            "due": str(one.due or ""),
            "urgency": one.urgency,
        }
        for one in view.recommendations
    ]
    answers = {one.question_id: {"text": one.text, "why": one.cannot_answer_because or ""} for one in view.answers}
    return Typed(
        diagnosis=view.diagnosis,
        narrative=view.narrative,
        answers=answers,
        recommendations=recommendations + [_blank() for _ in range(blank)],
        key_images=[dict(one) for one in view.key_images],
        version=view.version,
    )


def _blank() -> dict[str, str]:
    return {"id": "", "text": "", "owner": "requesting_team", "due": "", "urgency": "routine"}


def typed(form: Mapping[str, str], view: ConsensusView) -> Typed:
    """What a person typed, whether it is right or not."""
    found = Typed(
        diagnosis=form.get("diagnosis", ""),
        narrative=form.get("narrative", ""),
        version=version_of(form.get("version", "")) or view.version,
    )
    for question in view.questions:
        found.answers[question.id] = {
            "text": form.get(f"answer-{question.id}", ""),
            "why": form.get(f"why-{question.id}", ""),
        }
    for at in range(MOST_ROWS):
        if f"rec-{at}-text" in form:
            found.recommendations.append({name: form.get(f"rec-{at}-{name}", "") for name in RECOMMENDATION})
    for at in range(MOST_ROWS):
        if f"image-{at}" in form and form.get(f"image-{at}-keep", "1") == "1":
            image = _image(form[f"image-{at}"])
            image["caption"] = form.get(f"image-{at}-caption", "")
            found.key_images.append(image)
    return found


def _image(kept: str) -> dict[str, Any]:
    try:
        image = json.loads(kept)
    except json.JSONDecodeError:
        return {}
    return image if isinstance(image, dict) else {}


def as_text(found: Typed) -> ConsensusText:
    """The form as an operation takes it; rows left empty are left out.

    Raises:
        Invalid: with the names of the JSON fields.
    """
    answers = [
        {"question_id": key, "text": one["text"], "cannot_answer_because": one["why"] or None}
        for key, one in found.answers.items()
        if one["text"].strip() or one["why"].strip()
    ]
    recommendations = [
        {**one, "due": one["due"] or None, "urgency": one["urgency"] or "routine"}
        for one in found.recommendations
        if one["text"].strip()
    ]
    body = {
        "diagnosis": found.diagnosis,
        "narrative": found.narrative,
        "answers": answers,
        "recommendations": recommendations,
        "key_images": found.key_images,
    }
    try:
        return ConsensusText.model_validate(body)
    except ValidationError as error:
        refusal = shape_refusal(error.errors())
        raise Invalid("consensus.text", fields=refusal.fields) from None


def unlike(found: Typed, view: ConsensusView) -> list[dict[str, str]]:
    """Where what was typed differs from what is stored now: shown to the second of two who edit at once."""
    now = stored(view, blank=0)
    texts = {question.id: question.text for question in view.questions}
    pairs = [("diagnosis", "", now.diagnosis, found.diagnosis), ("narrative", "", now.narrative, found.narrative)]
    for key, words in texts.items():
        pairs.append(("answers", words, _said(now.answers.get(key)), _said(found.answers.get(key))))
    pairs.append(("recommendations", "", _listed(now), _listed(found)))
    return [
        {"field": name, "about": about, "stored": before, "typed": after}
        for name, about, before, after in pairs
        if before.split() != after.split()
    ]


def _said(one: dict[str, str] | None) -> str:
    return f"{one['text']} {one['why']}".strip() if one else ""


def _listed(found: Typed) -> str:
    return "\n".join(
        f"{one['text'].strip()} {one['due']}".strip() for one in found.recommendations if one["text"].strip()
    )
