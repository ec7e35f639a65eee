"""The one explicit list of what the house is made of: tables, rules for subjects, reactions, jobs, doors.

No import has a side effect beyond declaring; nothing is discovered by scanning.
"""

from flask import Blueprint
from flask_openapi3.blueprint import APIBlueprint

import mdt.cases.models
import mdt.identity.models
import mdt.imaging.jobs
import mdt.imaging.models
import mdt.kernel.ledger
import mdt.notices.jobs
import mdt.notices.models
import mdt.rooms.models  # noqa: F401 - tables
from mdt.cases.api import api as cases_api
from mdt.cases.policy import declare_accesses as declare_case_accesses
from mdt.cases.queries.provided import provide_facts as provide_case_facts
from mdt.identity.admin_api import api as identity_admin_api
from mdt.identity.api import api as identity_api
from mdt.identity.pages.account import pages as account_pages
from mdt.identity.pages.admin import pages as admin_pages
from mdt.identity.pages.entry import pages as identity_pages
from mdt.imaging.api import api as imaging_api
from mdt.imaging.uploads import uploads
from mdt.notices.api import api as notices_api
from mdt.notices.pages import pages as notices_pages
from mdt.rooms.api import api as rooms_api
from mdt.rooms.pages import pages as rooms_pages

API: list[APIBlueprint] = [
    identity_api,
    identity_admin_api,
    notices_api,
    imaging_api,
    rooms_api,
    cases_api,
]
PAGES: list[Blueprint] = [
    identity_pages,
    account_pages,
    admin_pages,
    notices_pages,
    rooms_pages,
    uploads,
]


def register() -> None:
    """Register with the kernel what low slices must know of high ones, and the reactions, in their order."""
    declare_case_accesses()
    provide_case_facts()
