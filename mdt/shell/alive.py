"""Is this machine's worker alive? `python -m mdt.shell.alive` exits 0 when it turned within the last minute."""

import sys
import tempfile
import time
from pathlib import Path

BEAT = Path(tempfile.gettempdir()) / "mdt-worker-alive"
SILENT_S = 60


def beat() -> None:
    """Say that the worker's loop turned."""
    BEAT.touch()


def is_alive() -> bool:
    return BEAT.exists() and time.time() - BEAT.stat().st_mtime < SILENT_S


if __name__ == "__main__":
    sys.exit(0 if is_alive() else 1)
