"""What readiness needs to know of a case, gathered; its list, its score."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mdt.cases import readiness
from mdt.cases.models import Case, Material, Question, Waiver
from mdt.cases.readiness import Difference, Facts, Images, Item
from mdt.identity.queries import has_agreement
from mdt.imaging.ingest.verdicts import SENTENCES
from mdt.imaging.queries.studies import image_facts
from mdt.kernel import clock
from mdt.kernel.actor import Actor
from mdt.kernel.database import asked_once
from mdt.kernel.i18n import gettext


def today() -> date:
    """China's date."""
    return clock.now().astimezone(clock.SHANGHAI).date()


def age_of(case: Case, on: date | None = None) -> int | None:
    """Completed years by the birth date, else the age that was given; None if neither is known."""
    born = case.patient_birth_date
    if born is None:
        return case.patient_age
    day = on or today()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def questions_of(session: Session, case: Case) -> list[Question]:
    """The questions of the present round, in order."""
    return [each for each in questions_of_cases(session, [case.id])[case.id] if each.round == case.round]


def questions_of_cases(session: Session, ids: Iterable[str]) -> dict[str, list[Question]]:
    """The questions of every round by case id, in order."""

    def ask(missing: set[str]) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {case_id: [] for case_id in missing}
        wanted = select(Question).where(Question.case_id.in_(missing)).order_by(Question.round, Question.position)
        for row in session.execute(wanted).scalars():
            found[row.case_id].append(row)
        return found

    return asked_once(session, "questions", ids, ask)


def materials_of(session: Session, case: Case) -> list[Material]:
    """What is attached, oldest first."""

    def ask(_missing: set[str]) -> dict[str, list[Material]]:
        mine = select(Material).where(Material.case_id == case.id).order_by(Material.added_at, Material.id)
        return {case.id: list(session.execute(mine).scalars())}

    return asked_once(session, "materials", [case.id], ask)[case.id]


def images_of(session: Session, actor: Actor, case: Case) -> Images:
    """What the image index says of a case, in words of the reader's language."""
    facts = image_facts(session, actor, case.subject)
    return Images(
        displayable=facts.displayable_studies,
        undisplayable=[_why(code) for code in facts.undisplayable],
        gaps=[gettext("%(series)s 缺 %(n)s 层", series=name, n=n) for name, n in facts.gaps.items()],
        differences=[
            Difference(study_uid, each.field, each.theirs, each.ours)
            for study_uid, found in facts.differences.items()
            for each in found
        ],
    )


def _why(code: str) -> str:
    known = SENTENCES.get(code)
    return gettext(known.text).rstrip("。") if known else code


def assess_case(session: Session, actor: Actor, case: Case) -> list[Item]:
    """The readiness list of a case as it is now."""
    waivers = session.execute(select(Waiver).where(Waiver.case_id == case.id)).scalars()
    facts = Facts(
        name=case.patient_name,
        sex=case.patient_sex or "",
        age=age_of(case),
        questions=[each.text for each in questions_of(session, case)],
        summary=case.summary,
        diagnosis=case.diagnosis,
        consent_given=case.consent_given,
        consent_by=case.consent_by,
        consent_on=date.fromisoformat(case.consent_at[:10]) if case.consent_at else None,
        has_agreement=has_agreement(session, case.hospital_id, today()),
        material=frozenset(each.kind for each in materials_of(session, case)),
        images=images_of(session, actor, case),
        waived={each.key: each.reason for each in waivers},
        today=today(),
    )
    return readiness.assess(facts)
