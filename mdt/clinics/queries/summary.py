"""The figures of a day: who was seen, what followed, how long it took."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mdt.cases.terms import Sex
from mdt.clinics.models import Encounter, FilmPhoto
from mdt.clinics.queries.shapes import BandCount, DoctorHours, Summary
from mdt.clinics.terms import AGE_BANDS, UNSEEN, Disposition, Turn, band_label
from mdt.identity.queries import PersonCard, person_cards

UNKNOWN = "unknown"


def summary_of(session: Session, clinic_id: str) -> Summary:
    """Count one day."""
    rows = session.execute(select(Encounter).where(Encounter.clinic_id == clinic_id)).scalars().all()
    photos = select(func.count()).select_from(FilmPhoto).join(Encounter, Encounter.id == FilmPhoto.encounter_id)
    cards = person_cards(session, {row.doctor_id for row in rows if row.doctor_id})
    return count(rows, cards, session.execute(photos.where(Encounter.clinic_id == clinic_id)).scalar_one())


def count(rows: Sequence[Encounter], doctors: dict[str, PersonCard], photos: int) -> Summary:
    """The figures of these encounters."""
    seen = [row for row in rows if row.disposition is not None]
    followed = Counter(row.disposition for row in seen)
    hours = _hours(seen, doctors)
    return Summary(
        registered=len(rows),
        waiting=sum(row.state in UNSEEN and row.disposition is None for row in rows),
        seen=len(seen),
        left=sum(row.state is Turn.LEFT and row.disposition is None for row in rows),
        cases=sum(row.case_id is not None for row in rows),
        photos=photos,
        by_sex=dict(Counter(row.sex.value if row.sex else UNKNOWN for row in seen)),
        by_age=_bands(seen),
        by_township=dict(Counter(row.township for row in seen if row.township).most_common()),
        dispositions={each.value: followed[each] for each in Disposition},
        doctors=hours,
        hours=round(sum(each.hours for each in hours), 1),
    )


def _bands(seen: Sequence[Encounter]) -> list[BandCount]:
    made = []
    for band in AGE_BANDS:
        sexes = Counter(row.sex for row in seen if row.age is not None and band[0] <= row.age <= band[1])
        female, male = sexes[Sex.FEMALE], sexes[Sex.MALE]
        other = sexes[Sex.OTHER] + sexes[None]
        made.append(BandCount(band=band_label(band), male=male, female=female, other=other))
    return made


def _hours(seen: Sequence[Encounter], doctors: dict[str, PersonCard]) -> list[DoctorHours]:
    made = []
    for person_id, card in doctors.items():
        own = [row for row in seen if row.doctor_id == person_id]
        begun = [row.taken_at for row in own if row.taken_at]
        ended = [row.done_at for row in own if row.done_at]
        spent = (max(ended) - min(begun)).total_seconds() / 3600 if begun and ended else 0.0
        made.append(DoctorHours(person=card, seen=len(own), hours=round(max(spent, 0.0), 1)))
    return sorted(made, key=lambda each: -each.seen)
