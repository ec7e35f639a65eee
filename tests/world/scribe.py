"""A person who works through the API of a running server, with waits for what the worker does."""

import base64
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import requests

from tests.world.socket import Browser

WAIT_S = 60.0


class Scribe(Browser):
    """A signed-in person: `ok` demands success and gives the JSON, `refused` demands a status and gives the problem."""

    def ok(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        answer = (
            self.call(method, path, json=body, **options) if body is not None else self.call(method, path, **options)
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        is_json = answer.headers.get("Content-Type", "").endswith("json")
        return answer.json() if is_json else answer.content

    def refused(self, status: int, method: str, path: str, body: object = None) -> Any:
        answer = self.call(method, path, json=body) if body is not None else self.call(method, path)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        return answer.json()

    def send(self, batch: str, name: str, content: bytes, case_id: str) -> requests.Response:
        """One file by tus, creation with upload."""
        facts = {"filename": name.rsplit("/", 1)[-1], "relativePath": name, "batchId": batch, "caseId": case_id}
        metadata = ",".join(f"{key} {base64.b64encode(each.encode()).decode()}" for key, each in facts.items())
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata,
            "Content-Type": "application/offset+octet-stream",
        }
        return self.session.post(f"{self.url}/uploads/", data=content, headers=headers, timeout=30)

    def drop(self, case_id: str, files: Iterable[tuple[str, bytes]]) -> Any:
        """Drop a folder on a case and wait until the batch is done."""
        batch = str(uuid.uuid4())
        for name, content in files:
            assert self.send(batch, name, content, case_id).status_code == 201
        self.ok("POST", f"/batches/{batch}/close")
        return wait_for(lambda: self._done(batch))

    def _done(self, batch: str) -> Any:
        found = self.ok("GET", f"/batches/{batch}")
        return found if found["state"] == "done" else None


def wait_for(look: Callable[[], Any], within_s: float = WAIT_S) -> Any:
    """Look again until there is something."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
