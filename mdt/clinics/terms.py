"""Words of free-clinic days: states of the day, of the queue, dispositions. Labels are Chinese source strings."""

from enum import StrEnum

from mdt.cases.terms import Sex
from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.i18n import N_


class DayState(StrEnum):
    """A day is filed with the health authority before it opens."""

    PLANNED = "planned"
    FILED = "filed"
    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"


class Turn(StrEnum):
    """Where a person is in the queue."""

    WAITING = "waiting"
    CALLED = "called"
    IN = "in"
    DONE = "done"
    LEFT = "left"


class Disposition(StrEnum):
    """What follows from an encounter."""

    NONE = "none"
    RECHECK = "recheck"
    COUNTY_HOSPITAL = "county_hospital"
    REFER_UP = "refer_up"
    CASE = "case"
    EMERGENCY = "emergency"


class PhotoState(StrEnum):
    """`working` until the limited child has looked at it."""

    WORKING = "working"
    STORED = "stored"
    REFUSED = "refused"


class SlipState(StrEnum):
    WORKING = "working"
    READY = "ready"
    REFUSED = "refused"


BEFORE_CLOSED = frozenset({DayState.PLANNED, DayState.FILED, DayState.OPEN})
TAKING = frozenset({DayState.FILED, DayState.OPEN, DayState.CLOSED})
"""States in which an encounter may arrive: a filed day opens with it; a closed one takes what was written on a tablet
without a line before it closed."""
WRITABLE = frozenset({DayState.FILED, DayState.OPEN, DayState.CLOSED})
UNSEEN = frozenset({Turn.WAITING, Turn.CALLED, Turn.IN})

ON_ROSTER = CLINICAL | {Role.TECHNICIAN, Role.COORDINATOR}
"""Roles of which a person on a roster holds at least one; who writes about a person must be a clinician."""

QUEUE = "A"
"""The letter of the day's queue."""

STATE_LABELS = {
    DayState.PLANNED: N_("筹备中"),
    DayState.FILED: N_("已备案"),
    DayState.OPEN: N_("接诊中"),
    DayState.CLOSED: N_("已结束"),
    DayState.REPORTED: N_("已上报"),
}
TURN_LABELS = {
    Turn.WAITING: N_("候诊"),
    Turn.CALLED: N_("已叫号"),
    Turn.IN: N_("接诊中"),
    Turn.DONE: N_("完成"),
    Turn.LEFT: N_("已离开"),
}
DISPOSITION_LABELS = {
    Disposition.NONE: N_("无需处理"),
    Disposition.RECHECK: N_("复查"),
    Disposition.COUNTY_HOSPITAL: N_("县医院就诊"),
    Disposition.REFER_UP: N_("上转"),
    Disposition.CASE: N_("立为会诊病例"),
    Disposition.EMERGENCY: N_("急诊"),
}
SEX_WORDS = {Sex.MALE: N_("男"), Sex.FEMALE: N_("女"), Sex.OTHER: N_("其他")}

AGE_BANDS = ((0, 6), (7, 17), (18, 44), (45, 59), (60, 74), (75, 150))
"""Years, both ends included."""


def band_label(band: tuple[int, int]) -> str:
    return f"{band[0]}+" if band[1] >= 150 else f"{band[0]}–{band[1]}"


def ticket(number: int) -> str:
    """`A017` for 17."""
    return f"{QUEUE}{number:03}"
