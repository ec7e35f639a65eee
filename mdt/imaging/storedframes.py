"""Stored frames on demand: decoded once in a limited child, kept under `derived/<xx>/<series>/stored/<instance>/`."""

import shutil
import threading
from pathlib import Path

from mdt.imaging.ingest.limited import kept_nursery, stored_frames
from mdt.kernel import runtime
from mdt.kernel.clock import new_id
from mdt.kernel.errors import Refused, Unavailable
from mdt.kernel.i18n import N_

_one_at_a_time = threading.Lock()


class Undecodable(Refused):
    """406: the object has no frames, or none that can be taken apart; `reason` is a code of `verdicts`."""

    status = 406
    code = "imaging.no_frames"
    sentence = N_("这份影像没有可以取出的图像数据。")


def frames_folder(series_id: str, instance_id: str, sha256: str) -> Path:
    """The folder with `n.raw` (and `n.bin` where packed). Raises Undecodable, Unavailable."""
    kept = runtime.files().derived / series_id[-2:] / series_id / "stored" / instance_id
    if kept.exists():
        return kept
    fresh = kept.with_name(f"{instance_id}.{new_id()}")
    fresh.mkdir(parents=True)
    with _one_at_a_time:
        why = _decode(runtime.files().path(sha256), fresh)
    if why:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Undecodable(reason=why)
    try:
        fresh.rename(kept)
    except OSError:  # somebody else was faster, with the same bytes
        shutil.rmtree(fresh, ignore_errors=True)
    return kept


def _decode(source: Path, target: Path) -> str:
    try:
        with kept_nursery() as nursery:
            return stored_frames(source, target, nursery=nursery)
    except OSError:
        raise Unavailable(retry_after=1) from None
