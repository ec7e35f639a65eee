"""Every change and every reading of patient data leaves its row, once; logs hold no patient data."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from mdt.kernel import runtime
from mdt.kernel.ledger import AuditRow
from mdt.kernel.operation import registry as operations
from mdt.kernel.query import Query
from mdt.kernel.query import registry as queries
from tests.world.cases import draft, full_text
from tests.world.client import Caller
from tests.world.people import PASSWORD, People
from tests.world.whole import make_whole

CANARIES = ("金丝雀患者", "ZYCANARY889", "13900001234")


def rows(action: str = "") -> int:
    """How many audit rows there are."""
    wanted = select(func.count()).select_from(AuditRow)
    with runtime.database().reading() as session:
        return session.execute(wanted.where(AuditRow.action == action) if action else wanted).scalar_one()


def test_every_kind_of_change_of_the_whole_story_left_rows(app: Flask) -> None:
    """What is in the ledger after one of everything was made: only verbs that operations and queries declare."""
    make_whole(app)
    known = {made.audit for made in operations.values()}
    known |= {made.reads for made in queries.values() if isinstance(made, Query) and made.reads}
    with runtime.database().reading() as session:
        found = set(session.execute(select(AuditRow.action)).scalars())
        empty = session.execute(select(AuditRow.id).where(AuditRow.person_id == "", AuditRow.object_id == "")).all()
    assert len(found) > 30
    assert found - known <= {"signed_in", "encounter.added"}, "sign-in, and an encounter beside its day"
    assert empty == []


def test_one_change_one_row(people: People, caller: Caller) -> None:
    county = caller("county")
    case = draft(people)
    before = rows()
    assert county.patch(f"/api/v1/cases/{case.id}", json={"title": "新标题"}).status_code == 200
    assert rows() == before + 2, "the change, and the reading of the answer"
    assert rows("case.edited") == 1
    assert county.post(f"/api/v1/cases/{case.id}/actions/accept", json={}).status_code == 403
    assert rows("case.accepted") == 0


def test_one_reading_one_row_in_five_minutes(people: People, caller: Caller) -> None:
    case = draft(people)
    county, outsider = caller("county"), caller("outsider")
    for _again in range(3):
        assert county.get(f"/api/v1/cases/{case.id}").status_code == 200
        assert outsider.get(f"/api/v1/cases/{case.id}").status_code == 404
    assert rows("case.read") == 1


def test_no_name_and_no_number_of_a_patient_is_logged(
    people: People, app: Flask, caller: Caller, capfd: pytest.CaptureFixture[str]
) -> None:
    """Planted in a case, then read, listed, refused, broken: nothing of it on stderr or stdout."""
    name, number, phone = CANARIES
    text = full_text(name=name).model_copy(update={"summary": f"{name} {phone}", "diagnosis": name})
    text = text.model_copy(update={"patient": text.patient.model_copy(update={"local_id": number})})
    case = draft(people, "county", text)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    county, outsider = caller("county"), caller("outsider")
    for who in (county, outsider):
        who.get(f"/api/v1/cases/{case.id}")
        who.get(f"/cases/{case.id}")
        who.get("/api/v1/cases", query_string={"q": name})
        who.patch(f"/api/v1/cases/{case.id}", json={"title": name, "no": phone})
        who.post(f"/api/v1/cases/{case.id}/actions/submit", json={})
        who.post("/api/v1/session", json={"username": name, "password": PASSWORD + phone})
    written = "".join(capfd.readouterr())
    assert [canary for canary in CANARIES if canary in written] == []
