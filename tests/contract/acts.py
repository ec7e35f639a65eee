"""What the people of the contract's tests do, in the contract's words."""

import uuid
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import requests

from tests.world.ct import chest_ct
from tests.world.scribe import Scribe

PASSWORD = "huizhen-demo"
UNKNOWN = "00000000-0000-7000-8000-000000000000"

FULL = {
    "title": "右上肺混合磨玻璃结节",
    "patient": {"name": "演示甲", "sex": "F", "birth_date": "1977-03-08", "local_id": "QX0001"},
    "summary": "体检发现右上肺结节，无吸烟，母亲肺癌史。查体未见异常。",
    "diagnosis": "右上肺混合磨玻璃结节",
    "questions": [{"text": "结节性质如何，随访还是手术？"}],
    "urgency": "routine",
    "consent": {"given": True, "by": "本人", "at": "2026-11-20"},
}
OVERRIDE = {"reason": "影像随后补传"}


def soon(minutes: int = 5) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Discussed:
    """A case in its meeting: the item runs, expert1 and expert2 have accepted, expert3 has not answered."""

    def __init__(self, case: Any, meeting: Any, item: Any, invitations: dict[str, str]) -> None:
        self.case_id: str = case["id"]
        self.room: str = case["room_id"]
        self.meeting: str = meeting["id"]
        self.meeting_room: str = meeting["room_id"]
        self.item: str = item["id"]
        self.questions: list[str] = [each["id"] for each in case["questions"]]
        self.invitations = invitations


class House:
    """The running product: `home["county"]` is signed in once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._people: dict[str, Scribe] = {}

    def __getitem__(self, name: str) -> Scribe:
        if name not in self._people:
            self._people[name] = Scribe(self.url, name)
        return self._people[name]

    def fresh(self, name: str) -> Scribe:
        """The same person in another browser."""
        return Scribe(self.url, name)

    def stranger(self) -> requests.Session:
        return requests.Session()

    def id_of(self, name: str) -> str:
        found: str = self[name].person["id"]
        return found

    def draft(self, by: str = "county", **change: Any) -> Any:
        return self[by].ok("POST", "/cases", FULL | change)

    def submitted(self, by: str = "county", **change: Any) -> Any:
        return self[by].ok("POST", f"/cases/{self.draft(by, **change)['id']}/actions/submit", {})

    def accepted(self, by: str = "county", route: str = "meeting", **change: Any) -> Any:
        case = self.submitted(by, **change)
        return self["coordinator"].ok("POST", f"/cases/{case['id']}/actions/accept", {"route": route})

    def meeting(self, **change: Any) -> Any:
        body = {"title": "多学科会诊", "kind": "mdt", "starts_at": soon(), "duration_min": 60} | change
        body.setdefault("chair", self.id_of("chair"))
        return self["coordinator"].ok("POST", "/meetings", body)

    def on_agenda(self, case: Any, meeting: Any, **change: Any) -> Any:
        body = {"case_id": case["id"], "minutes": 10, "override": OVERRIDE} | change
        return self["coordinator"].ok("POST", f"/meetings/{meeting['id']}/agenda", body)

    def invited(self, meeting: Any, *names: str) -> dict[str, str]:
        """Account name → invitation."""
        ids = {self.id_of(name): name for name in names}
        body = {"person_ids": list(ids)}
        items = self["coordinator"].ok("POST", f"/meetings/{meeting['id']}/invitations", body)["items"]
        return {ids[each["person"]["id"]]: each["id"] for each in items if each["person"]["id"] in ids}

    def discussed(self, **meeting: Any) -> Discussed:
        case = self.accepted()
        planned = self.meeting(**meeting)
        item = self.on_agenda(case, planned)
        invitations = self.invited(planned, "chair", "expert1", "expert2", "expert3")
        for name in ("expert1", "expert2"):
            self[name].ok("POST", f"/invitations/{invitations[name]}/reply", {"answer": "accept"})
        self["chair"].ok("POST", f"/meetings/{planned['id']}/start")
        self["chair"].ok("POST", f"/meetings/{planned['id']}/agenda/{item['id']}/start")
        return Discussed(case, planned, item, invitations)

    def text(self, made: Discussed, **change: Any) -> dict[str, Any]:
        """A whole opinion."""
        recommendation = {"text": "2 周内胸外科门诊", "owner": "requesting_team", "due": "2026-12-20"}
        return {
            "diagnosis": "微浸润腺癌可能",
            "answers": [{"question_id": key, "text": "恶性可能大"} for key in made.questions],
            "recommendations": [recommendation | {"urgency": "routine"}],
            "narrative": "结节增大并出现实性成分。",
            "key_images": [],
        } | change

    def proposed(self, made: Discussed, **body: Any) -> Any:
        draft = self["chair"].ok("POST", f"/cases/{made.case_id}/consensus")
        self["chair"].ok("PUT", f"/consensus/{draft['id']}", self.text(made))
        return self["chair"].ok("POST", f"/consensus/{draft['id']}/propose", body)

    def sign(self, who: str, consensus: Any, stance: str = "agree", **body: Any) -> Any:
        change = {"fingerprint": consensus["fingerprint"], "stance": stance} | body
        return self[who].ok("POST", f"/consensus/{consensus['id']}/sign", change)

    def issued(self, made: Discussed) -> Any:
        consensus = self.proposed(made)
        for who in ("expert1", "expert2", "chair"):
            self.sign(who, consensus)
        return self["chair"].ok("POST", f"/consensus/{consensus['id']}/issue")

    @cached_property
    def concluded(self) -> Discussed:
        """A case whose opinion was issued, shared by tests that only read it or answer its tasks."""
        made = self.discussed()
        self.issued(made)
        return made

    @cached_property
    def imaged(self) -> tuple[Any, Any]:
        """(case as submitted, batch): three slices of a chest CT on a case of county's."""
        case = self.draft()
        batch = self["county"].drop(case["id"], chest_ct(3))
        return self["county"].ok("POST", f"/cases/{case['id']}/actions/submit", {}), batch

    def raw(self, who: str, method: str, path: str, **options: Any) -> requests.Response:
        """A request outside the API's root."""
        return self[who].session.request(method, f"{self.url}{path}", timeout=30, **options)


def new_key() -> str:
    return str(uuid.uuid4())
