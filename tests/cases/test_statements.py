"""How often a page asks the database: a fixed number of times, however much there is to show. Time is the bench's
affair (`bench/pages.py`); the number of questions is what grows unseen."""

from mdt.cases.operations.materials import AddMaterial, add_material
from mdt.cases.terms import MaterialKind
from mdt.kernel import runtime
from tests.world.cases import accepted, draft, submitted
from tests.world.client import Caller, SignedIn
from tests.world.consensus import discussed_case, issued
from tests.world.people import People
from tests.world.statements import statements

BOARD, LIST, WORK, CASE, CASE_JSON, CASES_JSON = 20, 18, 26, 46, 30, 15
"""What each may ask at most, who it is among it."""


def asked(who: SignedIn, address: str) -> int:
    """Statements of the second call: the first one's reading was audited."""
    assert who.get(address).status_code == 200
    with statements() as found:
        assert who.get(address).status_code == 200
    return len(found)


def test_lists_ask_the_same_for_one_case_and_for_many(people: People, caller: Caller) -> None:
    limits = {"/cases": BOARD, "/cases?view=list": LIST, "/": WORK, "/api/v1/cases?limit=200": CASES_JSON}
    readers = [caller("county"), caller("coordinator")]
    for each in (submitted, accepted, draft):
        each(people)
    few = {(who.username, address): asked(who, address) for who in readers for address in limits}
    for each in (submitted, accepted, draft) * 4:
        each(people)
    many = {(who.username, address): asked(who, address) for who in readers for address in limits}
    assert many == few
    over = {key: number for key, number in many.items() if number > limits[key[1]]}
    assert over == {}


def test_a_case_asks_the_same_for_little_and_for_much(people: People, caller: Caller) -> None:
    readers = [caller("county"), caller("coordinator"), caller("expert1")]
    small, large = discussed_case(people), discussed_case(people)
    advice = [{"text": f"建议{n}", "owner": "requesting_team", "due": None, "urgency": "routine"} for n in range(6)]
    issued(people, small, recommendations=advice[:1])
    issued(people, large, recommendations=advice)
    for case_id, number in ((small.case_id, 1), (large.case_id, 6)):
        for each in range(number):
            _attach(people, case_id, f"报告{each}.pdf")
    for pattern, limit in (("/cases/{}", CASE), ("/api/v1/cases/{}", CASE_JSON)):
        counted = {
            who.username: (asked(who, pattern.format(small.case_id)), asked(who, pattern.format(large.case_id)))
            for who in readers
        }
        assert {name: few - much for name, (few, much) in counted.items()} == dict.fromkeys(counted, 0)
        assert max(much for _few, much in counted.values()) <= limit


def _attach(people: People, case_id: str, name: str) -> None:
    stored = runtime.files().put_bytes(f"%PDF-1.4 {name}".encode()).sha256
    change = AddMaterial(kind=MaterialKind.REPORT, name=name, media_type="application/pdf", size=16, sha256=stored)
    add_material(people["county"], case_id, change)
