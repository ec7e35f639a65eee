"""Words of identity: roles, kinds of hospital."""

from enum import StrEnum


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
