"""Plain forms of cases to the input models of the operations, and back to the form when something is refused."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from mdt.cases.operations.write import CaseText
from mdt.cases.queries.view import CaseView
from mdt.kernel.errors import Invalid
from mdt.kernel.web import shape_refusal

Form = MultiDict[str, str]
M = TypeVar("M", bound=BaseModel)


def values_of(case: CaseView) -> dict[str, Any]:
    """What the form shows of a case, flat by the names of its fields; `questions` as (id, text)."""
    patient, consent = case.patient, case.consent
    return {
        "title": case.title,
        "patient.name": patient.name,
        "patient.sex": patient.sex or "",
        "patient.birth_date": patient.birth_date or "",
        "patient.age": patient.age if patient.age is not None and not patient.birth_date else "",
        "patient.local_id": patient.local_id,
        "summary": case.summary,
        "diagnosis": case.diagnosis,
        "urgency": case.urgency,
        "consent.given": consent.given,
        "consent.by": consent.by,
        "consent.at": (consent.at or "")[:10],
        "questions": [(q.id, q.text) for q in case.questions if q.round == case.round],
    }


def typed(form: Form) -> dict[str, Any]:
    """What was typed, in the same shape as `values_of`, to be shown again."""
    shown: dict[str, Any] = {name: form.get(name, "") for name in form if name not in ("question", "question_id")}
    shown["consent.given"] = form.get("consent.given") == "1"
    shown["questions"] = list(zip(form.getlist("question_id"), form.getlist("question"), strict=False))
    return shown


def case_text(form: Form) -> CaseText:
    """The whole text of the edit form. Raises Invalid with the fields' names."""
    shown = typed(form)
    raw: dict[str, Any] = {name: shown.get(name, "") for name in ("title", "summary", "diagnosis")}
    raw["urgency"] = shown.get("urgency") or None
    raw["patient"] = {
        name: shown.get(f"patient.{name}") or None for name in ("name", "sex", "birth_date", "age", "local_id")
    }
    raw["consent"] = {
        "given": shown["consent.given"],
        "by": shown.get("consent.by") or None,
        "at": shown.get("consent.at") or None,
    }
    raw["questions"] = [{"id": key or None, "text": text} for key, text in shown["questions"] if text.strip()]
    return parsed(CaseText, raw)


def parsed(model: type[M], raw: dict[str, Any]) -> M:
    """`raw` as an input model. Raises Invalid with the fields' names."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Invalid("shape", fields=shape_refusal(list(error.errors())).fields) from None
