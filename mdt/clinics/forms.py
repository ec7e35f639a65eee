"""What the page forms of free-clinic days send, turned into the input models of operations (times are China's), and
what the tablet's script is given."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from mdt.kernel import runtime
from mdt.kernel.settings import secret
from mdt.kernel.web import encode, shape_refusal
from mdt.meetings.forms import in_china

B = TypeVar("B", bound=BaseModel)


def day_values(form: MultiDict[str, str]) -> dict[str, Any]:
    """The fields of a day as the API would send them."""
    values: dict[str, Any] = {name: form.get(name, "") for name in ("title", "place", "duration_min")}
    values["starts_at"] = in_china(form.get("starts_at", ""))
    values["roster"] = form.getlist("roster")
    values["content"] = form.get("content", "")
    filing = {name: form.get(f"filing_{name}", "").strip() for name in ("authority", "number")}
    values["filing"] = filing if any(filing.values()) else None
    return values


def read(model: type[B], values: Mapping[str, Any]) -> B:
    """The input model. Raises Invalid with the fields."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise shape_refusal(list(error.errors())) from None


def plain(value: Any) -> Any:
    """A view as plain values, in the form of the API, for a page's JSON block."""
    return orjson.loads(encode(value))


def store_key(person_id: str) -> str:
    """The key under which this person's tablet keeps unsent encounters: 256 bits, Base64. It is given with the page and
    never written to the device, so what lies in the browser's store is of no use to the next person at it."""
    made = hmac.new(secret(runtime.settings()), b"clinic-store:" + person_id.encode(), sha256)
    return b64encode(made.digest()).decode()
