"""The upload protocol on a real server: offsets, checksums, lengths, strangers, restarts, large files."""

import base64
import hashlib
import os
import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.world.house import Template, house
from tests.world.sender import Sender
from tests.world.server import ServerProcess

LARGE_BYTES = 300 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[ServerProcess]:
    place = tmp_path_factory.mktemp("tus") / "data"
    with house(place, template) as settings, ServerProcess(settings, "mdt.shell.serve") as running:
        yield running


@pytest.fixture
def sender(server: ServerProcess) -> Sender:
    return Sender(server.url)


def begun(sender: Sender, length: int = 10, content: bytes = b"") -> str:
    answer = sender.create(str(uuid.uuid4()), "a.dcm", length, content=content)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def test_what_is_offered(server: ServerProcess) -> None:
    answer = requests.options(f"{server.url}/uploads/", timeout=10)
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
    }


def test_an_offset_that_is_not_ours_is_refused(sender: Sender) -> None:
    place = begun(sender, 10, b"12345")
    answer = sender.patch(place, 3, b"45678")
    assert (answer.status_code, answer.json()["offset"]) == (409, 5)
    assert sender.offset(place) == 5
    assert sender.patch(place, 5, b"6789012345").status_code == 413
    assert sender.patch(place, 5, b"67890").headers["Upload-Offset"] == "10"
    assert sender.patch(place, 10, b"").status_code == 204
    assert sender.offset(place) == 10


def test_a_checksum_guards_a_part(sender: Sender) -> None:
    place = begun(sender)
    right = base64.b64encode(hashlib.sha1(b"12345", usedforsecurity=False).digest()).decode()
    assert sender.patch(place, 0, b"12x45", **{"Upload-Checksum": f"sha1 {right}"}).status_code == 460
    assert sender.offset(place) == 0
    assert sender.patch(place, 0, b"12345", **{"Upload-Checksum": "md5 AAAA"}).status_code == 400
    assert sender.patch(place, 0, b"12345", **{"Upload-Checksum": f"sha1 {right}"}).status_code == 204
    assert sender.offset(place) == 5


def test_an_empty_file_is_there_at_once(sender: Sender) -> None:
    batch = str(uuid.uuid4())
    place = sender.create(batch, "空.dcm", 0).headers["Location"]
    assert sender.offset(place) == 0
    sender.close(batch)
    done = sender.until_done(batch)
    assert [(each["name"], each["state"], each["code"]) for each in done["files"]] == [
        ("空.dcm", "refused", "empty_file")
    ]


def test_a_stranger_finds_nothing(sender: Sender, server: ServerProcess) -> None:
    place = begun(sender, 10, b"12345")
    stranger = Sender(server.url, "county2")
    assert stranger.http.head(server.url + place, timeout=10).status_code == 404
    assert stranger.patch(place, 5, b"67890").status_code == 404
    assert stranger.http.delete(server.url + place, timeout=10).status_code == 404
    assert sender.create(str(uuid.uuid4()), "a", 1, case_id=str(uuid.uuid4())).status_code == 404
    assert sender.offset(place) == 5


def test_termination(sender: Sender, server: ServerProcess) -> None:
    place = begun(sender, 10, b"12345")
    assert sender.http.delete(server.url + place, timeout=10).status_code == 204
    assert sender.http.head(server.url + place, timeout=10).status_code == 404
    finished = begun(sender, 5, b"12345")
    assert sender.http.delete(server.url + finished, timeout=10).status_code == 409


def test_what_is_no_upload_is_refused(sender: Sender, server: ServerProcess) -> None:
    batch = str(uuid.uuid4())
    assert sender.create(batch, "a", 5, content=b"12345", **{"Content-Encoding": "gzip"}).status_code == 415
    assert sender.create(batch, "a", 5 << 30).status_code == 413
    assert sender.create("no-uuid", "a", 5).status_code == 422
    assert sender.create(batch, "", 5).status_code == 422
    place = begun(sender)
    bare = sender.http.patch(server.url + place, data=b"1", headers={"Upload-Offset": "0"}, timeout=10)
    assert bare.status_code == 415
    old = sender.http.head(server.url + place, headers={"Tus-Resumable": "0.2.2"}, timeout=10)
    assert old.status_code == 412


def test_a_restart_keeps_what_was_told(sender: Sender, server: ServerProcess) -> None:
    place = begun(sender, 10, b"12345")
    server.restart()
    assert sender.offset(place) == 5
    assert sender.patch(place, 5, b"67890").status_code == 204
    assert sender.offset(place) == 10


def test_300_megabytes_are_streamed(sender: Sender) -> None:
    batch = str(uuid.uuid4())
    block = os.urandom(1 << 20)
    place = sender.create(batch, "大.dcm", LARGE_BYTES).headers["Location"]
    answer = sender.patch(place, 0, (block for _ in range(LARGE_BYTES >> 21)))  # half, in chunks without a length
    assert answer.status_code == 204, answer.text
    half = sender.offset(place)
    assert half == LARGE_BYTES // 2
    assert sender.patch(place, half, block * (LARGE_BYTES >> 21)).headers["Upload-Offset"] == str(LARGE_BYTES)
    sender.close(batch)
    assert sender.until_done(batch)["counts"]["refused"] == 1
