"""What the doors of free-clinic days show."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from mdt.cases.terms import Sex
from mdt.clinics.terms import DayState, Disposition, PhotoState, Turn
from mdt.identity.queries import HospitalCard, PersonCard


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class FilingView(View):
    authority: str
    number: str


class BandCount(View):
    """People of one band of age."""

    band: str
    male: int
    female: int
    other: int

    @property
    def total(self) -> int:
        return self.male + self.female + self.other


class DoctorHours(View):
    """`hours` from the first person taken to the last one done."""

    person: PersonCard
    seen: int
    hours: float


class Summary(View):
    """The figures of a day. `seen`: those who were given a disposition; `dispositions` by code."""

    registered: int
    waiting: int
    seen: int
    left: int
    cases: int
    photos: int
    by_sex: dict[str, int]
    by_age: list[BandCount]
    by_township: dict[str, int]
    dispositions: dict[str, int]
    doctors: list[DoctorHours]
    hours: float


class SilentTablet(View):
    """Somebody of the roster whose tablet was last heard of at `heard_at`: it may hold what it could not send."""

    person: PersonCard
    heard_at: datetime


class ClinicView(View):
    """A day. `may_take`: the reader is on its roster. `silent`: to be asked before an open day is closed."""

    id: str
    meeting_id: str
    room_id: str | None
    title: str
    place: str
    content: str
    starts_at: datetime
    ends_at: datetime
    duration_min: int
    filing: FilingView | None
    roster: list[PersonCard]
    hospital: HospitalCard
    state: DayState
    override_reason: str
    opened_at: datetime | None
    closed_at: datetime | None
    reported_at: datetime | None
    summary: Summary
    may_take: bool
    silent: list[SilentTablet]
    version: int
    allowed: list[str]


class ClinicCard(View):
    """A day in a list."""

    id: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: DayState
    filing: FilingView | None
    roster: list[PersonCard]
    seen: int
    may_take: bool


class ClinicList(View):
    items: list[ClinicCard]
    next: str | None = None


class ConsentView(View):
    given: bool
    by: str
    at: str


class ImageView(View):
    """A photograph of a film (`photo`, not for diagnosis) or a DICOM study (`study`, its id is the study UID). `url` is
    empty until there is something to show."""

    id: str
    kind: str
    state: PhotoState
    url: str
    caption: str
    stamp: str


class EncounterView(View):
    """An encounter. `pdf`: `none`, `working`, `ready` or `refused`; `case_id` once it became one."""

    id: str
    clinic_id: str
    client_id: str | None
    ticket: str
    state: Turn
    name: str
    sex: Sex | None
    age: int | None
    phone: str
    township: str
    chips: list[str]
    history: list[str]
    complaint: str
    finding: str
    advice: str
    disposition: Disposition | None
    revisit_on: date | None
    where_to_go: str
    consent: ConsentView
    images: list[ImageView]
    doctor: PersonCard | None
    registered_at: datetime
    called_at: datetime | None
    taken_at: datetime | None
    done_at: datetime | None
    case_id: str | None
    pdf: str
    version: int


class EncounterList(View):
    """The whole queue of a day, by ticket."""

    items: list[EncounterView]
    next: str | None = None


class ScreenRow(View):
    """What the waiting room may read: a ticket and “王*”."""

    ticket: str
    name: str


class ScreenView(View):
    title: str
    state: DayState
    called: list[ScreenRow]
    waiting: list[ScreenRow]
    waiting_count: int
