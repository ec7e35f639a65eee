"""What can stand in the log: one model per entry type, for what people post. Unknown fields are refused.

Points are image pixels (column, row), never screen pixels; UIDs are DICOM's; `window` is (centre, width).
"""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mdt.kernel.errors import Forbidden, Invalid, TooLarge
from mdt.kernel.i18n import N_
from mdt.rooms.terms import BY_SERVER

TEXT = 4000
BODY_BYTES = 64 << 10
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL's jsonb refuses: NUL and lone surrogates."""

Text = Annotated[str, Field(min_length=1, max_length=TEXT)]
Id = Annotated[str, Field(min_length=1, max_length=36)]
Uid = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9.]+$")]
Number = Annotated[float, Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Point = tuple[Number, Number]


class Body(BaseModel):
    """Base of the bodies. What was not sent is not stored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Measured(Body):
    mm: Number | None = None
    deg: Number | None = None
    mean: Number | None = None
    sd: Number | None = None
    min: Number | None = None
    max: Number | None = None
    area: Number | None = None
    area_mm2: Number | None = None
    unit: str | None = Field(default=None, max_length=12)


class Mark(Body):
    """A measurement or label drawn on one frame."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    tool: Literal["length", "angle", "ellipse", "arrow", "text"]
    study_uid: Uid | None = None
    series_uid: Uid | None = None
    instance_uid: Uid
    frame: Annotated[int, Field(ge=0, le=100_000)]
    points: Annotated[list[Point], Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(max_length=400)] | None = None
    measured: Measured | None = None


class KeyImage(Body):
    study_uid: Uid
    series_uid: Uid
    instance_uid: Uid
    frame: Annotated[int, Field(ge=0, le=100_000)] | None = None
    window: Point | None = None
    annotations: Annotated[list[Mark], Field(max_length=100)] = []
    caption: Annotated[str, Field(max_length=400)] | None = None


class View(KeyImage):
    """A settled view: `zoom` and `pan` are relative to the fitted image, `rotate` in degrees clockwise."""

    zoom: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    pan: Point | None = None
    rotate: Number | None = None
    flip: bool | None = None
    invert: bool | None = None
    viewport: Annotated[int, Field(ge=0, le=15)] | None = None
    layout: Annotated[str, Field(max_length=20)] | None = None


class Message(Body):
    text: Annotated[str, Field(max_length=TEXT)] = ""
    reply_to: Id | None = None
    mentions: Annotated[list[Id], Field(max_length=50)] = []
    key_image: KeyImage | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Message":
        if not self.text.strip() and self.key_image is None:
            raise ValueError("a message has a text or a key image")
        return self


class File(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=0, le=1 << 40)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Edit(Body):
    ref: Id
    text: Text


class Retract(Body):
    ref: Id
    reason: Annotated[str, Field(max_length=400)] = ""


class React(Body):
    ref: Id
    mark: Annotated[str, Field(min_length=1, max_length=16)]


class MarkRemoved(Body):
    id: Annotated[str, Field(min_length=1, max_length=64)]


class Lead(Body):
    """Who leads the viewer. Without `action`: to oneself is taking, to another giving, to nobody releasing."""

    action: Literal["give", "take", "release"] | None = None
    to: Id | None = None
    from_: Id | None = Field(default=None, alias="from")


class JoinLeft(Body):
    """Attendance as the chair puts it right; coming and going itself is written by the server."""

    person: Id
    action: Literal["join", "leave", "late", "confirmed"]


class Hand(Body):
    action: Literal["raise", "lower", "grant"]
    person: Id | None = None


class Poll(Body):
    question: Text
    options: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=2, max_length=12)]
    secret: bool = False


class Vote(Body):
    ref: Id
    option: Annotated[int, Field(ge=0, le=11)]


class PollClosed(Body):
    ref: Id


class Decision(Body):
    question_id: Id | None = None
    text: Text


class Call(Body):
    provider: Annotated[str, Field(max_length=40)] = ""
    link: Annotated[str, Field(max_length=1000, pattern=r"^https?://")] | None = None
    action: Literal["start", "end"]


BODIES: dict[str, type[Body]] = {
    "message": Message,
    "file": File,
    "edit": Edit,
    "retract": Retract,
    "react": React,
    "view": View,
    "annotation": Mark,
    "annotation_removed": MarkRemoved,
    "lead": Lead,
    "join_left": JoinLeft,
    "hand": Hand,
    "poll": Poll,
    "vote": Vote,
    "poll_closed": PollClosed,
    "decision": Decision,
    "call": Call,
}


class PostEntry(BaseModel):
    """What a person posts: the same `client_id` again gets the first answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str
    type: Annotated[str, Field(min_length=1, max_length=40)]
    body: dict[str, Any]

    @field_validator("client_id")
    @classmethod
    def _is_uuid(cls, value: str) -> str:
        if len(value) not in (32, 36):
            raise ValueError("not a UUID")
        UUID(value)
        return value.lower()


def parse(change: PostEntry) -> Body:
    """The body as its type's model.

    Raises:
        Invalid: `unknown_type`, `shape`, `unstorable`. TooLarge: a text over 4,000 characters, a body over 64 KB.
        Forbidden: a type that only the server writes.
    """
    if change.type in BY_SERVER:
        raise Forbidden("by_server")
    model = BODIES.get(change.type)
    if model is None:
        raise Invalid("unknown_type", N_("没有这种类型的消息。"), fields={"type": [N_("没有这种类型的消息。")]})
    _demand_storable(change.body)
    try:
        return model.model_validate(change.body)
    except ValidationError as error:
        raise _refusal(error) from None


def _demand_storable(body: dict[str, Any]) -> None:
    if _is_unstorable(body, 0):
        raise Invalid("unstorable", N_("文字中有无法保存的字符。"))
    if len(orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)) > BODY_BYTES:
        raise TooLarge


def _is_unstorable(value: object, depth: int) -> bool:
    if depth > 20:
        return True
    if isinstance(value, str):
        return bool(UNSTORABLE.search(value))
    if isinstance(value, dict):
        return any(_is_unstorable(each, depth + 1) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return any(_is_unstorable(each, depth + 1) for each in value)
    return isinstance(value, int) and abs(value) >= 1 << 53


def _refusal(error: ValidationError) -> Invalid | TooLarge:
    found: dict[str, list[str]] = {}
    for each in error.errors():
        if each["type"] == "string_too_long" and each["loc"][-1:] == ("text",):
            return TooLarge("too_large", N_("文字太长，最多 %(limit)s 字。"), limit=TEXT)
        found["body." + ".".join(str(part) for part in each["loc"])] = [N_("格式不对。")]
    return Invalid("shape", fields=found)
