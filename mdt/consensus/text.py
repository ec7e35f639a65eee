"""What people write: the body of a PUT, the rules of a draft and what a proposal must hold."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mdt.consensus.canonical import NotCanonical, clean_text
from mdt.consensus.models import Consensus
from mdt.consensus.terms import REQUESTING_TEAM, Urgency
from mdt.identity.operations import Change
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Uid = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9.]+$")]
Line = Annotated[str, Field(max_length=500)]
Passage = Annotated[str, Field(max_length=10_000)]


class AnswerText(Change):
    """`cannot_answer_because` instead of `text` where the material does not allow an answer yet."""

    question_id: str = Field(max_length=36)
    text: Passage = ""
    cannot_answer_because: Annotated[str | None, Field(max_length=2000)] = None


class RecommendationText(Change):
    """`owner` is a person's id or `requesting_team`; `id` is the server's and is kept where it is sent back."""

    id: str = Field(default="", max_length=36)
    text: str = Field(min_length=1, max_length=2000)
    owner: str = Field(default=REQUESTING_TEAM, max_length=36)
    due: date | None = None
    urgency: Urgency = Urgency.ROUTINE


class MarkOnImage(Change):
    """A measurement or arrow; `points` are image pixels (column, row), `measured` in mm, degrees, the frame's unit."""

    id: str = Field(default="", max_length=36)
    tool: Literal["length", "angle", "ellipse", "arrow", "text"]
    instance_uid: Uid | None = None
    frame: int | None = Field(default=None, ge=1, le=100_000)
    points: list[tuple[Number, Number]] = Field(min_length=1, max_length=8)
    text: Line = ""
    measured: dict[str, Number | None] = Field(default_factory=dict, max_length=8)


class KeyImageText(Change):
    """One picture of the case: where it is, how it was windowed (centre, width), what was drawn on it."""

    study_uid: Uid
    series_uid: Uid
    instance_uid: Uid
    frame: int = Field(default=1, ge=1, le=100_000)
    window: tuple[Number, Number] | None = None
    annotations: list[MarkOnImage] = Field(default_factory=list, max_length=50)
    caption: Annotated[str | None, Field(max_length=300)] = None


class ConsensusText(Change):
    """The whole text of a draft, as it shall be."""

    diagnosis: Passage = ""
    answers: list[AnswerText] = Field(default_factory=list, max_length=50)
    recommendations: list[RecommendationText] = Field(default_factory=list, max_length=50)
    narrative: Passage = ""
    key_images: list[KeyImageText] = Field(default_factory=list, max_length=12)


class Problems:
    """Sentences by field, gathered so that a form shows all of them at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, field: str, sentence: str) -> None:
        self.fields.setdefault(field, []).append(sentence)

    def refuse(self, code: str) -> None:
        """Raises Invalid if anything was found."""
        if self.fields:
            raise Invalid(code, fields=self.fields)


def demand_sound(
    change: ConsensusText, question_ids: set[str], owners: set[str], shows: Callable[[KeyImageText], bool]
) -> None:
    """What even a draft must not hold. `shows` tells whether the case shows a picture.

    Raises:
        Invalid: an answer to a question of another case, an owner without part in it, a foreign picture, a character
            that is invisible.
    """
    problems = Problems()
    _check_answers(change.answers, question_ids, problems)
    for at, one in enumerate(change.recommendations):
        if one.owner != REQUESTING_TEAM and one.owner not in owners:
            problems.add(f"recommendations.{at}.owner", N_("责任人没有参加这个病例。"))
    for at, image in enumerate(change.key_images):
        if not shows(image):
            problems.add(f"key_images.{at}.instance_uid", N_("这个病例没有这幅图像。"))
    _check_characters(change.model_dump(mode="json"), "", problems)
    problems.refuse("consensus.text")


def _check_answers(answers: Sequence[AnswerText], question_ids: set[str], problems: Problems) -> None:
    seen: set[str] = set()
    for at, one in enumerate(answers):
        if one.question_id not in question_ids:
            problems.add(f"answers.{at}.question_id", N_("这个病例没有这个问题。"))
        if one.question_id in seen:
            problems.add(f"answers.{at}.question_id", N_("同一个问题回答了两次。"))
        if one.text and one.cannot_answer_because:
            problems.add(f"answers.{at}.cannot_answer_because", N_("已有回答时，不能再写“目前不能回答”。"))
        seen.add(one.question_id)


def demand_visible(text: str, field: str) -> None:
    """Raises Invalid where a text holds what nobody could see."""
    problems = Problems()
    _check_characters(text, field, problems)
    problems.refuse("consensus.text")


def _check_characters(value: Any, field: str, problems: Problems) -> None:
    if isinstance(value, str):
        try:
            clean_text(value, field)
        except NotCanonical:
            problems.add(field, N_("含有看不见的控制字符，请删除后重新输入。"))
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_characters(one, f"{field}.{name}" if field else name, problems)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            _check_characters(one, f"{field}.{at}", problems)


def demand_complete(row: Consensus, questions: Sequence[tuple[str, str]]) -> None:
    """What a proposal must hold: an answer, or why there is none, to each question; a diagnosis or a narrative.

    Raises:
        Invalid: with the fields that are missing.
    """
    problems = Problems()
    answered = {one["question_id"] for one in row.answers if one["text"] or one["cannot_answer_because"]}
    for at, (question_id, _words) in enumerate(questions):
        if question_id not in answered:
            problems.add(f"answers.{at}.text", N_("请回答这个问题，或写明目前不能回答的原因。"))
    if not row.diagnosis and not row.narrative and not row.answers:
        problems.add("diagnosis", N_("意见还是空的。"))
    problems.refuse("consensus.incomplete")


class TextView(BaseModel):
    """The editable part of an edition as it is sent."""

    diagnosis: str
    answers: list[dict[str, Any]]
    recommendations: list[dict[str, Any]]
    narrative: str
    key_images: list[dict[str, Any]]
