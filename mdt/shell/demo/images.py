"""`make demo IMAGES=folder`: the user's own DICOM files as a draft case of `county`."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from mdt.cases.operations.write import CaseText, create_case
from mdt.identity.models import Person
from mdt.identity.signin import actor_of_person
from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.demo.play import send
from mdt.shell.house import open_house


def add_folder(settings: Settings, folder: Path, *, say: Callable[[str], None]) -> None:
    """Make a draft with every file below `folder`."""
    open_house(settings)
    with runtime.database().reading() as session:
        person_id = session.execute(select(Person.id).where(Person.username == "county")).scalar_one()
    who = actor_of_person(person_id)
    say(f"images of {folder} …")
    case_id = create_case(who, CaseText.model_validate({"title": folder.name[:200]})).id
    send(who, case_id, _files(folder), prior=False)
    runtime.database().close()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for place in sorted(folder.rglob("*")):
        if place.is_file():
            yield str(place.relative_to(folder.parent)), place.read_bytes()
