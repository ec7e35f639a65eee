"""Where prepared series are on disk: `derived/<xx>/<series id>/<version>/`: the frames first written in that version,
posters, the table of all frames (`series.json`), and what each file gave (`files.json`)."""

from pathlib import Path

from mdt.kernel import runtime


def folder_of(series_id: str, version: int) -> Path:
    """The folder of one version of a series."""
    return runtime.files().derived / series_id[-2:] / series_id / str(version)
