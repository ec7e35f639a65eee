"""Words of identity: roles, kinds of hospital; a moment as all input models take it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from mdt.kernel.i18n import N_


class Role(StrEnum):
    """What a person is at one hospital; several at once are possible."""

    PHYSICIAN = "physician"
    EXPERT = "expert"
    COORDINATOR = "coordinator"
    TECHNICIAN = "technician"
    TRAINEE = "trainee"
    TOWNSHIP = "township"
    HOSPITAL_ADMIN = "hospital_admin"
    ADMIN = "admin"


class HospitalKind(StrEnum):
    PROVINCIAL = "provincial"
    COUNTY = "county"
    TOWNSHIP = "township"


class Scope(StrEnum):
    """What a program's token may do."""

    READ = "read"
    WRITE = "write"


CLINICAL = frozenset({Role.PHYSICIAN, Role.EXPERT, Role.TOWNSHIP})
"""Roles that may take part in a patient's care."""

HOUSE_ROLES = frozenset({Role.ADMIN, Role.COORDINATOR})
"""Roles that reach over hospitals: only the system administrator gives them."""

ROLE_LABELS = {
    Role.PHYSICIAN: N_("医师"),
    Role.EXPERT: N_("会诊专家"),
    Role.COORDINATOR: N_("会诊秘书"),
    Role.TECHNICIAN: N_("技师"),
    Role.TRAINEE: N_("进修学员"),
    Role.TOWNSHIP: N_("乡镇医师"),
    Role.HOSPITAL_ADMIN: N_("医院管理员"),
    Role.ADMIN: N_("系统管理员"),
}
HOSPITAL_LABELS = {
    HospitalKind.PROVINCIAL: N_("省级医院"),
    HospitalKind.COUNTY: N_("县级医院"),
    HospitalKind.TOWNSHIP: N_("乡镇卫生院"),
}
SCOPE_LABELS = {Scope.READ: N_("读取"), Scope.WRITE: N_("写入")}

BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A browser's long name for itself in two words; what is not a known browser keeps its first word."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent.split(" ", maxsplit=1)[0][:40] or "?"


def in_this_age(moment: datetime) -> datetime:
    """Keep moments within what both databases, calendars and time zones can hold."""
    if 1900 <= moment.year <= 2199:
        return moment
    raise ValueError("out of range")


Moment = Annotated[AwareDatetime, AfterValidator(in_this_age)]
