"""The contract's case calls, over HTTP."""

import io

import pytest

from tests.world.client import Caller, SignedIn

TEXT = {
    "title": "右上肺混合磨玻璃结节",
    "patient": {"name": "曾演示", "sex": "F", "birth_date": "1977-03-08", "local_id": "ZY-033"},
    "summary": "体检发现，无吸烟史。",
    "diagnosis": "右上肺结节",
    "questions": [{"text": "结节性质如何，随访还是手术？"}],
    "urgency": "urgent",
    "consent": {"given": True, "by": "患者本人", "at": "2026-11-20"},
}
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 200
KEYS = set(
    """id number state version title patient hospital requester summary diagnosis questions urgency consent studies
    materials room_id readiness documents consensus tasks outcome allowed""".split()  # noqa: SIM905 - as the contract has it
)


def make(county: SignedIn, **changes: object) -> dict[str, object]:
    answer = county.post("/api/v1/cases", json=TEXT | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json
    return made


def act(who: SignedIn, case: dict[str, object], action: str, **body: object) -> dict[str, object]:
    answer = who.post(f"/api/v1/cases/{case['id']}/actions/{action}", json=body)
    assert answer.status_code == 200, answer.text
    done: dict[str, object] = answer.json
    return done


def test_a_case_is_made_read_and_patched(caller: Caller) -> None:
    county = caller("county")
    case = make(county)
    assert set(case) >= KEYS
    assert (case["state"], case["version"], case["urgency"]) == ("draft", 1, "urgent")
    assert case["patient"]["age"] in (48, 49)
    assert case["consent"] == {"given": True, "by": "患者本人", "at": "2026-11-20"}
    kept = case["questions"][0]["id"]
    changed = county.patch(
        f"/api/v1/cases/{case['id']}",
        json={
            "questions": [{"id": kept, "text": "性质如何，何时手术？"}, {"text": "要不要增强扫描？"}],
            "diagnosis": None,
        },
    )
    assert changed.status_code == 200
    assert [q["id"] == kept for q in changed.json["questions"]] == [True, False]
    assert changed.json["diagnosis"] == ""
    assert changed.json["summary"] == TEXT["summary"]
    assert changed.headers["ETag"] == f'"{changed.json["version"]}"'


def test_an_empty_draft_is_allowed_and_submitting_names_what_is_missing(caller: Caller) -> None:
    county = caller("county")
    case = county.post("/api/v1/cases", json={}).json
    refused = county.post(f"/api/v1/cases/{case['id']}/actions/submit")
    assert refused.status_code == 422
    assert set(refused.json["fields"]) == {"questions", "summary"}


def test_the_whole_way_to_acceptance(caller: Caller) -> None:
    county, coordinator = caller("county"), caller("coordinator")
    case = make(county)
    assert coordinator.get(f"/api/v1/cases/{case['id']}").status_code == 404
    sent = act(county, case, "submit")
    assert sent["state"] == "submitted"
    assert sent["room_id"]
    assert "img_present" in [i["key"] for i in sent["readiness"]["items"] if not i["ok"]]
    seen = coordinator.get(f"/api/v1/cases/{case['id']}").json
    assert set(seen["allowed"]) >= {"accept", "return", "decline"}
    back = act(coordinator, case, "return", items=[{"key": "img_thin", "text": "请传薄层重建"}])
    assert back["returns"][0]["text"] == "请传薄层重建"
    county.patch(f"/api/v1/cases/{case['id']}", json={"summary": "补充:母亲肺癌史。"})
    again = act(county, case, "resubmit", answers=[{"key": "img_thin", "done": True, "note": "已传"}])
    assert again["returns"][0]["done"] is True
    marked = coordinator.get(f"/api/v1/cases/{case['id']}").json["changed"]
    assert [each["field"] for each in marked] == ["summary"]
    assert act(coordinator, case, "accept")["state"] == "accepted"


def test_a_lost_race_names_what_is_allowed(caller: Caller) -> None:
    county, coordinator = caller("county"), caller("coordinator")
    case = make(county)
    act(county, case, "submit")
    act(coordinator, case, "accept", route="written", specialties=["影像", "胸外"])
    refused = coordinator.post(f"/api/v1/cases/{case['id']}/actions/accept", json={})
    assert (refused.status_code, refused.json["code"]) == (409, "wrong_state")
    assert "decline" in refused.json["allowed"]


def test_a_stale_edit_is_shown_what_stands_there_now(caller: Caller) -> None:
    county = caller("county")
    case = make(county)
    path = f"/api/v1/cases/{case['id']}"
    county.patch(path, json={"summary": "甲写的"}, headers={"If-Match": '"1"'})
    stale = county.patch(path, json={"summary": "乙写的", "title": TEXT["title"]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json["current"] == {"summary": "甲写的"}
    assert stale.json["version"] == 2


@pytest.mark.parametrize("name", ["county2", "outsider", "trainee", "qingxi_admin", "admin", "expert1", "township"])
def test_the_unrelated_are_told_nothing(caller: Caller, name: str) -> None:
    county = caller("county")
    case = make(county)
    act(county, case, "submit")
    other = caller(name)
    hidden = other.get(f"/api/v1/cases/{case['id']}")
    absent = other.get("/api/v1/cases/0190d3a0-0000-7000-8000-000000000000")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.data == absent.data
    assert other.get("/api/v1/cases?q=zeng").json["items"] == []
    for method, path in (("PATCH", ""), ("POST", "/actions/withdraw"), ("GET", "/timeline")):
        body = {"reason": "x"} if method == "POST" else {}
        assert other.open(method, f"/api/v1/cases/{case['id']}{path}", json=body).status_code == 404


def test_visible_but_not_theirs_is_403(caller: Caller) -> None:
    county, coordinator = caller("county"), caller("coordinator")
    case = make(county)
    act(county, case, "submit")
    assert coordinator.patch(f"/api/v1/cases/{case['id']}", json={"title": "x"}).status_code == 403
    assert county.post(f"/api/v1/cases/{case['id']}/actions/accept", json={}).status_code == 403


@pytest.mark.parametrize("asked", ["曾演", "演示", "zengyan", "zys", "CENGYS", "ZY-033", "0001", "混合磨玻璃"])
def test_cases_are_found_by_any_part_of_name_pinyin_number_or_title(caller: Caller, asked: str) -> None:
    county = caller("county")
    case = make(county)
    make(county, title="肝S6结节", patient={"name": "李四", "local_id": "B-9"})
    found = county.get("/api/v1/cases", query_string={"q": asked}).json["items"]
    assert [row["id"] for row in found] == [case["id"]]


def test_lists_page_by_cursor_and_agree_with_single_objects(caller: Caller) -> None:
    county = caller("county")
    made = [make(county, title=f"第{n}例")["id"] for n in range(5)]
    for sort in ("newest", "oldest", "number"):
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            page = county.get(f"/api/v1/cases?limit=2&sort={sort}&cursor={cursor}").json
            seen += [row["id"] for row in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == sorted(made)
    row = county.get("/api/v1/cases?limit=1").json["items"][0]
    single = county.get(f"/api/v1/cases/{row['id']}").json
    for key in ("number", "state", "version", "title", "urgency", "allowed", "hospital"):
        assert row[key] == single[key]
    assert row["readiness"]["score"] == single["readiness"]["score"]


def test_materials_are_taken_by_what_they_are(caller: Caller) -> None:
    county = caller("county")
    case = make(county)
    path = f"/api/v1/cases/{case['id']}/materials"
    taken = county.post(path, data={"kind": "consent", "file": (io.BytesIO(JPEG), "同意书.jpg")})
    assert taken.status_code == 201, taken.text
    assert (taken.json["media_type"], taken.json["name"]) == ("image/jpeg", "同意书.jpg")
    got = county.get(taken.json["url"])
    assert got.data == JPEG
    assert got.headers["Content-Security-Policy"].startswith("sandbox")
    heic = b"\x00\x00\x00\x18ftypheic" + b"0" * 40
    refused = county.post(path, data={"kind": "photo", "file": (io.BytesIO(heic), "a.jpg")})
    assert (refused.status_code, refused.json["code"]) == (415, "material.heic")
    assert county.post(path, data={"kind": "nonsense", "file": (io.BytesIO(JPEG), "a")}).status_code == 422
    assert county.post(path, data={"kind": "photo"}).status_code == 422
    assert caller("outsider").get(taken.json["url"]).status_code == 404
    assert county.delete(taken.json["url"]).status_code == 204
    assert county.get(taken.json["url"]).status_code == 404


def test_timeline_and_audit(caller: Caller) -> None:
    county, administrator = caller("county"), caller("qingxi_admin")
    case = make(county)
    act(county, case, "submit")
    rows = county.get(f"/api/v1/cases/{case['id']}/timeline").json["items"]
    assert [row["action"] for row in rows] == ["case_submitted", "case_drafted"]
    assert rows[0]["person"]["name"] == "陈立"
    caller("coordinator").get(f"/api/v1/cases/{case['id']}")
    audit = administrator.get("/api/v1/audit", query_string={"object": case["id"]})
    assert audit.status_code == 200
    assert {"case.read", "case.submitted", "case.drafted"} <= {row["action"] for row in audit.json["items"]}
    assert "徐婷" in {row["person"]["name"] for row in audit.json["items"]}
    assert caller("outsider").get("/api/v1/audit", query_string={"object": case["id"]}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"title": 7},
        {"unknown": 1},
        {"title": "a\x00b"},
        {"patient": {"sex": "X"}},
        {"patient": {"age": -1}},
        {"questions": "no"},
        {"consent": {"at": "gestern"}},
        {"urgency": "now"},
        [],
        "text",
        None,
    ],
)
def test_bad_bodies_are_refused_by_shape(caller: Caller, body: object) -> None:
    refused = caller("county").post("/api/v1/cases", json=body)
    assert refused.status_code == 422
    assert refused.json["code"] == "shape"


def test_malformed_json_and_odd_addresses(caller: Caller) -> None:
    county = caller("county")
    case = make(county)
    path = f"/api/v1/cases/{case['id']}/actions/submit"
    assert county.post(path, data="{", content_type="application/json").status_code == 422
    assert county.post(f"/api/v1/cases/{case['id']}/actions/fly", json={}).status_code == 404
    for odd in ("%00", "x" * 200, "..%2f..", "😀"):
        assert county.get(f"/api/v1/cases/{odd}").status_code in (404, 422)
    assert county.get("/api/v1/cases?cursor=zzz").status_code == 422
    assert county.get("/api/v1/cases?state=flying").status_code == 422
    assert county.get("/api/v1/cases?limit=0").status_code == 422
    assert county.post(path, headers={"Idempotency-Key": "k1"}).status_code == 200
    assert county.post(path, headers={"Idempotency-Key": "k1"}).status_code == 200
