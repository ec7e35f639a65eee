"""Who may do what to an opinion. All rights come from the case: experts draft and sign, the chair proposes and issues,
who may know the outcome may read what was issued."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.sql import false

from mdt.consensus.models import Consensus, Document
from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission, Right, Subject, governed, signed_in

Rule = Callable[[Actor], ColumnElement[bool]]


def _of(*accesses: str) -> Rule:
    def rule(actor: Actor) -> ColumnElement[bool]:
        return or_(*(governed(Consensus.case_id, "case", access, actor) for access in accesses))

    return rule


def _document(access: str) -> Callable[[Actor], ColumnElement[bool]]:
    def rule(actor: Actor) -> ColumnElement[bool]:
        return governed(Document.case_id, "case", access, actor)

    return rule


def _house(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.kind == "system" else false()


DRAFTERS = ("opine", "lead")
"""Accepted experts, chair and deputy; the coordinator writes minutes but never signs."""

SEE: Permission[Consensus] = Permission("consensus.see", Consensus, _of("outcome"))
DRAFT: Permission[Consensus] = Permission("consensus.draft", Consensus, _of(*DRAFTERS), SEE)
SIGN: Permission[Consensus] = Permission("consensus.sign", Consensus, _of("opine"), SEE)
CHAIR: Permission[Consensus] = Permission("consensus.chair", Consensus, _of("conclude"), SEE)
INNER: Permission[Consensus] = Permission("consensus.inner", Consensus, _house)
READ_DOCUMENT: Permission[Document] = Permission("document.read", Document, _document("outcome"))
PRINT: Permission[Document] = Permission("document.print", Document, _house)
OPEN_DRAFT = Right("consensus.open", signed_in.may)
"""The case itself decides: see `operations.open_draft`."""


def case_of(case_id: str) -> Subject:
    return Subject("case", case_id)
