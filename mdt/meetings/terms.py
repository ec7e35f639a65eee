"""Words of meetings: kinds, states, outcomes, answers and their reasons, each with its Chinese name."""

from enum import StrEnum

from mdt.cases.terms import Outcome
from mdt.kernel.i18n import N_


class MeetingKind(StrEnum):
    """`clinic` is the hidden meeting of a free-clinic day; nobody can ask for it from outside."""

    MDT = "mdt"
    URGENT = "urgent"
    TEACHING = "teaching"
    CLINIC = "clinic"


class MeetingState(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    FINISHED = "finished"


class InvitationState(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    SUBSTITUTED = "substituted"
    NO_REPLY = "no_reply"


class InvitationAnswer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    TENTATIVE = "tentative"


class AbsenceCode(StrEnum):
    """Why an invited person cannot come."""

    BUSY = "busy"
    LEAVE = "leave"
    NOT_MY_FIELD = "not_my_field"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    TIME_CLASH = "time_clash"


OPEN_MEETING = frozenset({MeetingState.PLANNED, MeetingState.LIVE})
OPEN_ITEM = frozenset({ItemState.PLANNED, ItemState.RUNNING})
STANDING = frozenset({InvitationState.INVITED, InvitationState.TENTATIVE, InvitationState.ACCEPTED})
"""Invitations that still give their person something: a look at the agenda, and once accepted the cases."""

DEFAULT_MINUTES = 10
DEFAULT_QUORUM = 2

KIND_NAMES = {
    MeetingKind.MDT: N_("多学科会诊"),
    MeetingKind.URGENT: N_("紧急会诊"),
    MeetingKind.TEACHING: N_("教学会诊"),
    MeetingKind.CLINIC: N_("义诊"),
}
OUTCOME_NAMES = {
    Outcome.DECIDED: N_("已形成结论"),
    Outcome.AGAIN: N_("再议"),
    Outcome.DEFERRED: N_("延期"),
    Outcome.NOT_REACHED: N_("未讨论到"),
}
DECLINE_NAMES = {
    AbsenceCode.BUSY: N_("门诊/手术"),
    AbsenceCode.LEAVE: N_("休假"),
    AbsenceCode.NOT_MY_FIELD: N_("非本专业"),
    AbsenceCode.CONFLICT_OF_INTEREST: N_("利益冲突"),
    AbsenceCode.TIME_CLASH: N_("时间不合"),
}
