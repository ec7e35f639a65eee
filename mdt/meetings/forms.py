"""What page forms send, turned into the input models of operations (times are China's), and the one answer that is
neither page nor JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel, ValidationError

from mdt.kernel.clock import SHANGHAI
from mdt.kernel.web import shape_refusal

B = TypeVar("B", bound=BaseModel)


def read_form(model: type[B], values: Mapping[str, Any]) -> B:
    """The input model; empty fields count as left out. Raises Invalid with the fields."""
    try:
        return model.model_validate({name: value for name, value in values.items() if value not in ("", None)})
    except ValidationError as error:
        raise shape_refusal(list(error.errors())) from None


def in_china(text: str) -> str:
    """`2026-11-25T16:00` of a browser's field with China's offset; anything else as it is, to be refused."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).isoformat()
    except ValueError:
        return text


def for_field(moment: datetime) -> str:
    """A moment as a browser's `datetime-local` field wants it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def calendar_answer(content: bytes) -> Response:
    """A calendar file as it goes over the wire."""
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="mdt.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
