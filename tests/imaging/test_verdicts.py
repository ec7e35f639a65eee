"""Every file of the broken folder gets its verdict and reason, through the limited child."""

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mdt.imaging.ingest.archive import unpack_archive
from mdt.imaging.ingest.judge import beside_stored
from mdt.imaging.ingest.limited import Nursery, inspect_files
from mdt.imaging.ingest.record import Inspection
from mdt.imaging.ingest.verdicts import SENTENCES, WARNINGS, Refused, State
from mdt.imaging.ingest.zipread import archive_verdict
from tests.world.dicom import dicom_dir

_FOLDER = dicom_dir()
_EXPECTED: dict[str, dict[str, object]] = (
    json.loads((_FOLDER / "broken" / "expected.json").read_text("utf-8"))["files"] if _FOLDER else {}
)
_STATES = {"accepted": {"stored", "duplicate"}, "accepted_with_warning": {"warning"}, "rejected": {"refused"}}


def allowed_states(facts: dict[str, object]) -> set[str]:
    """States that `verdict` and `alt` stand for."""
    alternatives = facts.get("alt", [])
    assert isinstance(alternatives, list)
    return set().union(*(_STATES[str(verdict)] for verdict in (facts["verdict"], *alternatives)))


@pytest.fixture(scope="module")
def inspections(reference: Path) -> dict[str, Inspection]:
    """All broken files inspected beside the patient of good_reference.dcm."""
    folder = reference / "broken"
    files = sorted(folder.glob("*.dcm"))
    with Nursery() as nursery:
        good = next(inspect_files([folder / "good_reference.dcm"], nursery=nursery))
        assert good.record is not None
        found = inspect_files(files, expect=good.record.patient, nursery=nursery)
        return {Path(i.path).name: i for i in found}


@pytest.mark.parametrize("name", [n for n in _EXPECTED if n.endswith(".dcm")] or [""])
def test_a_broken_file_gets_its_verdict(name: str, inspections: dict[str, Inspection], reference: Path) -> None:
    facts = _EXPECTED[name]
    found = inspections[name]
    state: str = found.state
    code = found.code
    if "after" in facts:
        digests = [sha256((reference / "broken" / n).read_bytes()).hexdigest() for n in (name, str(facts["after"]))]
        state, code = beside_stored(found, digests[0], digests[1])
    assert code == facts["reason"]
    assert state in allowed_states(facts)


@pytest.mark.parametrize("name", [n for n in _EXPECTED if n.endswith(".zip")] or [""])
def test_a_broken_archive_gets_its_verdict(name: str, reference: Path) -> None:
    state, code, _ = unpack(reference / "broken" / name)
    assert code == _EXPECTED[name]["reason"]
    assert state in allowed_states(_EXPECTED[name])


def test_names_of_a_windows_archive_read_right(reference: Path) -> None:
    _, _, members = unpack(reference / "broken" / "zip_gbk_names.zip")
    assert [name for name, _, _ in members] == ["患者影像/IM1.dcm", "患者影像/IM2.dcm"]
    assert {state for _, state, _ in members} == {"stored"}


def test_every_code_has_its_sentence() -> None:
    assert set(WARNINGS) <= set(SENTENCES)
    assert {str(facts["reason"]) for facts in _EXPECTED.values()} <= set(SENTENCES)


def unpack(path: Path) -> tuple[State, str, list[tuple[str, State, str]]]:
    """An archive as the upload takes it: opened in a child, what came out inspected in another."""
    members: list[tuple[str, State, str]] = []
    with TemporaryDirectory() as folder, Nursery() as nursery:
        try:
            taken = unpack_archive(path, Path(folder), nursery=nursery)
        except Refused as refused:
            return "refused", refused.code, []
        for each in taken:
            if each.code:
                members.append((each.name, "refused", each.code))
                continue
            found = next(inspect_files([Path(folder) / each.file], nursery=nursery))
            members.append((each.name, found.state, found.code))
    state, code = archive_verdict([(state, code) for _, state, code in members])
    return state, code, members
