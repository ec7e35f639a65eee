"""A program that uploads over a real line: tus by hand, so that a test decides what is sent and when it breaks."""

import base64
import time
from typing import Any

import requests

from tests.world.people import PASSWORD

OFFSET_STREAM = "application/offset+octet-stream"


class Sender:
    """A signed-in person's HTTP session with the CSRF token."""

    def __init__(self, url: str, username: str = "county") -> None:
        self.url = url
        self.http = requests.Session()
        answer = self.http.post(f"{url}/api/v1/session", json={"username": username, "password": PASSWORD})
        assert answer.ok, answer.text
        self.http.headers["X-CSRF-Token"] = self.http.cookies["mdt_csrf"]
        self.http.headers["Tus-Resumable"] = "1.0.0"

    def create(
        self, batch: str, name: str, length: int, case_id: str = "", content: bytes = b"", **headers: str
    ) -> requests.Response:
        """Announce a file, with its first bytes if there are any."""
        facts = {"relativePath": name, "batchId": batch, "caseId": case_id}
        metadata = ",".join(f"{key} {base64.b64encode(each.encode()).decode()}" for key, each in facts.items() if each)
        sent = {"Upload-Length": str(length), "Upload-Metadata": metadata, **headers}
        if content:
            sent["Content-Type"] = OFFSET_STREAM
        return self.http.post(f"{self.url}/uploads/", data=content, headers=sent, timeout=30)

    def patch(self, place: str, offset: int, content: Any, **headers: str) -> requests.Response:
        sent = {"Upload-Offset": str(offset), "Content-Type": OFFSET_STREAM, **headers}
        return self.http.patch(self.url + place, data=content, headers=sent, timeout=60)

    def offset(self, place: str) -> int:
        """What HEAD tells."""
        answer = self.http.head(self.url + place, timeout=10)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return int(answer.headers["Upload-Offset"])

    def close(self, batch: str) -> None:
        assert self.http.post(f"{self.url}/api/v1/batches/{batch}/close", timeout=20).ok

    def batch(self, batch: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.url}/api/v1/batches/{batch}", timeout=20)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def until_done(self, batch: str, within_s: float = 120) -> dict[str, Any]:
        """The batch when everything is indexed and prepared."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            found = self.batch(batch)
            if found["state"] == "done":
                return found
            time.sleep(0.3)
        raise AssertionError(f"the batch is not done: {found['state']} {found['counts']}")
