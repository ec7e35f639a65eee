"""All images of a subject as files with readable names, for the requesting team's own archive."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.imaging import policy
from mdt.imaging.models import Instance, Series, Study
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.errors import Forbidden, NotFound
from mdt.kernel.policy import Subject, ask, gives, signed_in
from mdt.kernel.query import listing, note_reading

NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: its name there, and where its bytes are."""

    name: str
    place: Path


@dataclass(frozen=True, slots=True)
class Archive:
    """`title` names no patient."""

    title: str
    entries: list[Entry]


@listing(signed_in)
def archive_of(session: Session, actor: Actor, subject: Subject) -> Archive:
    """Every file shown with `subject`. Raises NotFound, Forbidden."""
    if not gives(session, subject, "export", actor):
        raise Forbidden if gives(session, subject, "read", actor) else NotFound
    note_reading(actor, "images.exported", lambda: (subject,), subject.kind, subject.id)
    rows = session.execute(
        select(Study, Series, Instance.sha256)
        .join(Series, Series.study_id == Study.id)
        .join(Instance, Instance.series_id == Series.id)
        .where(policy.shown_by(subject))
        .order_by(Study.date, Study.id, Series.number, Series.id, Instance.number, Instance.sop_uid)
    )
    folders: dict[str, str] = {}
    counts: dict[str, int] = {}
    entries = []
    for study, series, sha256 in rows:
        top = folders.setdefault(study.id, _fresh(folders, _study_name(study)))
        folder = folders.setdefault(series.id, _fresh(folders, f"{top}/{_series_name(series)}"))
        counts[folder] = counts.get(folder, 0) + 1
        entries.append(Entry(f"{folder}/IM{counts[folder]:05}.dcm", runtime.files().path(sha256)))
    title = ask(session, actor, subject, "title") or subject.id
    return Archive(title=_plain(str(title)), entries=entries)


def _study_name(study: Study) -> str:
    return _plain("_".join(filter(None, (study.date, study.modalities.replace("\\", "-"), study.description))))


def _series_name(series: Series) -> str:
    number = f"{series.number:03}" if series.number is not None else ""
    return _plain("_".join(filter(None, (number, series.description or series.modality))))


def _plain(text: str) -> str:
    """A name that every file system takes: no path, no reserved sign, no leading dot."""
    kept = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in text)
    return kept.strip(" .")[:NAME_LENGTH] or "_"


def _fresh(taken: dict[str, str], name: str) -> str:
    """The name, with a number if another folder has it."""
    names = set(taken.values())
    candidates = (name if n == 1 else f"{name}_{n}" for n in range(1, len(names) + 3))
    return next(each for each in candidates if each not in names)
