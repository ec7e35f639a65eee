"""Reading opinions and documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from mdt.consensus import policy
from mdt.consensus.basis import ground_of
from mdt.consensus.codes import parse_verify_code
from mdt.consensus.models import Consensus, Document, DocumentFile, Proposal, Stance
from mdt.consensus.plain import record_text
from mdt.consensus.printing import Issue, read_content, sheet_of
from mdt.consensus.statements import missing, standing, statement_of
from mdt.consensus.terms import REQUESTING_TEAM, Stage
from mdt.consensus.views import (
    AnswerView,
    AskedView,
    ConsensusView,
    DocumentCard,
    DocumentView,
    EditionCard,
    PersonName,
    RecommendationView,
    SignatureView,
    VerifyView,
)
from mdt.identity.queries import person_cards
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.kernel.operation import allowed_actions
from mdt.kernel.policy import anybody, gives
from mdt.kernel.query import listing, query

WORKING, READY = "working", "ready"


@query(policy.SEE, reads="consensus.read")
def consensus_view(session: Session, actor: Actor, row: Consensus, _ask: None) -> ConsensusView:
    """An edition whole, with the stances that hold and what the reader may do."""
    ground = ground_of(session, row.case_id)
    stances = standing(session, row.id, row.fingerprint)
    is_open = row.stage is Stage.PROPOSED
    waiting = missing(ground.asked, stances) if is_open else []
    people = person_cards(session, {*waiting, row.edited_by})
    proposal = session.get(Proposal, row.fingerprint) if row.fingerprint else None
    document = session.execute(select(Document.id, Document.number).where(Document.consensus_id == row.id)).first()
    return ConsensusView(
        id=row.id,
        case_id=row.case_id,
        case_title=ground.case.title,
        requesting=ground.basis.requesting_hospital,
        owners=[PersonName(id=one.id, name=one.name) for one in ground.basis.people.values()],
        number=document.number if document else ground.case.number,
        state=row.state,
        version=row.version,
        edition=row.edition,
        diagnosis=row.diagnosis,
        questions=[AskedView(id=key, text=words) for key, words in ground.case.questions],
        answers=[AnswerView(**one) for one in row.answers],
        recommendations=[RecommendationView(**one) for one in row.recommendations],
        narrative=row.narrative,
        key_images=list(row.key_images),
        fingerprint=row.fingerprint or None,
        deadline=row.deadline_at,
        proposed_at=proposal.proposed_at if proposal else None,
        signatures=[_signature(one, counts=not is_open or one.person_id in ground.voices) for one in stances],
        signers_missing=[PersonName(id=one, name=people[one].name) for one in waiting],
        quorum=ground.basis.quorum,
        amends=row.amends_id,
        amend_reason=row.amend_reason,
        superseded_by=later_edition(session, row.id),
        issued_at=row.issued_at,
        document_id=document.id if document else None,
        edited_by=PersonName(id=row.edited_by, name=people[row.edited_by].name),
        edited_at=row.edited_at,
        allowed=allowed_actions(session, actor, row),
    )


def _signature(stance: Stance, *, counts: bool) -> SignatureView:
    kept: dict[str, Any] = statement_of(stance)
    signer = kept["signer"]
    return SignatureView(
        person=PersonName(id=signer["id"], name=signer["name"]),
        hospital=signer["hospital"],
        department=signer["department"],
        title=signer["title"],
        stance=stance.mark.value,
        text=stance.text,
        level=kept["level"],
        is_chair=kept["is_chair"],
        counts=counts,
        at=stance.at,
    )


def later_edition(session: Session, consensus_id: str) -> str | None:
    """The issued edition that took this one's place."""
    later = (Consensus.amends_id == consensus_id) & (Consensus.stage == Stage.ISSUED)
    return session.execute(select(Consensus.id).where(later)).scalar()


def editions_of_case(session: Session, actor: Actor, case_id: str) -> list[EditionCard]:
    """The case's editions, oldest first, without those given up; for the case page and API."""
    if not gives(session, policy.case_of(case_id), "outcome", actor):
        return []
    kept = (Consensus.case_id == case_id) & (Consensus.stage != Stage.ABANDONED)
    rows = session.execute(select(Consensus).where(kept).order_by(Consensus.series, Consensus.edition)).scalars()
    return [EditionCard(id=row.id, state=row.state, edition=row.edition) for row in rows]


def documents_of_case(session: Session, actor: Actor, case_id: str) -> list[DocumentCard]:
    """The case's documents, oldest first."""
    if not gives(session, policy.case_of(case_id), "outcome", actor):
        return []
    mine = select(Document).where(Document.case_id == case_id).order_by(Document.issued_at, Document.edition)
    rows = session.execute(mine).scalars().all()
    printed = _printed(session, [row.id for row in rows])
    return [
        DocumentCard(
            id=row.id,
            kind=row.kind,
            number=row.number,
            edition=row.edition,
            verify_code=row.verify_code,
            pdf=READY if row.id in printed else WORKING,
        )
        for row in rows
    ]


def _printed(session: Session, ids: Sequence[str]) -> set[str]:
    found = session.execute(select(DocumentFile.document_id).where(DocumentFile.document_id.in_(ids)))
    return set(found.scalars())


def issue_of(row: Document) -> Issue:
    return Issue(
        number=row.number,
        issued_at=row.issued_at,
        verify_url=verify_url(row.verify_code),
        verify_code=row.verify_code,
        fingerprint=row.fingerprint,
    )


def verify_url(code: str) -> str:
    return f"{runtime.settings().base_url}/verify/{code}"


@query(policy.READ_DOCUMENT, reads="document.read")
def document_view(session: Session, _actor: Actor, row: Document, _ask: None) -> DocumentView:
    """A document with its content, its signatures and its plain text."""
    content = read_content(row.content)
    later = _replacement(session, row)
    copy = copy_of(session, row.id, later.edition if later else 0)
    sheet = sheet_of(content, issue_of(row), superseded_by=later.edition if later else None)
    return DocumentView(
        id=row.id,
        case_id=row.case_id,
        consensus_id=row.consensus_id,
        kind=row.kind,
        number=row.number,
        edition=row.edition,
        state="superseded" if later else "genuine",
        verify_code=row.verify_code,
        verify_url=verify_url(row.verify_code),
        fingerprint=row.fingerprint,
        hospital=row.hospital,
        issued_at=row.issued_at,
        superseded_by=later.id if later else None,
        pdf=READY if copy else WORKING,
        pdf_sha256=copy.sha256 if copy else None,
        content=content["frozen"],
        signatures=content["statements"],
        text=record_text(sheet),
    )


def _replacement(session: Session, row: Document) -> Document | None:
    """The document of the edition that amends this one's."""
    later = aliased(Consensus)
    found = select(Document).join(later, later.id == Document.consensus_id).where(later.amends_id == row.consensus_id)
    return session.execute(found).scalar()


def copy_of(session: Session, document_id: str, superseded_by: int) -> DocumentFile | None:
    """The printed copy to hand out: marked as replaced once that one is made; until then the one as issued."""
    wanted = select(DocumentFile).where(
        DocumentFile.document_id == document_id, DocumentFile.superseded_by.in_((0, superseded_by))
    )
    return session.execute(wanted.order_by(DocumentFile.superseded_by.desc()).limit(1)).scalar()


class AskCopy:
    """Which printed copy: the present one, or the one as it was issued."""

    def __init__(self, *, as_issued: bool = False) -> None:
        self.as_issued = as_issued


@query(policy.READ_DOCUMENT, reads="document.opened")
def document_copy(session: Session, _actor: Actor, row: Document, ask: AskCopy) -> tuple[str, str]:
    """SHA-256 of the printed copy (empty while it is made) and a safe file name."""
    later = None if ask.as_issued else _replacement(session, row)
    copy = copy_of(session, row.id, later.edition if later else 0)
    return (copy.sha256 if copy else "", f"{row.number}-{row.edition}.pdf")


@listing(anybody)
def verify_document(session: Session, _actor: Actor, typed: str) -> VerifyView:
    """What anybody may know of the document with this code. Unknown and malformed codes get the same answer."""
    code = parse_verify_code(typed)
    row = session.execute(select(Document).where(Document.verify_code == (code or ""))).scalar()
    if row is None:
        return VerifyView(genuine=False, state="unknown")
    later = _replacement(session, row)
    return VerifyView(
        genuine=True,
        state="superseded" if later else "genuine",
        kind=row.kind,
        number=row.number,
        edition=row.edition,
        issued_at=row.issued_at,
        hospital=row.hospital,
        fingerprint=row.fingerprint,
        superseded_by=later.verify_code if later else None,
    )


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation for who carries it out; `owner_id` is None for the requesting team."""

    id: str
    position: int
    text: str
    owner_id: str | None
    due: date | None
    urgency: str


def recommendations_of(session: Session, consensus_id: str) -> list[Recommended]:
    """The recommendations of an edition, in order."""
    row = session.get_one(Consensus, consensus_id)
    return [
        Recommended(
            id=one["id"],
            position=at,
            text=one["text"],
            owner_id=None if one["owner"] == REQUESTING_TEAM else one["owner"],
            due=date.fromisoformat(one["due"]) if one["due"] else None,
            urgency=one["urgency"],
        )
        for at, one in enumerate(row.recommendations)
    ]
