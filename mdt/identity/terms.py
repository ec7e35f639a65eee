"""Words of identity: roles, kinds of hospital."""

from enum import StrEnum

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


ROLE_WORDS = {
    Role.PHYSICIAN: N_("申请医师"),
    Role.EXPERT: N_("会诊专家"),
    Role.COORDINATOR: N_("会诊秘书"),
    Role.TECHNICIAN: N_("影像技师"),
    Role.TRAINEE: N_("学员"),
    Role.TOWNSHIP: N_("乡镇医师"),
    Role.HOSPITAL_ADMIN: N_("医院管理员"),
    Role.ADMIN: N_("系统管理员"),
}


class HospitalKind(StrEnum):
    PROVINCIAL = "provincial"
    COUNTY = "county"
    TOWNSHIP = "township"


CLINICAL = frozenset({Role.PHYSICIAN, Role.EXPERT, Role.TOWNSHIP})
"""Roles that may take part in a patient's care."""
