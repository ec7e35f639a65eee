"""Sending images as a browser would: one tus upload per file, the worker's jobs run in this process."""

import base64
import uuid
from collections.abc import Iterable
from typing import Any

from mdt.kernel.work import run_until_idle
from tests.world.client import SignedIn


def send_file(who: SignedIn, batch: str, name: str, content: bytes, case_id: str = "") -> int:
    """Creation with upload; the HTTP status."""
    facts = {"filename": name.rsplit("/", 1)[-1], "relativePath": name, "batchId": batch, "caseId": case_id}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items() if value)
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": metadata,
        "Content-Type": "application/offset+octet-stream",
    }
    return who.post("/uploads/", data=content, headers=headers).status_code


def drop(who: SignedIn, files: Iterable[tuple[str, bytes]], case_id: str = "", batch: str = "") -> dict[str, Any]:
    """Send files, close the batch, run the jobs; the batch as the API tells it."""
    batch = batch or str(uuid.uuid4())
    for name, content in files:
        assert send_file(who, batch, name, content, case_id) == 201
    who.post(f"/api/v1/batches/{batch}/close")
    run_until_idle()
    answer = who.get(f"/api/v1/batches/{batch}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found
