"""What a person or a case sees of a study, where that is not all of it: somebody else's files of the same study are not
counted, and neither is what their headers say told."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, load_only

from mdt.imaging import policy
from mdt.imaging.ingest.identity import PersonName
from mdt.imaging.ingest.sort import Place, completeness
from mdt.imaging.models import Instance, Series, ShownInstance, Study, StudyLink
from mdt.kernel.actor import Actor


@dataclass(slots=True)
class SeriesPart:
    """The instances of one series that are seen."""

    modality: str
    instances: list[Instance] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As the index knows them; the prepared series' own are about all of its files."""
        hidden = [each.why for each in self.instances if each.why]
        notes = [{"code": code, "detail": str(hidden.count(code))} for code in sorted(set(hidden))]
        missing = completeness([Place(None, None, each.number) for each in self.instances]).missing_numbers
        if missing:
            notes.append({"code": "missing_numbers", "detail": ",".join(map(str, missing[:20]))})
        return {
            "frames": sum(max(each.frames, 1) for each in self.instances),
            "shown": sum(max(each.frames, 1) for each in self.instances if each.displayable),
            "notes": notes,
            "poster": any(each.displayable for each in self.instances),
        }


@dataclass(slots=True)
class Part:
    """What is seen of one study; `header` is of one of its files that are seen."""

    series: dict[str, SeriesPart] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)

    def study(self, whole: Study) -> Study:
        """The study as its seen files tell it; belongs to no session."""
        name = (self.header.get("00100010", {}).get("Value") or [{}])[0]
        groups = PersonName(**{group.lower(): text for group, text in name.items()})
        patient = {"name": groups.model_dump(), "sex": self._text("00100040"), "local_id": self._text("00100020")}
        return Study(
            id=whole.id,
            hospital_id=whole.hospital_id,
            study_uid=whole.study_uid,
            date=self._text("00080020"),
            time=self._text("00080030"),
            accession=self._text("00080050"),
            study_ref=self._text("00200010"),
            description=self._text("00081030"),
            referring="",
            patient_name=groups.display,
            patient=patient | {"birth_date": self._text("00100030")},
            modalities="\\".join(sorted({each.modality for each in self.series.values()} - {""})),
            series_count=len(self.series),
            instance_count=sum(len(each.instances) for each in self.series.values()),
        )

    def of_series(self, whole: Series) -> Series:
        """A series with the number of its seen files; belongs to no session."""
        kept = ("id", "study_id", "series_uid", "modality", "number", "description", "body_part", "date", "time")
        return Series(**{name: getattr(whole, name) for name in kept}, instance_count=self.count(whole))

    def count(self, series: Series) -> int:
        """How many instances of a series are seen."""
        seen = self.series.get(series.id)
        return len(seen.instances) if seen else 0

    def shown(self, series: Series) -> int:
        """How many frames of them can be displayed."""
        seen = self.series.get(series.id)
        return int(seen.facts()["shown"]) if seen and series.prepared_version else 0

    def _text(self, tag: str) -> str:
        return str((self.header.get(tag, {}).get("Value") or [""])[0] or "")


def parts_of_links(session: Session, links: Collection[StudyLink]) -> dict[str, Part]:
    """What links show that show a part of their study, by link id."""
    ids = [link.id for link in links]
    shown = select(ShownInstance.link_id, ShownInstance.instance_id)
    return _parts(session, shown.where(ShownInstance.link_id.in_(ids))) if ids else {}


def parts_seen(session: Session, actor: Actor, studies: Collection[Study]) -> dict[str, Part]:
    """Of the studies that no link shows to the actor as a whole: what they see, by study id."""
    whole = (
        select(StudyLink.study_id)
        .join(Study, Study.id == StudyLink.study_id)
        .where(Study.id.in_([study.id for study in studies]), policy.readable_link(actor))
        .where(StudyLink.instance_count >= Study.instance_count)
    )
    ids = {study.id for study in studies} - set(session.execute(whole).scalars())
    seen = select(Series.study_id, Instance.id).join(Series, Series.id == Instance.series_id)
    return _parts(session, seen.where(Series.study_id.in_(ids), policy.instance_rule(actor))) if ids else {}


def _parts(session: Session, keyed: Select[str, str]) -> dict[str, Part]:
    """`keyed` selects a key and an instance's id; a header is read for each key, not for each instance."""
    seen = keyed.distinct().subquery()
    key, instance_id = seen.c
    light = load_only(Instance.id, Instance.number, Instance.frames, Instance.displayable, Instance.why)
    rows = select(key, Series.id, Series.modality, Instance).join(Instance, Instance.id == instance_id)
    rows = rows.join(Series, Series.id == Instance.series_id).order_by(Series.number, Series.id).options(light)
    found: dict[str, Part] = {}
    for name, series_id, modality, instance in session.execute(rows):
        part = found.setdefault(name, Part()).series.setdefault(series_id, SeriesPart(modality))
        part.instances.append(instance)
    first = select(func.min(instance_id)).group_by(key)
    headers = select(Instance.id, Instance.dicom_json).where(Instance.id.in_(first))
    told = {row.id: row.dicom_json for row in session.execute(headers)}
    for whole in found.values():
        ids = (each.id for series in whole.series.values() for each in series.instances)
        whole.header = next(told[each] for each in ids if each in told)
    return found
