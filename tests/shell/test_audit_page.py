"""A hospital's administrator sees who read and changed the own hospital's cases, and nothing of their content."""

from tests.world.cases import submitted
from tests.world.client import Caller
from tests.world.people import People


def test_the_administrator_sees_deeds_and_no_content(people: People, caller: Caller) -> None:
    case = submitted(people)
    caller("county").get(f"/api/v1/cases/{case.id}")
    page = caller("qingxi_admin").get("/admin/audit")
    assert page.status_code == 200
    assert "陈立" in page.text
    assert "提交 · 病例" in page.text
    assert "查看 · 病例" in page.text
    assert "曾演示" not in page.text
    assert "右上肺" not in page.text
    one = caller("qingxi_admin").get(f"/admin/audit?object={case.id}")
    assert "提交 · 病例" in one.text
    assert "没有访问记录" in caller("qingxi_admin").get("/admin/audit?object=none").text


def test_other_hospitals_rows_and_other_people_are_kept_out(people: People, caller: Caller) -> None:
    case = submitted(people)
    rows = caller("qingxi_admin").get("/api/v1/audit").json["items"]
    assert {row["object"] for row in rows} >= {f"case:{case.id}"}
    assert caller("outsider").get("/api/v1/audit").json["items"] == []
    assert caller("county").get("/admin/audit").status_code == 403
    assert caller("admin").get("/admin/audit").status_code == 403
