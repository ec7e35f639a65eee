"""What is shown of editions and documents: frozen views for pages and API."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel


class PersonName(BaseModel):
    id: str
    name: str


class SignatureView(BaseModel):
    """A stance that holds; `level` says how the person was confirmed. `counts` is false while it is proposed for
    somebody who is asked no more: it stays, but not for the quorum."""

    person: PersonName
    hospital: str
    department: str
    title: str
    stance: str
    text: str
    level: str
    is_chair: bool
    counts: bool
    at: datetime


class AskedView(BaseModel):
    id: str
    text: str


class AnswerView(BaseModel):
    question_id: str
    text: str
    cannot_answer_because: str | None = None


class RecommendationView(BaseModel):
    id: str
    text: str
    owner: str
    due: date | None
    urgency: str


class ConsensusView(BaseModel):
    """One edition. `fingerprint`, `deadline` and `proposed_at` are null while it is a draft; `signed` and `quorum`
    tell how far it is; `superseded_by` is the id of the edition that took its place; `owners` may own a
    recommendation beside the requesting team, whose hospital is `requesting`."""

    id: str
    case_id: str
    case_title: str
    requesting: str
    owners: list[PersonName]
    number: str
    state: str
    version: int
    edition: int
    diagnosis: str
    questions: list[AskedView]
    answers: list[AnswerView]
    recommendations: list[RecommendationView]
    narrative: str
    key_images: list[dict[str, Any]]
    fingerprint: str | None
    deadline: datetime | None
    proposed_at: datetime | None
    signatures: list[SignatureView]
    signers_missing: list[PersonName]
    quorum: int
    amends: str | None
    amend_reason: str
    superseded_by: str | None
    issued_at: datetime | None
    document_id: str | None
    edited_by: PersonName
    edited_at: datetime
    allowed: list[str]


class EditionCard(BaseModel):
    """An edition as the case lists it."""

    id: str
    state: str
    edition: int


class DocumentCard(BaseModel):
    """A document as the case lists it."""

    id: str
    kind: str
    number: str
    edition: int
    verify_code: str
    pdf: str


class DocumentView(BaseModel):
    """A document whole. `content` is what was fingerprinted; `text` is the plain text for the hospital's record."""

    id: str
    case_id: str
    consensus_id: str
    kind: str
    number: str
    edition: int
    state: str
    verify_code: str
    verify_url: str
    fingerprint: str
    hospital: str
    issued_at: datetime
    superseded_by: str | None
    pdf: str
    pdf_sha256: str | None
    content: dict[str, Any]
    signatures: list[dict[str, Any]]
    text: str


class VerifyView(BaseModel):
    """What anybody may know of a document: no patient data. `superseded_by` is the verify code of the newer edition."""

    genuine: bool
    state: str
    kind: str | None = None
    number: str | None = None
    edition: int | None = None
    issued_at: datetime | None = None
    hospital: str | None = None
    fingerprint: str | None = None
    superseded_by: str | None = None


class CaseOpinion(BaseModel):
    """What the case page shows of opinions: `current` is the open edition, else the latest issued one."""

    case_id: str
    editions: list[EditionCard]
    documents: list[DocumentCard]
    current: str | None
    may_begin: bool


class ToSign(BaseModel):
    """An edition that waits for the reader's stance."""

    id: str
    case_id: str
    number: str
    title: str
    urgency: str
    hospital: str
    deadline: datetime | None
