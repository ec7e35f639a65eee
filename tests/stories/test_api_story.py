"""The main job through API and socket alone: post → agenda → live room → signed consensus → follow-up."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mdt.kernel import clock, runtime
from mdt.kernel.settings import Settings
from tests.world.ct import chest_ct
from tests.world.scribe import Scribe, wait_for
from tests.world.server import ServerProcess
from tests.world.socket import RoomSocket

CASE = {
    "title": "右上肺混合磨玻璃结节",
    "patient": {"name": "演示甲", "sex": "F", "birth_date": "1977-03-08", "local_id": "QX0001"},
    "summary": "体检发现右上肺结节，无吸烟，母亲肺癌史。查体未见异常。",
    "diagnosis": "右上肺混合磨玻璃结节",
    "questions": [{"text": "结节性质如何，随访还是手术？"}],
    "urgency": "routine",
}


@pytest.fixture
def server(settings: Settings) -> Iterator[ServerProcess]:
    """The whole product in one command: web and worker."""
    runtime.database().close()
    with ServerProcess(settings, module="app") as running:
        yield running


def test_a_case_travels_from_question_to_outcome(server: ServerProcess) -> None:
    county, coordinator = Scribe(server.url, "county"), Scribe(server.url, "coordinator")
    chair = Scribe(server.url, "chair")
    experts = [Scribe(server.url, f"expert{number}") for number in (1, 2, 3)]
    outsider = Scribe(server.url, "outsider")

    case = post_case(county)
    case_id = case["id"]
    returned_once(coordinator, county, case_id)
    meeting = on_an_agenda(coordinator, chair, experts, case_id)
    case = county.ok("GET", f"/cases/{case_id}")
    assert case["state"] == "scheduled"
    outsider_gets_404(outsider, case, meeting)

    item = meeting["agenda"][0]
    coordinator.ok("POST", f"/meetings/{meeting['id']}/start")
    chair.ok("POST", f"/meetings/{meeting['id']}/agenda/{item['id']}/start")
    discuss(chair, county, experts, case)
    consensus = decide(chair, experts, case, case_id)
    document = printed(county, server, case_id)
    amended(chair, experts, consensus, server, document)
    followed_up(county, experts[0], case_id)
    audited(county, outsider, case_id, server)


def post_case(county: Scribe) -> Any:
    """Images first, text afterwards; the readiness list names what is missing."""
    draft = county.ok("POST", "/cases", {"title": CASE["title"]})
    assert draft["state"] == "draft"
    batch = county.drop(draft["id"], chest_ct(12))
    assert batch["counts"]["refused"] == 0
    missing = {item["key"] for item in draft["readiness"]["items"] if item["level"] == "must" and not item["ok"]}
    assert {"question", "summary", "consent"} <= missing
    consent = {"given": True, "by": "本人", "at": clock.now().date().isoformat()}
    patient = batch["studies"][0]
    body = CASE | {"consent": consent}
    if patient["patient_name"] and patient["patient_name"] != "演示甲":
        body = body | {"patient": {"name": patient["patient_name"], "sex": "F", "age": 49, "local_id": "QX0001"}}
    case = county.ok("PATCH", f"/cases/{draft['id']}", body)
    assert case["studies"][0]["instances"] == 12
    case = county.ok("POST", f"/cases/{draft['id']}/actions/submit", {})
    assert case["state"] == "submitted"
    assert case["number"]
    return case


def returned_once(coordinator: Scribe, county: Scribe, case_id: str) -> None:
    item = {"key": "summary", "text": "请补充既往史"}
    assert coordinator.ok("POST", f"/cases/{case_id}/actions/return", {"items": [item]})["state"] == "returned"
    county.ok("PATCH", f"/cases/{case_id}", {"summary": CASE["summary"] + "既往体健。"})
    answers = {"answers": [{"key": "summary", "done": True, "note": "已补"}]}
    assert county.ok("POST", f"/cases/{case_id}/actions/resubmit", answers)["state"] == "submitted"
    accepted = coordinator.ok("POST", f"/cases/{case_id}/actions/accept", {"route": "meeting"})
    assert accepted["state"] == "accepted"
    refusal = coordinator.refused(409, "POST", f"/cases/{case_id}/actions/accept", {})
    assert "decline" in refusal["allowed"]


def on_an_agenda(coordinator: Scribe, chair: Scribe, experts: list[Scribe], case_id: str) -> Any:
    meeting = coordinator.ok(
        "POST",
        "/meetings",
        {
            "title": "胸部多学科会诊",
            "kind": "mdt",
            "starts_at": clock.rfc3339(clock.now() + timedelta(minutes=5)),
            "duration_min": 60,
            "chair": chair.person["id"],
            "call_link": "https://meeting.tencent.com/dm/abc123",
        },
    )
    path = f"/meetings/{meeting['id']}"
    coordinator.ok("POST", f"{path}/agenda", {"case_id": case_id, "minutes": 10})
    ids = [chair.person["id"], *(expert.person["id"] for expert in experts)]
    invitations = coordinator.ok("POST", f"{path}/invitations", {"person_ids": ids})["items"]
    again = coordinator.ok("POST", f"{path}/invitations", {"person_ids": ids})["items"]
    assert [each["id"] for each in again] == [each["id"] for each in invitations]
    glimpse = experts[0].ok("GET", f"/cases/{case_id}")
    assert not glimpse.get("summary")
    assert not (glimpse.get("patient") or {}).get("name")
    by_person = {each["person"]["id"]: each["id"] for each in invitations}
    for who in (chair, experts[0], experts[1]):
        who.ok("POST", f"/invitations/{by_person[who.person['id']]}/reply", {"answer": "accept"})
    declined = {"answer": "decline", "code": "busy"}
    experts[2].ok("POST", f"/invitations/{by_person[experts[2].person['id']]}/reply", declined)
    experts[2].refused(404, "GET", f"/cases/{case_id}")
    calendar = coordinator.ok("GET", f"{path}.ics")
    assert b"BEGIN:VEVENT" in calendar
    assert "演示甲".encode() not in calendar
    return coordinator.ok("GET", path)


def outsider_gets_404(outsider: Scribe, case: Any, meeting: Any) -> None:
    study = case["studies"][0]["study_uid"]
    unknown = outsider.refused(404, "GET", "/cases/00000000-0000-7000-8000-000000000000")
    for path in (f"/cases/{case['id']}", f"/cases/{case['id']}/timeline", f"/rooms/{case['room_id']}"):
        assert outsider.refused(404, "GET", path)["detail"] == unknown["detail"]
    outsider.refused(404, "GET", f"/meetings/{meeting['id']}")
    answer = outsider.session.get(f"{outsider.url}/dicomweb/studies/{study}/metadata", timeout=10)
    assert answer.status_code == 404
    assert outsider.session.get(f"{outsider.url}/dicomweb/studies", timeout=10).json() == []
    socket = outsider.socket(case["room_id"], join=False)
    refusal = socket.call("join", {"room": case["room_id"], "after": 0})
    assert refusal["ok"] is False
    socket.close()


def post(socket: RoomSocket, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = socket.call("post", {"room": socket.room_id, "client_id": str(uuid.uuid4()), "type": kind, "body": body})
    assert answer["ok"], answer
    return answer


def discuss(chair: Scribe, county: Scribe, experts: list[Scribe], case: Any) -> None:
    room = case["room_id"]
    with chair.socket(room) as leader, county.socket(room) as follower, experts[0].socket(room) as reader:
        study = case["studies"][0]
        series = study["series_list"][0] if "series_list" in study else study
        table = chair.ok("GET", f"/series/{series['id']}/prepared")
        frame = table["frames"][6]
        place = {
            "study_uid": study["study_uid"],
            "series_uid": table["series_uid"],
            "instance_uid": frame["instance_uid"],
            "frame": 1,
            "window": [-600, 1500],
        }
        post(leader, "view", place | {"zoom": 1.5, "pan": [0, 0], "viewport": 0})
        refusal = follower.call("post", {"room": room, "client_id": str(uuid.uuid4()), "type": "view", "body": place})
        assert refusal["ok"] is False
        key_image = place | {"annotations": [], "caption": "右上叶尖段结节"}
        said = post(reader, "message", {"text": "实性成分约 5 mm", "key_image": key_image})
        wait_for(lambda: [entry for entry in follower.entries if entry["seq"] == said["seq"]])
        poll = post(leader, "poll", {"question": "首选方案", "options": ["手术", "随访"]})
        post(reader, "vote", {"ref": poll["id"], "option": 0})
        assert [entry["seq"] for entry in follower.entries] == list(range(1, follower.entries[-1]["seq"] + 1))


def decide(chair: Scribe, experts: list[Scribe], case: Any, case_id: str) -> Any:
    draft = chair.ok("POST", f"/cases/{case_id}/consensus")
    text = {
        "diagnosis": "右上肺混合磨玻璃结节，微浸润腺癌可能",
        "answers": [{"question_id": case["questions"][0]["id"], "text": "恶性可能大，手术指征成立"}],
        "recommendations": [
            {"text": "2 周内胸外科门诊", "owner": "requesting_team", "due": "2026-12-20", "urgency": "routine"},
            {"text": "完善肺功能", "owner": "requesting_team", "due": "2026-12-10", "urgency": "routine"},
        ],
        "narrative": "结节 12 个月增大并出现实性成分。",
        "key_images": [],
    }
    chair.ok("PUT", f"/consensus/{draft['id']}", text)
    proposed = chair.ok("POST", f"/consensus/{draft['id']}/propose", {})
    assert proposed["state"] == "proposed"
    old = proposed["fingerprint"]
    chair.ok("PUT", f"/consensus/{draft['id']}", text | {"narrative": text["narrative"] + "已充分告知。"})
    proposed = chair.ok("POST", f"/consensus/{draft['id']}/propose", {})
    path = f"/consensus/{draft['id']}"
    changed = experts[0].refused(409, "POST", f"{path}/sign", {"fingerprint": old, "stance": "agree"})
    assert changed["code"] == "text_changed"
    now = {"fingerprint": proposed["fingerprint"]}
    experts[0].refused(422, "POST", f"{path}/sign", now | {"stance": "dissent"})
    experts[0].ok("POST", f"{path}/sign", now | {"stance": "agree"})
    experts[0].ok("POST", f"{path}/unsign", {})
    chair.refused(409, "POST", f"{path}/issue", {})
    experts[0].ok("POST", f"{path}/sign", now | {"stance": "agree"})
    experts[1].ok("POST", f"{path}/sign", now | {"stance": "dissent", "text": "建议先 3 个月复查"})
    chair.ok("POST", f"{path}/sign", now | {"stance": "agree"})
    issued = chair.ok("POST", f"{path}/issue", {})
    assert issued["state"] == "issued"
    chair.refused(409, "PUT", path, text)
    return issued


def printed(county: Scribe, server: ServerProcess, case_id: str) -> Any:
    case = county.ok("GET", f"/cases/{case_id}")
    assert case["state"] == "follow_up"
    document = case["documents"][0]
    pdf = county.session.get(f"{server.url}/documents/{document['id']}.pdf", timeout=30)
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    verified = verify(county, server, document["verify_code"])
    assert verified["state"] == "genuine"
    assert "演示甲" not in str(verified)
    assert verify(county, server, "0000-0000-0000-0000")["state"] == "unknown"
    archive = county.ok("GET", f"/cases/{case_id}/images.zip")
    assert archive.startswith(b"PK")
    return document


def verify(who: Scribe, server: ServerProcess, code: str) -> Any:
    answer = who.session.get(f"{server.url}/verify/{code}", headers={"Accept": "application/json"}, timeout=10)
    return answer.json()


def amended(chair: Scribe, experts: list[Scribe], consensus: Any, server: ServerProcess, document: Any) -> None:
    draft = chair.ok("POST", f"/consensus/{consensus['id']}/amend", {"reason": "补充病理"})
    assert draft["edition"] == consensus["edition"] + 1
    path = f"/consensus/{draft['id']}"
    proposed = chair.ok("POST", f"{path}/propose", {})
    for who in (chair, experts[0], experts[1]):
        who.ok("POST", f"{path}/sign", {"fingerprint": proposed["fingerprint"], "stance": "agree"})
    chair.ok("POST", f"{path}/issue", {})
    assert verify(chair, server, document["verify_code"])["state"] == "superseded"


def followed_up(county: Scribe, expert: Scribe, case_id: str) -> None:
    tasks = [task for task in county.ok("GET", "/tasks?mine=1")["items"] if task["state"] == "open"]
    assert len(tasks) == 2
    assert county.ok("POST", f"/tasks/{tasks[0]['id']}/done", {"note": "已就诊"})["state"] == "done"
    county.refused(422, "POST", f"/tasks/{tasks[1]['id']}/not-done", {"reason_code": "nonsense"})
    county.ok("POST", f"/tasks/{tasks[1]['id']}/not-done", {"reason_code": "no_resource"})
    outcome = {"text": "胸腔镜段切除", "pathology": "微浸润腺癌", "status": "improved", "on": "2026-11-25"}
    county.ok("POST", f"/cases/{case_id}/outcome", outcome)
    assert expert.ok("GET", f"/cases/{case_id}")["outcome"]["status"] == "improved"
    assert county.ok("POST", f"/cases/{case_id}/actions/close", {"reason": "治疗完成"})["state"] == "closed"


def audited(county: Scribe, outsider: Scribe, case_id: str, server: ServerProcess) -> None:
    rows = county.ok("GET", f"/audit?object={case_id}&limit=200")["items"]
    assert {"case.read", "case.submitted"} <= {row["action"] for row in rows}
    admin = Scribe(server.url, "qingxi_admin")
    assert admin.ok("GET", f"/audit?object={case_id}&limit=200")["items"]
    admin.refused(404, "GET", f"/cases/{case_id}")
    outsider.refused(404, "GET", f"/audit?object={case_id}")
