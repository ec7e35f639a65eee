"""Who is in a case's room is told there what comes and goes meanwhile."""

import io
import uuid

from tests.world.cases import accepted
from tests.world.client import Caller, SignedIn
from tests.world.images import drop
from tests.world.people import People
from tests.world.slices import slices


def _notes(who: SignedIn, room_id: str) -> list[tuple[str, object]]:
    entries = who.get(f"/api/v1/rooms/{room_id}/entries").json["items"]
    return [(each["body"]["code"], each["body"]["params"]) for each in entries if each["type"] == "note"]


def test_what_comes_and_goes_is_said_in_the_room(people: People, caller: Caller) -> None:
    """Not in a room where nobody has been yet."""
    county, case_id = caller("county"), accepted(people).id
    path = f"/api/v1/cases/{case_id}"
    room_id = county.get(path).json["room_id"]
    files = [(f"{number}.dcm", content) for number, content in enumerate(slices(4))]
    drop(county, files[:3], case_id)
    assert _notes(county, room_id) == []
    said = {"client_id": str(uuid.uuid4()), "type": "message", "body": {"text": "再传一幅"}}
    assert county.post(f"/api/v1/rooms/{room_id}/entries", json=said).status_code == 201
    drop(county, files[3:], case_id)
    study = county.get(path).json["studies"][0]["study_uid"]
    assert county.delete(f"{path}/studies/{study}").status_code == 204
    assert county.post(f"{path}/studies/{study}").status_code == 200
    paper = {"kind": "report", "file": (io.BytesIO(b"%PDF-1.4 made up"), "报告.pdf")}
    added = county.post(f"{path}/materials", data=paper).json["id"]
    assert county.delete(f"{path}/materials/{added}").status_code == 204
    assert _notes(county, room_id) == [
        ("images_added", {"count": 1}),
        ("images_removed", {}),
        ("images_arranged", {}),
        ("paper_added", {}),
        ("paper_removed", {}),
    ]
