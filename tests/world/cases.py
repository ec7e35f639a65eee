"""Cases in the state a test needs, reached by the operations people would use."""

from mdt.cases.models import Case
from mdt.cases.operations.members import Grant, grant
from mdt.cases.operations.review import Accept, accept_case, submit_case
from mdt.cases.operations.write import CaseText, ConsentText, PatientText, QuestionText, create_case
from mdt.cases.terms import Relation
from mdt.identity.operations import Nothing
from mdt.kernel import clock, runtime
from mdt.kernel.actor import Actor
from mdt.kernel.transaction import transaction
from tests.world.people import People


def full_text(title: str = "右上肺混合磨玻璃结节", name: str = "曾演示") -> CaseText:
    """A request with everything but images."""
    return CaseText(
        title=title,
        patient=PatientText(name=name, sex="F", age=49, local_id="ZY20261120-033"),
        summary="体检发现右上肺结节，无吸烟史，母亲肺癌史。",
        diagnosis="右上肺结节待查",
        questions=[QuestionText(text="结节性质如何，随访还是手术？")],
        consent=ConsentText(given=True, by="患者本人", at=clock.now().date()),
    )


def draft(people: People, who: str = "county", text: CaseText | None = None) -> Case:
    return create_case(people[who], text or full_text())


def submitted(people: People, who: str = "county", text: CaseText | None = None) -> Case:
    case = draft(people, who, text)
    submit_case(people[who], case.id, Nothing())
    return case


def accepted(people: People, who: str = "county", text: CaseText | None = None) -> Case:
    case = submitted(people, who, text)
    accept_case(people["coordinator"], case.id, Accept())
    return case


def give(case_id: str, person: Actor, relation: Relation, via: str = "test") -> None:
    """A relation as an invitation would give it."""
    with transaction(person) as tx:
        grant.inside(tx, case_id, Grant(person_id=person.person_id, relation=relation, via=via))


def state_of(case_id: str) -> str:
    with runtime.database().reading() as session:
        return str(session.get_one(Case, case_id).state)
