"""The one explicit list of what the house is made of: tables, rules for subjects, reactions, jobs, doors.

No import has a side effect beyond declaring; nothing is discovered by scanning.
"""

from flask import Blueprint
from flask_openapi3.blueprint import APIBlueprint

from mdt.cases import jobs as cases_jobs
from mdt.cases import models as cases_tables
from mdt.cases.api import api as cases_api
from mdt.cases.events import CaseDeclined, CasePostponed, CaseWithdrawn, MaterialAdded, MaterialRemoved
from mdt.cases.pages.board import pages as cases_board
from mdt.cases.pages.case import pages as cases_case
from mdt.cases.pages.edit import pages as cases_edit
from mdt.cases.pages.phone import pages as cases_phone
from mdt.cases.panels import CASE_PANELS, WORK_PANELS
from mdt.cases.policy import declare_accesses as declare_case_accesses
from mdt.cases.queries.provided import provide_facts as provide_case_facts
from mdt.cases.reactions import assess_again, tell_room
from mdt.clinics import jobs as clinics_jobs
from mdt.clinics import models as clinics_tables
from mdt.clinics.api import api as clinics_api
from mdt.clinics.pages import pages as clinics_pages
from mdt.clinics.policy import declare_accesses as declare_clinic_accesses
from mdt.clinics.queries.provided import provide_facts as provide_clinic_facts
from mdt.consensus import jobs as consensus_jobs
from mdt.consensus import models as consensus_tables
from mdt.consensus.api import api as consensus_api
from mdt.consensus.events import ConsensusIssued
from mdt.consensus.pages import pages as consensus_pages
from mdt.consensus.panels import opinion_panels, signature_panel
from mdt.consensus.provided import provide_facts as provide_consensus_facts
from mdt.consensus.reactions import drop_open_draft
from mdt.followup import jobs as followup_jobs
from mdt.followup import models as followup_tables
from mdt.followup.api import api as followup_api
from mdt.followup.pages import pages as followup_pages
from mdt.followup.panels import due_panel, follow_up_panels
from mdt.followup.provided import provide_facts as provide_followup_facts
from mdt.followup.reactions import recommendations_become_tasks
from mdt.identity import models as identity_tables
from mdt.identity.admin_api import api as identity_admin_api
from mdt.identity.api import api as identity_api
from mdt.identity.pages.account import pages as account_pages
from mdt.identity.pages.admin import pages as admin_pages
from mdt.identity.pages.entry import pages as identity_pages
from mdt.imaging import jobs as imaging_jobs
from mdt.imaging import models as imaging_tables
from mdt.imaging.api import api as imaging_api
from mdt.imaging.dicomweb import dicomweb
from mdt.imaging.events import ImagesIndexed, ImagesRemoved, StudyLinked
from mdt.imaging.uploads import uploads
from mdt.kernel import ledger
from mdt.kernel.event import react
from mdt.meetings import jobs as meetings_jobs
from mdt.meetings import models as meetings_tables
from mdt.meetings.api import api as meetings_api
from mdt.meetings.pages import pages as meetings_pages
from mdt.meetings.panes import case_panels as meetings_case_panels
from mdt.meetings.panes import work_panel as meetings_work_panel
from mdt.meetings.queries.provided import declare_accesses as declare_meeting_accesses
from mdt.meetings.queries.provided import provide_facts as provide_meeting_facts
from mdt.meetings.reactions import leave_agenda
from mdt.notices import jobs as notices_jobs
from mdt.notices import models as notices_tables
from mdt.notices.api import api as notices_api
from mdt.notices.pages import pages as notices_pages
from mdt.rooms import models as rooms_tables
from mdt.rooms.api import api as rooms_api
from mdt.rooms.pages import pages as rooms_pages
from mdt.shell import sweep

TABLES = (
    ledger,
    cases_tables,
    clinics_tables,
    consensus_tables,
    followup_tables,
    identity_tables,
    imaging_tables,
    meetings_tables,
    notices_tables,
    rooms_tables,
)
JOBS = (
    cases_jobs,
    clinics_jobs,
    consensus_jobs,
    followup_jobs,
    imaging_jobs,
    meetings_jobs,
    notices_jobs,
    sweep,
)
API: list[APIBlueprint] = [
    identity_api,
    identity_admin_api,
    notices_api,
    imaging_api,
    rooms_api,
    cases_api,
    meetings_api,
    consensus_api,
    followup_api,
    clinics_api,
]
PAGES: list[Blueprint] = [
    identity_pages,
    account_pages,
    admin_pages,
    notices_pages,
    rooms_pages,
    uploads,
    dicomweb,
    cases_board,
    cases_case,
    cases_edit,
    cases_phone,
    meetings_pages,
    consensus_pages,
    followup_pages,
    clinics_pages,
]


def register() -> None:
    """Register with the kernel what low slices must know of high ones, and the reactions, in their order."""
    declare_case_accesses()
    provide_case_facts()
    declare_meeting_accesses()
    provide_meeting_facts()
    declare_clinic_accesses()
    provide_clinic_facts()
    provide_consensus_facts()
    provide_followup_facts()
    react(ImagesIndexed, assess_again)
    react(ImagesRemoved, assess_again)
    react(StudyLinked, assess_again)
    react(ImagesIndexed, tell_room)
    react(ImagesRemoved, tell_room)
    react(StudyLinked, tell_room)
    react(MaterialAdded, tell_room)
    react(MaterialRemoved, tell_room)
    react(CaseDeclined, leave_agenda)
    react(CasePostponed, leave_agenda)
    react(CaseWithdrawn, leave_agenda)
    react(CaseWithdrawn, drop_open_draft)
    react(CaseDeclined, drop_open_draft)
    react(ConsensusIssued, recommendations_become_tasks)
    CASE_PANELS[:] = [opinion_panels, follow_up_panels, meetings_case_panels]
    WORK_PANELS[:] = [signature_panel, meetings_work_panel, due_panel]
