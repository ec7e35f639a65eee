"""The to-do list and the outcome form, as a browser without script uses them."""

from mdt.followup.queries import FindTasks, tasks
from tests.world.client import Caller
from tests.world.consensus import discussed_case, issued
from tests.world.people import People


def test_the_to_do_list(people: People, caller: Caller) -> None:
    county = caller("county")
    assert "没有待执行的建议" in county.get("/tasks").text
    issued(people, discussed_case(people))
    page = county.get("/tasks").text
    assert "两周内胸外科门诊评估手术" in page
    (task,) = tasks(people["county"], FindTasks(mine=True)).items
    csrf = {"csrf": county.csrf, "csrf_token": county.csrf}
    refused = county.post(f"/tasks/{task.id}/not-done", data={**csrf, "note": "写了的话"})
    assert refused.status_code == 422
    assert "写了的话" in refused.text
    assert county.post(f"/tasks/{task.id}/done", data=csrf).status_code == 303
    assert "两周内" in county.get("/tasks?show=done").text
    assert county.post(f"/tasks/{task.id}/reopen", data=csrf).status_code == 303
    for show in ("over", "week", "all", "nonsense"):
        assert county.get(f"/tasks?show={show}").status_code == 200


def test_the_outcome_form(people: People, caller: Caller) -> None:
    made = discussed_case(people)
    issued(people, made)
    county = caller("county")
    page = f"/cases/{made.case_id}/outcome"
    csrf = {"csrf": county.csrf, "csrf_token": county.csrf}
    refused = county.post(page, data={**csrf, "text": "写了的话", "status": "", "on": "2026-01-01"})
    assert refused.status_code == 422
    assert "写了的话" in refused.text
    done = county.post(page, data={**csrf, "text": "好转", "status": "improved", "on": "2026-01-01"})
    assert done.status_code == 303
    assert "好转" in county.get(page).text
    assert caller("outsider").get(page).status_code == 404
