"""Words of consensus: states, stances, who owns a recommendation."""

from enum import StrEnum
from typing import Final

from mdt.cases.terms import State
from mdt.kernel.i18n import N_

OPEN_CASE: Final = frozenset({State.ACCEPTED, State.SCHEDULED, State.DISCUSSING, State.DISCUSSED})
"""States of a case in which an opinion can be begun."""

REQUESTING_TEAM: Final = "requesting_team"
DEFAULT_QUORUM: Final = 2
DEADLINE_HOURS: Final = 24
TEMPLATE: Final = "consensus/opinion@1"
OPINION: Final = "opinion"
LEVEL_PASSWORD: Final = "password"  # noqa: S105 - the name of a level of proof


class Stage(StrEnum):
    """What is stored; `superseded` is no stage but follows from a later edition."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ISSUED = "issued"
    ABANDONED = "abandoned"


SUPERSEDED: Final = "superseded"


class Mark(StrEnum):
    """What a stance row says; `withdrawn` takes the one before it back."""

    AGREE = "agree"
    RESERVATION = "agree_with_reservation"
    DISSENT = "dissent"
    ABSTAIN = "abstain"
    WITHDRAWN = "withdrawn"


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


LEVEL_WORDS: Final = {LEVEL_PASSWORD: "密码确认"}
DOCUMENT_WORDS: Final = {OPINION: N_("会诊意见书")}
KIND_MEETING: Final = "多学科会诊（远程）"
KIND_WRITTEN: Final = "书面会诊（远程）"
FIELD_WORDS: Final = {
    "answers": N_("问题与回答"),
    "diagnosis": N_("会诊诊断"),
    "narrative": N_("会诊意见"),
    "recommendations": N_("建议"),
    "key_images": N_("关键图像"),
    "patient": N_("患者信息"),
    "summary": N_("病历摘要"),
    "working_diagnosis": N_("初步诊断"),
    "amend_reason": N_("更正原因"),
    "quorum": N_("法定人数"),
}
