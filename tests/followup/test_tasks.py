"""Recommendations as tasks, their answers, and the outcome."""

from datetime import timedelta

import pytest
from sqlalchemy import exc, text

from mdt.cases.operations.end import Close, close_case
from mdt.consensus.operations.draft import write_draft
from mdt.consensus.operations.issue import Amend, amend_consensus, issue_consensus
from mdt.consensus.operations.sign import Propose, propose_consensus
from mdt.consensus.queries import consensus_view
from mdt.consensus.text import ConsensusText
from mdt.followup.jobs import remind
from mdt.followup.operations import (
    Done,
    NotDone,
    RecordOutcome,
    finish_task,
    record_outcome,
    refuse_task,
    reopen_task,
)
from mdt.followup.queries import FindTasks, TaskView, tasks, today
from mdt.followup.terms import OutcomeStatus, ReasonCode
from mdt.identity.operations import Nothing
from mdt.kernel import runtime
from mdt.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.world.client import Caller
from tests.world.consensus import Discussed, discussed_case, issued, sign
from tests.world.people import People


def listed(people: People, name: str, **ask: object) -> list[TaskView]:
    return tasks(people[name], FindTasks.model_validate(ask)).items


@pytest.fixture
def made(people: People) -> Discussed:
    """A case whose opinion is issued: one task for the team, one for expert2."""
    discussed = discussed_case(people)
    issued(people, discussed)
    return discussed


def outcome(case_id: str, status: OutcomeStatus = OutcomeStatus.IMPROVED) -> RecordOutcome:
    return RecordOutcome(case_id=case_id, text="术后恢复好", status=status, on=today())


def test_issuing_makes_the_tasks(people: People, made: Discussed) -> None:
    assert [(one.text, one.owner) for one in listed(people, "county", mine=True)] == [
        ("两周内胸外科门诊评估手术", "requesting_team")
    ]
    assert [one.text for one in listed(people, "expert2", mine=True)] == ["术中冰冻定切缘"]
    assert len(listed(people, "county")) == 2
    assert listed(people, "outsider") == []


def test_done_and_undone(people: People, made: Discussed) -> None:
    (task,) = listed(people, "county", mine=True)
    finish_task(people["county"], task.id, Done(note="已就诊"))
    (done,) = listed(people, "county", mine=True, state="done")
    assert (done.note, done.done_on, done.allowed) == ("已就诊", today(), ["reopen"])
    with pytest.raises(Conflict):
        finish_task(people["county"], task.id, Done())
    reopen_task(people["county"], task.id, Nothing())
    assert listed(people, "county", mine=True, state="open")[0].done_on is None


def test_not_done_has_a_reason(people: People, made: Discussed) -> None:
    (task,) = listed(people, "county", mine=True)
    with pytest.raises(Invalid):
        refuse_task(people["county"], task.id, NotDone(reason_code=ReasonCode.OTHER))
    refuse_task(people["county"], task.id, NotDone(reason_code=ReasonCode.PATIENT_CHOICE))
    assert listed(people, "county", mine=True)[0].reason_code == "patient_choice"


@pytest.mark.parametrize(("name", "refusal"), [("expert1", Forbidden), ("chair", Forbidden), ("outsider", NotFound)])
def test_only_team_and_owner_answer(people: People, made: Discussed, name: str, refusal: type[Exception]) -> None:
    (task,) = listed(people, "county", mine=True)
    with pytest.raises(refusal):
        finish_task(people[name], task.id, Done())


def test_the_owner_answers(people: People, made: Discussed) -> None:
    (task,) = listed(people, "expert2", mine=True)
    finish_task(people["expert2"], task.id, Done())


def test_tomorrow_is_no_day_of_doing(people: People, made: Discussed) -> None:
    (task,) = listed(people, "county", mine=True)
    with pytest.raises(Invalid):
        finish_task(people["county"], task.id, Done(done_on=today() + timedelta(days=1)))


def test_a_new_edition_supersedes_open_tasks_and_keeps_done_ones(people: People, made: Discussed) -> None:
    (task,) = listed(people, "county", mine=True)
    finish_task(people["county"], task.id, Done())
    first = task_edition(people, made)
    draft = amend_consensus(people["chair"], first, Amend(reason="补充一条"))
    view = consensus_view(people["chair"], draft.id, None)
    body = view.model_dump(include={"diagnosis", "narrative", "answers", "recommendations", "key_images"})
    body["recommendations"].append({"text": "三个月复查", "owner": "requesting_team", "due": None})
    write_draft(people["chair"], draft.id, ConsensusText.model_validate(body))
    propose_consensus(people["chair"], draft.id, Propose())
    view = consensus_view(people["chair"], draft.id, None)
    for name in ("chair", *made.experts):
        sign(people, name, view)
    issue_consensus(people["chair"], draft.id, Nothing())
    found = {(one.text, one.state) for one in listed(people, "county")}
    assert found == {
        ("两周内胸外科门诊评估手术", "done"),
        ("术中冰冻定切缘", "superseded"),
        ("术中冰冻定切缘", "open"),
        ("三个月复查", "open"),
    }


def task_edition(people: People, made: Discussed) -> str:
    from mdt.consensus.queries import editions_of_case

    with runtime.database().reading() as session:
        return editions_of_case(session, people["county"], made.case_id)[0].id


def test_closing_waits_for_every_answer_and_the_outcome(people: People, made: Discussed) -> None:
    county = people["county"]
    with pytest.raises(Conflict) as refusal:
        close_case(county, made.case_id, Close())
    assert [one["kind"] for one in refusal.value.facts["unfinished"]] == ["task", "task", "outcome"]  # type: ignore[attr-defined]
    for task in listed(people, "county"):
        finish_task(county, task.id, Done())
    record_outcome(county, outcome(made.case_id))
    close_case(county, made.case_id, Close())
    (task,) = listed(people, "county", mine=True)
    assert task.allowed == []
    with pytest.raises((Conflict, Forbidden)):
        reopen_task(county, task.id, Nothing())
    assert listed(people, "expert1")[0].state == "done"


@pytest.mark.parametrize(("name", "refusal"), [("expert1", Forbidden), ("coordinator", Forbidden), ("admin", NotFound)])
def test_only_the_team_records_the_outcome(
    people: People, made: Discussed, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record_outcome(people[name], outcome(made.case_id))


def test_an_outcome_is_never_changed(people: People, made: Discussed) -> None:
    record_outcome(people["county"], outcome(made.case_id))
    record_outcome(people["county"], outcome(made.case_id, OutcomeStatus.CURED))
    with pytest.raises(exc.DBAPIError), runtime.database().engine.begin() as connection:
        connection.execute(text("UPDATE outcome SET text = 'x'"))


def test_the_owner_is_reminded_once(people: People) -> None:
    made = discussed_case(people)
    issued(people, made, recommendations=[{"text": "今日复诊", "owner": "requesting_team", "due": str(today())}])
    remind()
    remind()
    with runtime.database().reading() as session:
        kinds = session.execute(text("SELECT count(*) FROM notice WHERE kind = 'task.due'")).scalar()
    assert kinds == 1


def test_over_http(people: People, caller: Caller, made: Discussed) -> None:
    county = caller("county")
    (task,) = county.get("/api/v1/tasks?mine=1").get_json()["items"]
    assert {"id", "case_id", "text", "owner", "due", "state", "reason_code", "note", "version"} <= set(task)
    place = f"/api/v1/tasks/{task['id']}"
    assert county.post(f"{place}/not-done", json={"reason_code": "nonsense"}).status_code == 422
    assert county.post(f"{place}/not-done", json={"reason_code": "cost"}).get_json()["state"] == "not_done"
    refused = county.post(f"{place}/done", json={})
    assert (refused.status_code, refused.get_json()["allowed"]) == (409, ["reopen"])
    assert county.post(f"{place}/reopen").get_json()["state"] == "open"
    assert county.post(f"{place}/done", json={"note": "好"}).get_json()["note"] == "好"
    body = {"text": "好转", "status": "improved", "on": str(today())}
    answer = county.post(f"/api/v1/cases/{made.case_id}/outcome", json=body)
    assert (answer.status_code, answer.get_json()["status"]) == (201, "improved")
    case = county.get(f"/api/v1/cases/{made.case_id}").get_json()
    assert (len(case["tasks"]), case["outcome"]["status"]) == (2, "improved")
    assert case["documents"][0]["edition"] == 1
    assert case["consensus"] == [{"id": case["consensus"][0]["id"], "state": "issued", "edition": 1}]
    for stranger in ("outsider", "county2", "trainee", "qingxi_admin"):
        assert caller(stranger).get(place).status_code == 404
        assert caller(stranger).get("/api/v1/tasks").get_json()["items"] == []
        assert caller(stranger).post(f"/api/v1/cases/{made.case_id}/outcome", json=body).status_code == 404
