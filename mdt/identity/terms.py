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


class HospitalKind(StrEnum):
    PROVINCIAL = "provincial"
    COUNTY = "county"
    TOWNSHIP = "township"


CLINICAL = frozenset({Role.PHYSICIAN, Role.EXPERT, Role.TOWNSHIP})
"""Roles that may take part in a patient's care."""

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
