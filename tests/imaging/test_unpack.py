"""Archives are opened in a limited child: whatever becomes of it, there is a verdict and nothing is left behind."""

import io
import os
import resource
import shutil
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdt.imaging.ingest.archive import unpack_archive
from mdt.imaging.ingest.child import Group, Line
from mdt.imaging.ingest.limited import Nursery
from mdt.imaging.ingest.unpack import Halted, Taken, unpack
from mdt.imaging.ingest.verdicts import Refused
from mdt.kernel import runtime
from tests.world.client import Caller
from tests.world.images import drop
from tests.world.slices import slices

_MEMBERS = 150


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Large enough that its child is still at work after the first answers."""
    place = tmp_path / "a.zip"
    place.write_bytes(packed({f"{n}.dcm": bytes(1 << 20) for n in range(_MEMBERS)}))
    return place


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return made.getvalue()


def kill_after_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child that opens an archive dies of SIGKILL on sight of its third member."""
    run = Nursery.run

    def killing(self: Nursery, group: Group) -> Iterator[Line]:
        for number, line in enumerate(run(self, group)):
            if group.job == "unpack" and number == 2 and self.child_pid:
                os.kill(self.child_pid, signal.SIGKILL)
            yield line

    monkeypatch.setattr(Nursery, "run", killing)


def test_members_come_out_under_numbers(tmp_path: Path) -> None:
    place, folder = tmp_path / "a.zip", tmp_path / "out"
    folder.mkdir()
    place.write_bytes(packed({"../x": b"1", "病例/IM1": b"2", "内.zip": b"3", "IM2": b"4"}))
    with Nursery() as nursery:
        taken = unpack_archive(place, folder, nursery=nursery)
    assert [(each.name, each.file, each.code) for each in taken] == [
        ("../x", "", "unsafe_path"),
        ("病例/IM1", "1", ""),
        ("内.zip", "", "nested_archive"),
        ("IM2", "3", ""),
    ]
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == {"1": b"2", "3": b"4"}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip", "out"]


def test_a_killed_child_refuses_its_archive_alone(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_after_three(monkeypatch)
    folder = tmp_path / "out"
    folder.mkdir()
    with Nursery() as nursery:
        with pytest.raises(Refused) as refused:
            unpack_archive(archive, folder, nursery=nursery)
        monkeypatch.undo()
        shutil.rmtree(folder)
        folder.mkdir()
        assert len(unpack_archive(archive, folder, nursery=nursery)) == _MEMBERS
    assert refused.value.code == "crashed"


def test_a_drop_goes_on_when_the_child_of_an_archive_dies(
    archive: Path, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_after_three(monkeypatch)
    batch = drop(caller("county"), [("a.zip", archive.read_bytes()), ("IM1", slices(1)[0])])
    assert batch["state"] == "done"
    rows = {row["name"]: (row["state"], row["code"]) for row in batch["files"]}
    assert rows == {"a.zip": ("refused", "crashed"), "IM1": ("stored", "ok")}
    assert list(runtime.files().incoming.iterdir()) == []


def test_an_archive_that_never_ends_is_stopped(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with Nursery(wall_s=0.5) as nursery, pytest.raises(Refused) as refused:
        unpack_archive(fifo, tmp_path, nursery=nursery)
    assert refused.value.code == "time"


def test_a_full_disk_is_not_the_archives_fault(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        (end,) = unpack(archive, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert end == Halted(code="full")


@pytest.mark.parametrize("kind", ["link", "folder", "missing"])
def test_a_child_that_lies_about_its_files_is_not_believed(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "link":
        (tmp_path / "0").symlink_to("/etc/hostname")
    elif kind == "folder":
        (tmp_path / "0").mkdir()

    def lying(_self: Nursery, _group: Group) -> Iterator[Line]:
        yield Line(index=0, kind="member", body=Taken(name="a", file="0").model_dump_json())
        yield Line(index=0, kind="end")

    monkeypatch.setattr(Nursery, "run", lying)
    with pytest.raises(Refused) as refused:
        unpack_archive(tmp_path / "a.zip", tmp_path, nursery=Nursery())
    assert refused.value.code == "crashed"


@pytest.mark.parametrize("file", ["../0", "/etc/hostname", "0\n", "٣"])
def test_a_member_lies_in_its_folder(file: str) -> None:
    with pytest.raises(ValueError, match="file"):
        Taken(name="a", file=file)
