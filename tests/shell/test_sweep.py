"""The broom takes what no row names and nobody waits for, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from mdt.cases.models import Material
from mdt.imaging.models import Upload
from mdt.imaging.receipt import place_of
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.ledger import FirstAnswer
from mdt.kernel.settings import Settings
from mdt.kernel.transaction import transaction
from mdt.shell.sweep import FOLDERS, sweep_objects, sweep_rows, sweep_uploads
from tests.world.client import Caller
from tests.world.images import drop

OLD = timedelta(days=9)


def _age(place: Path) -> None:
    then = (clock.now() - OLD).timestamp()
    os.utime(place, (then, then))


def test_bytes_without_a_row_go_after_a_day(caller: Caller) -> None:
    batch = drop(caller("county"), [("报告.txt", b"not an image, but named by its row")])
    assert batch["counts"]["refused"] == 1
    files = runtime.files()
    fresh, stale = files.put_bytes(b"its row comes in a moment"), files.put_bytes(b"its row never came")
    again = files.put_bytes(b"put once more just now")
    for place in files.objects.glob("*/*"):
        _age(place)
    os.utime(files.path(fresh.sha256))
    files.put_bytes(b"put once more just now")
    assert sweep_objects(FOLDERS) == 1
    assert not files.has(stale.sha256)
    assert files.has(fresh.sha256)
    assert files.has(again.sha256)
    assert len(list(files.objects.glob("*/*"))) == 3


def test_an_upload_nobody_finished_goes_with_its_bytes(caller: Caller) -> None:
    county = caller("county")
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "10",
        "Upload-Metadata": "filename YQ==,batchId MDE5YjAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw",
        "Content-Type": "application/offset+octet-stream",
    }
    address = county.post("/uploads/", data=b"half", headers=headers).headers["Location"]
    key = address.rsplit("/", 1)[-1]
    assert place_of(key).exists()
    sweep_uploads()
    assert place_of(key).exists()
    with clock.shifted(OLD):
        sweep_uploads()
    assert not place_of(key).exists()
    with runtime.database().reading() as session:
        assert session.execute(select(Upload.id)).first() is None


def test_what_a_killed_job_left_goes_after_a_day(settings: Settings) -> None:
    files = runtime.files()
    left, at_work, upload = files.temporary(), files.temporary(), files.temporary()
    for folder in (left, at_work):
        folder.mkdir()
        (folder / "0").write_bytes(b"a member of an archive")
    upload.write_bytes(b"half")
    then = (clock.now() - timedelta(days=2)).timestamp()
    for place in (left, upload):
        os.utime(place, (then, then))
    sweep_uploads()
    assert {place.name for place in files.incoming.iterdir()} == {at_work.name, upload.name}


def test_first_answers_are_forgotten_after_a_day(settings: Settings) -> None:
    with transaction(SYSTEM) as tx:
        for key, at in (("old", tx.at - OLD), ("new", tx.at)):
            tx.session.add(FirstAnswer(key=key, person_id="p", fingerprint="", status=201, body="{}", at=at))
    sweep_rows()
    with runtime.database().reading() as session:
        assert list(session.execute(select(FirstAnswer.key)).scalars()) == ["new"]
        assert session.execute(select(Material.id)).first() is None
