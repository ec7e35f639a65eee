"""Being told, reading it, and one mail that says nothing."""

import socketserver
import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.clock import now
from mdt.kernel.i18n import in_language
from mdt.kernel.policy import Subject
from mdt.kernel.transaction import transaction
from mdt.notices import jobs
from mdt.notices.operations import notify
from mdt.notices.terms import SENTENCES, told
from tests.world.client import Caller
from tests.world.people import People

CASE = Subject("case", "c1")


def tell(people: People, *names: str, kind: str = "case.accepted") -> None:
    with transaction(SYSTEM) as tx:
        notify(tx, [people[name].person_id for name in names], kind, CASE, "/cases/c1", number="QX-2026-0001")


def test_a_told_person_finds_the_notice_and_reads_it(people: People, caller: Caller) -> None:
    tell(people, "county", "county")
    county = caller("county")
    found = county.get("/api/v1/notices").json
    assert (len(found["items"]), found["unread"], found["next"]) == (1, 1, None)
    assert "QX-2026-0001" in found["items"][0]["text"]
    read = county.post(f"/api/v1/notices/{found['items'][0]['id']}/read")
    assert read.status_code == 200
    assert read.json["read_at"] is not None
    assert county.get("/api/v1/notices?unread=true").json["items"] == []


def test_another_persons_notice_does_not_exist(people: People, caller: Caller) -> None:
    tell(people, "county")
    notice_id = caller("county").get("/api/v1/notices").json["items"][0]["id"]
    assert caller("county2").post(f"/api/v1/notices/{notice_id}/read").status_code == 404


def test_nobody_is_told_of_their_own_deed(people: People, caller: Caller) -> None:
    with transaction(people["county"]) as tx:
        notify(tx, [people["county"].person_id], "case.submitted", CASE, "/cases/c1", number="1")
    assert caller("county").get("/api/v1/notices").json["items"] == []


def test_a_notice_leads_to_this_site_only(people: People) -> None:
    with pytest.raises(ValueError, match="page of this site"), transaction(SYSTEM) as tx:
        notify(tx, [people["county"].person_id], "case.submitted", CASE, "//evil.example")


def test_all_are_read_at_once_and_the_list_is_paged(people: People, caller: Caller) -> None:
    for _ in range(3):
        tell(people, "county", "county2")
    county = caller("county")
    first = county.get("/api/v1/notices?limit=2").json
    second = county.get(f"/api/v1/notices?limit=2&cursor={first['next']}").json
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert county.post("/api/v1/notices/read-all").json == {"unread": 0}
    assert caller("county2").get("/api/v1/notices").json["unread"] == 3


def test_the_page_shows_them_and_opening_one_leads_on(people: People, caller: Caller) -> None:
    county = caller("county")
    assert "还没有提醒" in county.get("/notices").text
    tell(people, "county")
    assert "1 条未读" in county.get("/notices").text
    notice_id = county.get("/api/v1/notices").json["items"][0]["id"]
    opened = county.post(f"/notices/{notice_id}/open")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/cases/c1")
    county.post("/notices/read-all")
    assert "没有未读提醒" in county.get("/notices?unread=1").text


def test_a_sentence_lacking_a_fact_is_still_told() -> None:
    for kind in [*SENTENCES, "something.new"]:
        assert told(kind, {})


class Letters(socketserver.StreamRequestHandler):
    """A mail server of the fewest words (RFC 5321): keeps what it is given."""

    kept: list[str] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.kept.append(text.decode())
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def mail_server() -> Iterator[str]:
    Letters.kept.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Letters) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}?from=mdt@hospital.example"
        server.shutdown()
        thread.join()


def test_mail_says_that_something_waits_and_nothing_else(app: Flask, people: People, mail_server: str) -> None:
    settings = runtime.settings().model_copy(update={"mail_url": mail_server})
    runtime.bind(settings, runtime.database(), runtime.files())
    jobs.mail_person({"person_id": people["county"].person_id})
    assert Letters.kept == []
    with in_language("zh"):
        jobs.send(jobs.letter("county@hospital.example", "zh"), mail_server)
    (letter,) = Letters.kept
    assert "mdt@hospital.example" in letter
    assert "QX-2026" not in letter
    assert now().strftime("%Y") in letter
