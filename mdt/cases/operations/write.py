"""Writing a case: the draft, its text, its questions. Anything may still be missing in a draft."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from mdt.cases import names, policy
from mdt.cases.events import CaseDrafted, CaseEdited
from mdt.cases.models import Case, NameKey, NumberCounter, Question
from mdt.cases.operations.score import renew_readiness
from mdt.cases.queries.facts import questions_of
from mdt.cases.queries.snapshots import FIELDS
from mdt.cases.terms import EDITABLE, Sex, Urgency
from mdt.identity.operations import Change
from mdt.identity.queries import number_prefix
from mdt.kernel import clock
from mdt.kernel.clock import SHANGHAI, rfc3339
from mdt.kernel.errors import Invalid
from mdt.kernel.i18n import N_
from mdt.kernel.operation import creation, operation
from mdt.kernel.policy import nobody
from mdt.kernel.transaction import Tx


def without_nul(text: str) -> str:
    """PostgreSQL cannot store U+0000; nobody means it."""
    if "\x00" in text:
        raise ValueError("NUL")
    return text


def written_day(value: datetime | date) -> str:
    """A day as `YYYY-MM-DD`, a moment as RFC 3339; a moment without zone is China's."""
    if isinstance(value, datetime):
        return rfc3339(value if value.tzinfo else value.replace(tzinfo=SHANGHAI))
    return value.isoformat()


def _in_this_age(day: date | datetime) -> date | datetime:
    if not 1900 <= day.year <= 2199:
        raise ValueError("out of range")
    return day


Line = Annotated[str, AfterValidator(without_nul)]


def _born(day: date) -> date:
    if day > clock.now().astimezone(SHANGHAI).date():
        raise ValueError("in the future")
    return day


class PatientText(Change):
    name: Line | None = Field(default=None, max_length=60)
    sex: Sex | None = None
    birth_date: Annotated[date, AfterValidator(_born)] | None = None
    age: int | None = Field(default=None, ge=0, le=150)
    local_id: Line | None = Field(default=None, max_length=60)


class ConsentText(Change):
    """`by`: who gave it and as what (patient, wife …); `at`: the day or moment."""

    given: bool | None = None
    by: Line | None = Field(default=None, max_length=120)
    at: Annotated[date | datetime, AfterValidator(_in_this_age)] | None = None


class QuestionText(Change):
    id: str | None = Field(default=None, max_length=36)
    text: Line = Field(max_length=1000)


class CaseText(Change):
    """The text of a case. In a PATCH what is not named stays, null empties, a list is replaced whole."""

    title: Line | None = Field(default=None, max_length=200)
    patient: PatientText | None = None
    summary: Line | None = Field(default=None, max_length=20000)
    diagnosis: Line | None = Field(default=None, max_length=2000)
    questions: list[QuestionText] | None = Field(default=None, max_length=20)
    urgency: Urgency | None = None
    consent: ConsentText | None = None


@creation(policy.CREATE, audit="case.drafted")
def create_case(tx: Tx, change: CaseText) -> Case:
    """Begin a draft for the actor's hospital and department."""
    return _draft(tx, change, Requester(tx.actor.person_id, tx.actor.hospital_id, tx.actor.department))


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, for which hospital and department."""

    person_id: str
    hospital_id: str
    department: str


class CaseFor(Change):
    """A draft in the name of somebody who is not the one acting (an encounter becomes a case)."""

    person_id: str
    hospital_id: str
    department: str
    text: CaseText


@creation(nobody, audit="case.drafted")
def create_case_for(tx: Tx, change: CaseFor) -> Case:
    """Begin a draft for another person; the audit names who acted."""
    return _draft(tx, change.text, Requester(change.person_id, change.hospital_id, change.department))


def _draft(tx: Tx, change: CaseText, requester: Requester) -> Case:
    case = Case(
        number=_next_number(tx, requester.hospital_id),
        hospital_id=requester.hospital_id,
        department=requester.department,
        requester_id=requester.person_id,
        state_at=tx.at,
        created_at=tx.at,
    )
    _write_columns(case, change)
    tx.session.add(case)
    tx.session.flush()  # questions and keys point at it
    _write_questions(tx, case, change.questions or [])
    _renew_keys(tx, case)
    renew_readiness(tx, case)
    tx.emit(CaseDrafted(case.subject))
    return case


@operation(policy.TEAM, audit="case.edited", action="edit", states=EDITABLE)
def edit_case(tx: Tx, case: Case, change: CaseText) -> None:
    """Change the text of a case; what is not named stays as it is."""
    changed = _write_columns(case, change)
    if "questions" in change.model_fields_set and _write_questions(tx, case, change.questions or []):
        changed.add("questions")
    if not changed:
        return
    if changed == {"questions"}:
        flag_modified(case, "title")  # questions are part of the text that two people may edit at once
    tx.session.flush()  # readiness reads the questions
    _renew_keys(tx, case)
    renew_readiness(tx, case)
    tx.emit(CaseEdited(case.subject, changed=sorted(changed)))


EMPTY: dict[str, Any] = {
    "urgency": Urgency.ROUTINE,
    "patient.sex": None,
    "patient.birth_date": None,
    "patient.age": None,
    "consent.given": False,
}


PARTS: dict[str, type[Change]] = {"patient": PatientText, "consent": ConsentText}


def named_fields(change: CaseText) -> dict[str, Any]:
    """What a merge patch names, flat: `patient.name` → value; a null object empties each of its fields."""
    named: dict[str, Any] = {}
    for field in change.model_fields_set - {"questions"}:
        value = getattr(change, field)
        inner = PARTS.get(field)
        if inner is None:
            named[field] = value
            continue
        for name in inner.model_fields if value is None else value.model_fields_set:
            named[f"{field}.{name}"] = None if value is None else getattr(value, name)
    return {field: _stored(field, value) for field, value in named.items()}


def _stored(field: str, value: Any) -> Any:
    if value is None:
        return EMPTY.get(field, "")
    return written_day(value) if field == "consent.at" else value


def _write_columns(case: Case, change: CaseText) -> set[str]:
    changed = set()
    named = named_fields(change)
    if named.get("patient.age") is not None and case.patient_birth_date and "patient.birth_date" not in named:
        raise Invalid(fields={"patient.age": [N_("已填出生日期，年龄由它算出；只知道年龄时请先清空出生日期。")]})
    for field, value in named.items():
        if getattr(case, FIELDS[field]) != value:
            setattr(case, FIELDS[field], value)
            changed.add(field)
    if "patient.birth_date" in changed and case.patient_birth_date and "patient.age" not in changed:
        case.patient_age = None  # one truth: the age follows from the birth date
    return changed


def _write_questions(tx: Tx, case: Case, asked: list[QuestionText]) -> bool:
    """Replace the questions of the present round; a known id keeps its row. True if anything changed."""
    kept = {q.id: q for q in questions_of(tx.session, case)}
    before = [(q.id, q.text) for q in kept.values()]
    after: list[tuple[str, str]] = []
    for position, text in enumerate(each for each in asked if each.text):
        row = kept.pop(text.id or "", None)
        if row is None:
            row = Question(case_id=case.id, round=case.round, position=position, text=text.text)
            tx.session.add(row)
            tx.session.flush()  # its id is compared below
        row.position, row.text = position, text.text
        after.append((row.id, row.text))
    for row in kept.values():
        tx.session.delete(row)
    return before != after


def _next_number(tx: Tx, hospital_id: str) -> str:
    """`QX-2026-0187`: one counter per hospital and year, the year being China's."""
    year = tx.at.astimezone(SHANGHAI).year
    key = (hospital_id, year)
    counter = tx.session.get(NumberCounter, key, with_for_update=True)
    if counter is None:
        try:
            with tx.session.begin_nested():
                tx.session.add(NumberCounter(hospital_id=key[0], year=year, last=0))
        except IntegrityError:
            tx.session.expire_all()  # somebody else began this year's counter a moment ago
        counter = tx.session.get_one(NumberCounter, key, with_for_update=True)
    counter.last += 1
    return f"{number_prefix(tx.session, key[0])}-{year}-{counter.last:04}"


def _renew_keys(tx: Tx, case: Case) -> None:
    keys = names.name_keys(case.patient_name) | names.title_keys(case.title) | names.number_keys(case.number)
    if case.patient_local_id:
        keys |= names.suffixes(names.normal(case.patient_local_id))
    held = set(tx.session.execute(select(NameKey.key).where(NameKey.case_id == case.id)).scalars())
    if held - keys:
        tx.session.execute(delete(NameKey).where(NameKey.case_id == case.id, NameKey.key.in_(held - keys)))
    if keys - held:
        rows = [{"key": key, "case_id": case.id} for key in sorted(keys - held)]
        tx.session.execute(insert(NameKey), rows)
