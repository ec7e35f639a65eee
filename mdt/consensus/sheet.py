"""What a 会诊意见书 says: one frozen value that the PDF and the plain text are made from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

# 1999 notice, 2014 opinion: the expert advises, the treating hospital decides. On every document.
LAW: Final = "会诊意见供邀请方参考，诊断与治疗方案由邀请方决定。"
SHOWN_IN: Final = ZoneInfo("Asia/Shanghai")


class Stance(StrEnum):
    """How a signer stands to the text; anything but agreement carries words."""

    AGREE = "agree"
    RESERVATION = "agree_with_reservation"
    DISSENT = "dissent"
    ABSTAIN = "abstain"


STANCE_WORDS: Final = {
    Stance.AGREE: "同意",
    Stance.RESERVATION: "保留意见",
    Stance.DISSENT: "不同意见",
    Stance.ABSTAIN: "弃权",
}
SEX_WORDS: Final = {"M": "男", "F": "女", "O": "其他"}
URGENCY_WORDS: Final = {"routine": "普通", "urgent": "加急", "emergency": "紧急"}


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The header; `sex` is M, F or O, `age` is written with its unit (71 岁, 8 月)."""

    name: str
    sex: str
    age: str = ""
    birth_date: date | None = None
    local_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question of the requesting side and its answer, or why there is none yet."""

    question: str
    text: str = ""
    cannot_answer_because: str = ""

    @property
    def words(self) -> str:
        """The answer as printed."""
        if self.cannot_answer_because:
            return f"目前不能回答，因为：{self.cannot_answer_because}"
        return self.text


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """`due` is a date or words (术后 7 天); `urgency` is routine, urgent or emergency."""

    text: str
    owner: str
    due: date | str | None = None
    urgency: str = "routine"


@dataclass(frozen=True, kw_only=True)
class KeyImage:
    """A picture as PNG or JPEG, marks already drawn in, and its caption."""

    picture: bytes
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A stance and by whom; `level` says how it was confirmed (密码确认)."""

    name: str
    hospital: str
    stance: Stance
    at: datetime
    department: str = ""
    title: str = ""
    level: str = ""
    text: str = ""
    is_chair: bool = False


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Somebody who took part in the discussion, signer or not."""

    name: str
    hospital: str = ""
    department: str = ""
    title: str = ""

    @property
    def words(self) -> str:
        """As listed: name, then what is known of the person."""
        about = " ".join(filter(None, (self.hospital, self.department, self.title)))
        return f"{self.name}（{about}）" if about else self.name


@dataclass(frozen=True, kw_only=True)
class OpinionSheet:
    """One edition of a 会诊意见书, complete.

    `verify_code` is grouped (``7K4M-QX2P-…``), `fingerprint` 64 hex digits. Times are aware.
    `superseded_by` is the edition that took this one's place: the copy is then marked as replaced.
    """

    number: str
    edition: int
    issued_at: datetime
    requesting_hospital: str
    invited_hospital: str
    requesting_department: str
    requester: str
    chair: str
    patient: Patient
    verify_url: str
    verify_code: str
    fingerprint: str
    kind: str = "多学科会诊（远程）"
    alliance: str = ""
    amend_reason: str = ""
    superseded_by: int | None = None
    requested_at: datetime | None = None
    discussed_at: datetime | None = None
    summary: str = ""
    working_diagnosis: str = ""
    answers: tuple[Answer, ...] = ()
    diagnosis: str = ""
    narrative: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    key_images: tuple[KeyImage, ...] = ()
    signatures: tuple[Signature, ...] = ()
    quorum_note: str = ""
    attendance: tuple[Attendee, ...] = ()

    @property
    def other_opinions(self) -> tuple[Signature, ...]:
        """Everything but plain agreement, in the order of signing: printed in full."""
        return tuple(one for one in self.signatures if one.stance is not Stance.AGREE)


def minute(at: datetime | None) -> str:
    """``2026-11-23 15:05`` in the hospitals' time; empty for none."""
    return at.astimezone(SHOWN_IN).strftime("%Y-%m-%d %H:%M") if at else ""


def second(at: datetime) -> str:
    """``2026-11-23 15:36:02`` in the hospitals' time."""
    return at.astimezone(SHOWN_IN).strftime("%Y-%m-%d %H:%M:%S")


def due_words(due: date | str | None) -> str:
    """A due date or interval as printed; ``—`` for none."""
    return str(due) if due else "—"
