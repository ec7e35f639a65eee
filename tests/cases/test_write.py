"""Drafts: begun, edited, found."""

import pytest

from mdt.cases.models import Case
from mdt.cases.operations.course import Schedule, schedule
from mdt.cases.operations.write import CaseText, PatientText, QuestionText, create_case, edit_case
from mdt.kernel import runtime
from mdt.kernel.errors import Forbidden, NotFound
from mdt.kernel.policy import Subject, gives
from tests.world.people import People


def test_a_draft_gets_the_next_number_of_its_hospital(people: People) -> None:
    first = create_case(people["county"], CaseText())
    second = create_case(people["county2"], CaseText())
    other = create_case(people["outsider"], CaseText())
    assert first.number.startswith("QX-")
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1
    assert other.number.endswith("-0001")


def test_only_the_team_sees_a_draft(people: People) -> None:
    case = create_case(people["county"], CaseText(title="右上肺结节"))
    with runtime.database().reading() as session:
        seen = {name for name, who in people.items() if gives(session, Subject("case", case.id), "read", who)}
    assert seen == {"county"}
    with pytest.raises(NotFound):
        edit_case(people["county2"], case.id, CaseText(title="x"))


def test_an_edit_keeps_what_it_does_not_name(people: People) -> None:
    county = people["county"]
    case = create_case(county, CaseText(summary="咳嗽", patient=PatientText(name="演示甲", age=49)))
    edit_case(county, case.id, CaseText(patient=PatientText(sex="F"), questions=[QuestionText(text="性质？")]))
    with runtime.database().reading() as session:
        row = session.get_one(Case, case.id)
        assert (row.summary, row.patient_name, row.patient_age, row.patient_sex) == ("咳嗽", "演示甲", 49, "F")
        assert row.version == 2


def test_nobody_calls_an_inner_operation(people: People) -> None:
    case = create_case(people["county"], CaseText())
    with pytest.raises(NotFound):
        schedule(people["county"], case.id, Schedule(meeting_id="m"))


def test_an_expert_begins_no_case(people: People) -> None:
    with pytest.raises(Forbidden):
        create_case(people["expert1"], CaseText())
