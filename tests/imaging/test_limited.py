"""A child that dies harms no neighbour; the series comes out whole."""

import json
import os
import signal
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mdt.imaging.ingest.limited import Nursery, inspect_files, prepare_series


def test_a_killed_child_costs_one_file(reference: Path) -> None:
    """Killed on sight of the second answer; at most the file at work is lost."""
    files = sorted((reference / "synthetic").glob("ct_*.dcm"))
    slow = reference / "nonimage" / "rdsr_xa_siemens.dcm"
    paths = [files[0], slow, slow, *files[1:]]
    with Nursery() as nursery:
        found = []
        for inspection in inspect_files(paths, nursery=nursery):
            found.append(inspection)
            if len(found) == 1 and nursery.child_pid:
                os.kill(nursery.child_pid, signal.SIGKILL)
    assert [f.path for f in found] == [str(p) for p in paths]
    lost = [f for f in found if f.code == "crashed"]
    assert len(lost) <= 1
    assert {f.state for f in found} - {"refused"} <= {"stored", "warning"}
    assert sum(f.record is not None for f in found) >= len(paths) - 1


def test_a_file_that_never_ends_is_stopped(reference: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    good = reference / "synthetic" / "ct_implicit_le.dcm"
    with Nursery(wall_s=0.5) as nursery:
        codes = [i.code for i in inspect_files([good, fifo, good], nursery=nursery)]
    assert codes == ["ok", "time", "ok"]


def test_a_file_that_is_gone_is_one_refusal(reference: Path, tmp_path: Path) -> None:
    good = reference / "synthetic" / "ct_implicit_le.dcm"
    assert [i.code for i in inspect_files([tmp_path / "none", good])] == ["crashed", "ok"]


def test_a_series_is_prepared_in_order(reference: Path, tmp_path: Path) -> None:
    folder = next((reference / "ct").glob("病例甲*/序列*"))
    paths = sorted(folder.glob("*.dcm"))[::4]
    series = prepare_series(paths, tmp_path)
    assert series is not None
    heights = [f.position_mm[2] for f in series.frames if f.position_mm]
    assert heights == sorted(heights)
    assert len(heights) == len(paths)
    first = series.frames[0]
    assert first.file is not None
    pixels = np.fromfile(tmp_path / first.file, "<i2")
    assert pixels.size == first.rows * first.columns
    assert first.unit == "HU"
    assert pixels.min() * first.slope + first.intercept < -900
    assert (tmp_path / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
    assert series.poster == "poster.jpg"
    assert json.loads(series.model_dump_json())["frames"][0]["kind"] == "mono16"


def test_a_series_without_windows_does_not_flicker(reference: Path, tmp_path: Path) -> None:
    paths = []
    with zipfile.ZipFile(reference / "mr" / "t1_head_60_uncompressed.zip") as archive:
        for number, name in enumerate(n for n in archive.namelist() if not n.endswith("/")):
            if number % 6 == 0:
                paths.append(tmp_path / str(number))
                paths[-1].write_bytes(archive.read(name))
    series = prepare_series(paths, tmp_path)
    assert series is not None
    assert series.window_presets == ()
    assert len({frame.window for frame in series.frames}) == 1


@pytest.mark.parametrize("name", ["nonimage/sr_report.dcm", "broken/trunc_last_byte.dcm"])
def test_what_has_no_picture_gives_no_frame(name: str, reference: Path, tmp_path: Path) -> None:
    series = prepare_series([reference / name], tmp_path)
    assert series is None or series.frames == ()
    assert not list(tmp_path.iterdir())
