"""One of everything: a case with images, meeting, room, opinion, tasks, a clinic – twice, for two hospitals that do
not know each other, and the people in every relation to it (docs: who may what)."""

import uuid
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from mdt.cases.models import Material
from mdt.cases.operations.end import Close, close_case
from mdt.cases.operations.materials import AddMaterial, add_material, make_phone_link, remove_material
from mdt.cases.operations.write import CaseText, QuestionText
from mdt.cases.terms import MaterialKind
from mdt.clinics.operations.photos import AddPhoto, add_photo
from mdt.consensus.models import Document
from mdt.consensus.operations.issue import Amend, amend_consensus
from mdt.followup.models import Task
from mdt.followup.operations import Done, RecordOutcome, finish_task, record_outcome
from mdt.followup.terms import OutcomeStatus
from mdt.identity.models import ApiToken, Hospital
from mdt.identity.models import SignedIn as SignedInRow
from mdt.identity.operations import AddPerson, AddToken, Nothing, add_person, add_token, deactivate_person
from mdt.identity.terms import Role, Scope
from mdt.imaging.models import Batch, Instance, Series, Study, StudyLink, Upload
from mdt.imaging.phantom import chest_ct as phantom
from mdt.imaging.phantom_file import PhantomPatient
from mdt.imaging.terms import BatchState
from mdt.kernel import clock, runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.work import run_until_idle
from mdt.meetings.operations.agenda import AddItem, Override, RemoveItem, add_item, remove_item
from mdt.meetings.operations.invitations import remove_invitation
from mdt.meetings.operations.plan import CreateMeeting, create_meeting
from mdt.meetings.operations.running import start_item, start_meeting
from mdt.notices.models import Notice
from mdt.rooms.models import Room
from tests.world.cases import accepted, draft, full_text
from tests.world.client import SignedIn
from tests.world.clinics import film, make_day, make_encounter
from tests.world.consensus import Discussed, discussed_case, issued
from tests.world.images import drop, send_file
from tests.world.meetings import answer, invite
from tests.world.people import PASSWORD, People, find_people

Ids = dict[str, str]
EXTRA = (
    ("colleague", "qingxi", "呼吸内科", Role.PHYSICIAN),
    ("leaver", "qingxi", "呼吸内科", Role.PHYSICIAN),
    ("nanping_admin", "nanping", "信息科", Role.HOSPITAL_ADMIN),
)


@dataclass(frozen=True)
class Cast:
    """Account names of the people around one case."""

    requester: str
    chair: str
    deputy: str
    accepted: str
    roster: str
    tentative: str = ""
    invited: str = ""
    declined: str = ""
    removed: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        names = (self.deputy, self.accepted, self.tentative, self.invited, self.declined, self.removed)
        return tuple(name for name in names if name)


OWN = Cast("county", "chair", "expert4", "expert1", "township", "expert2", "expert3", "gastroenterology", "infectious")
FOREIGN = Cast("outsider", "urology", "nephrology", "obstetrics", "outsider")


@dataclass
class Whole:
    """`own`, `foreign`: an id per table. `gone`: of what was taken away. `draft`, `township`, `closed`: cases."""

    people: People
    callers: dict[str, SignedIn]
    own: Ids = field(default_factory=dict)
    foreign: Ids = field(default_factory=dict)
    gone: Ids = field(default_factory=dict)
    draft: Ids = field(default_factory=dict)
    township: Ids = field(default_factory=dict)
    closed: Ids = field(default_factory=dict)
    token: str = ""

    def of(self, world: str) -> Ids:
        """The ids of one case's things."""
        return {"own": self.own, "draft": self.draft, "township": self.township, "closed": self.closed}[world]


def make_whole(app: Flask) -> Whole:
    """Build it; everything the worker has to do is done."""
    _add_extra_people()
    people = find_people()
    callers = {name: SignedIn(app.test_client(), name) for name in people}
    whole = Whole(people, callers)
    for name in ("county", "outsider"):
        made = add_token(people[name], AddToken(name="程序", scopes=[Scope.READ]))
        whole.token = whole.token or made.token
    whole.own, whole.gone = _everything(people, OWN, callers["county"])
    whole.foreign, _gone = _everything(people, FOREIGN, callers["outsider"])
    whole.draft = {"case": draft(people).id}
    whole.township = {"case": accepted(people, "township", full_text(name="演示乡")).id}
    whole.closed = _closed(people)
    deactivate_person(people["qingxi_admin"], people["leaver"].person_id, Nothing())
    run_until_idle()
    return whole


def _add_extra_people() -> None:
    with runtime.database().reading() as session:
        rows = session.execute(select(Hospital.code, Hospital.id)).all()
    hospitals = {row.code: row.id for row in rows}
    for name, hospital, department, role in EXTRA:
        add_person(
            SYSTEM,
            AddPerson(
                username=name,
                name=f"演示{name}",
                hospital_id=hospitals[hospital],
                department=department,
                roles=[role],
                password=PASSWORD,
            ),
        )


def _everything(people: People, cast: Cast, sender: SignedIn) -> tuple[Ids, Ids]:
    case = accepted(people, cast.requester, _request())
    gone: Ids = {}
    _images(sender, case.id)
    gone["case_material"] = _material(people, cast, case.id)
    _material(people, cast, case.id)
    remove_material(people[cast.requester], gone["case_material"], Nothing())
    made, meeting = _meeting(people, cast, case.id, gone)
    edition = issued({**people, "chair": people[cast.chair]}, made, recommendations=[_recommended(people, cast)])
    run_until_idle()
    amended = amend_consensus(people[cast.chair], edition.id, Amend(reason="更正一处笔误"))
    ids = {
        "case": case.id,
        "meeting": made.meeting_id,
        "agenda_item": made.item_id,
        "consensus": amended.id,
        "fingerprint": edition.fingerprint or "",
        "case_phone_link": make_phone_link(people[cast.requester], case.id, Nothing()),
        "person": people[cast.requester].person_id,
        "hospital": people[cast.requester].hospital_id,
    }
    ids |= meeting | _clinic(people, cast)
    ids |= _found(case.id, made) | _of_person(people[cast.requester].person_id)
    return ids, gone


def _request() -> CaseText:
    questions = [QuestionText(text="该结节良恶性如何判断？"), QuestionText(text="下一步随访还是手术？")]
    return full_text().model_copy(update={"questions": questions})


def _recommended(people: People, cast: Cast) -> dict[str, str | None]:
    owner = people[cast.requester].person_id
    return {"text": "术后复查", "owner": owner, "due": None, "urgency": "routine"}


def _material(people: People, cast: Cast, case_id: str) -> str:
    stored = runtime.files().put_bytes(b"%PDF-1.4 made up").sha256
    change = AddMaterial(
        kind=MaterialKind.REPORT, name="报告.pdf", media_type="application/pdf", size=16, sha256=stored
    )
    return add_material(people[cast.requester], case_id, change)


def _images(sender: SignedIn, case_id: str) -> None:
    """A finished batch of two slices and an upload that is not."""
    batch = str(uuid.uuid4())
    patient = PhantomPatient(
        name="演示甲", pinyin="Yanshi^Jia", local_id=sender.username, sex="F", birth_date="19770308"
    )
    slices = phantom(patient, study_date="20261120", seed=len(sender.username), slices=2)
    assert drop(sender, slices, case_id, batch)["state"] == "done"
    send_file(sender, str(uuid.uuid4()), "a.dcm", b"x" * 10, case_id)


def _meeting(people: People, cast: Cast, case_id: str, gone: Ids) -> tuple[Discussed, Ids]:
    """Going on, the case's item running; people with every kind of answer."""
    coordinator, chair = people["coordinator"], people[cast.chair]
    plan = CreateMeeting(
        title="胸部多学科会诊",
        starts_at=clock.now(),
        duration_min=60,
        chair=chair.person_id,
        deputy=people[cast.deputy].person_id,
        quorum=2,
    )
    meeting = create_meeting(coordinator, plan)
    override = Override(reason="影像随后补传")
    running = add_item(coordinator, meeting.id, AddItem(case_id=case_id, minutes=10, override=override))
    other = accepted(people, cast.requester)
    waiting = add_item(coordinator, meeting.id, AddItem(case_id=other.id, minutes=10, override=override))
    gone["agenda_item"] = waiting.id
    remove_item(coordinator, waiting.id, RemoveItem())
    invitations = invite(people, meeting.id, *cast.asked)
    for name in (cast.deputy, cast.accepted, cast.removed):
        if name:
            answer(people[name], invitations[name], "accept")
    if cast.tentative:
        answer(people[cast.tentative], invitations[cast.tentative], "tentative")
        answer(people[cast.declined], invitations[cast.declined], "decline", code="busy")
        gone["invitation"] = invitations[cast.removed]
        remove_invitation(coordinator, invitations[cast.removed], Nothing())
    start_meeting(chair, meeting.id, Nothing())
    start_item(chair, running.id, Nothing())
    made = Discussed(case_id, meeting.id, running.id, (cast.deputy, cast.accepted))
    return made, {"invitation": invitations[cast.accepted]}


def _clinic(people: People, cast: Cast) -> Ids:
    day = make_day(people, roster=(cast.roster, cast.requester))
    row = make_encounter(people, day, cast.roster)
    photo = add_photo(people[cast.roster], row.id, AddPhoto(sha256=runtime.files().put_bytes(film()).sha256))
    run_until_idle()
    return {"clinic_day": day.id, "encounter": row.id, "encounter_photo": photo.id}


def _found(case_id: str, made: Discussed) -> Ids:
    """Ids of what the operations above left behind."""
    links = select(StudyLink.study_id).where(StudyLink.subject_id == case_id)
    series = select(Series.id).where(Series.study_id.in_(links))
    batches = select(Batch.id).where(Batch.subject_id == case_id)
    wanted = {
        "case_material": select(Material.id).where(Material.case_id == case_id),
        "document": select(Document.id).where(Document.case_id == case_id),
        "verify_code": select(Document.verify_code).where(Document.case_id == case_id),
        "task": select(Task.id).where(Task.case_id == case_id),
        "room": select(Room.id).where(Room.subject_id == case_id),
        "study": links,
        "study_uid": select(Study.study_uid).where(Study.id.in_(links)),
        "study_link": select(StudyLink.id).where(StudyLink.subject_id == case_id),
        "series": series,
        "series_uid": select(Series.series_uid).where(Series.study_id.in_(links)),
        "instance_uid": select(Instance.sop_uid).where(Instance.series_id.in_(series)),
        "instance": select(Instance.id).where(Instance.series_id.in_(series)),
        "batch": batches.where(Batch.state == BatchState.DONE),
        "batch_client": select(Batch.client_id).where(Batch.subject_id == case_id, Batch.state == BatchState.DONE),
        "upload": select(Upload.id).where(Upload.batch_id.in_(batches.where(Batch.state == BatchState.OPEN))),
    }
    with runtime.database().reading() as session:
        return {name: str(session.execute(query.limit(1)).scalar_one()) for name, query in wanted.items()}


def _of_person(person_id: str) -> Ids:
    wanted = {
        "session": select(SignedInRow.id).where(SignedInRow.person_id == person_id),
        "api_token": select(ApiToken.id).where(ApiToken.person_id == person_id),
        "notice": select(Notice.id).where(Notice.person_id == person_id),
    }
    with runtime.database().reading() as session:
        return {name: session.execute(query.limit(1)).scalar_one() for name, query in wanted.items()}


def _closed(people: People) -> Ids:
    """Discussed, answered, its outcome known: closed."""
    made = discussed_case(people, ("expert1", "expert2"))
    view = issued(people, made)
    with runtime.database().reading() as session:
        tasks = session.execute(select(Task.id, Task.owner_id).where(Task.case_id == made.case_id)).all()
    owners = {actor.person_id: actor for actor in people.values()}
    for task in tasks:
        finish_task(owners[task.owner_id] if task.owner_id else people["county"], task.id, Done())
    outcome = RecordOutcome(case_id=made.case_id, status=OutcomeStatus.STABLE, on=clock.now().date(), text="稳定")
    record_outcome(people["county"], outcome)
    close_case(people["county"], made.case_id, Close())
    with runtime.database().reading() as session:
        document = session.execute(select(Document.id).where(Document.case_id == made.case_id)).scalar_one()
        room = session.execute(select(Room.id).where(Room.subject_id == made.case_id)).scalar_one()
    return {"case": made.case_id, "document": document, "consensus": view.id, "room": room}
