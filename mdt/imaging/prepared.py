"""Where prepared series are on disk: `derived/<xx>/<series id>/<version>/`, one file per frame, posters, table."""

from pathlib import Path

from mdt.kernel import runtime


def folder_of(series_id: str, version: int) -> Path:
    """The folder of one version of a series' normalised frames."""
    return runtime.files().derived / series_id[-2:] / series_id / str(version)
