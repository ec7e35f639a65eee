"""Input that no form would send: refused with a code, never a 500, never a way to somewhere else."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from mdt.identity.pages.entry import local_path
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.ledger import FirstAnswer
from mdt.kernel.settings import Settings
from mdt.kernel.transaction import refusal_of, transaction
from tests.world.client import Caller


@pytest.mark.parametrize(
    "target", ["/\t/evil.example", "//evil.example", "/\\evil.example", "https://evil.example", "/\n/x"]
)
def test_signing_in_never_leads_to_another_site(target: str) -> None:
    assert local_path(target) == "/"


def test_a_path_of_ours_keeps_its_query() -> None:
    assert local_path("/cases?view=list&state=draft") == "/cases?view=list&state=draft"


def test_the_way_back_after_signing_in_is_whole(client: FlaskClient, settings: object) -> None:
    answer = client.get("/cases?view=list&state=draft")
    assert answer.headers["Location"] == "/login?next=/cases%3Fview%3Dlist%26state%3Ddraft"


def test_json_nested_without_end_is_refused(caller: Caller) -> None:
    nested = b"[" * 100_000
    answer = caller("county").post("/api/v1/cases", data=nested, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize(("version", "status"), [('"²"', 412), ('"' + "9" * 5000 + '"', 412), ("", 412), ("*", 200)])
def test_an_odd_version_is_none_of_the_rows(caller: Caller, version: str, status: int) -> None:
    county = caller("county")
    case = county.post("/api/v1/cases", json={}).get_json()
    address = f"/api/v1/cases/{case['id']}"
    answer = county.patch(address, json={"title": "肺结节"}, headers={"If-Match": version})
    assert answer.status_code == status


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_moments_outside_this_age_are_refused(caller: Caller, at: str) -> None:
    county = caller("county")
    consent = {"consent": {"given": True, "by": "本人", "at": at}}
    assert county.post("/api/v1/cases", json=consent).status_code == 422
    assert county.get("/api/v1/meetings", query_string={"from": at}).status_code == 422


def test_odd_numbers_in_upload_headers_are_refused(caller: Caller) -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "²", "Upload-Metadata": "batchId YQ=="}
    assert caller("county").post("/uploads/", headers=headers).status_code == 422


def test_a_search_by_a_chinese_attribute_is_answered(caller: Caller) -> None:
    answer = caller("county").get("/dicomweb/studies", query_string={"病人": "1"})
    assert answer.status_code == 200
    assert all(ord(sign) < 256 for value in answer.headers.getlist("Warning") for sign in value)


def test_an_odd_version_in_a_form_is_as_if_it_were_not_sent(caller: Caller) -> None:
    county = caller("county")
    case = county.post("/api/v1/cases", json={}).get_json()
    form = {"csrf": county.csrf, "version": "²", "title": "x"}
    assert county.post(f"/cases/{case['id']}/edit", data=form).status_code < 500


def test_two_who_make_the_same_at_once_are_told_so(settings: Settings) -> None:
    with transaction(SYSTEM) as tx:
        tx.session.add(FirstAnswer(key="k", person_id="p", fingerprint="", status=0, body="", at=tx.at))
    with pytest.raises(IntegrityError) as raised, transaction(SYSTEM) as tx:
        tx.session.add(FirstAnswer(key="k", person_id="p", fingerprint="", status=0, body="", at=tx.at))
    refusal = refusal_of(raised.value)
    assert refusal is not None
    assert (refusal.status, refusal.code) == (409, "at_once")


def test_a_page_says_so_when_the_database_is_away(caller: Caller, settings: Settings) -> None:
    county = caller("county")
    engine = runtime.database().engine

    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("the server is away"))

    event.listen(engine, "before_cursor_execute", away)
    try:
        page, call = county.get("/cases"), county.get("/api/v1/me")
    finally:
        event.remove(engine, "before_cursor_execute", away)
    assert (page.status_code, call.status_code) == (503, 503)
    assert call.get_json()["code"] == "unavailable"
