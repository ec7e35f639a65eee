"""One's notices are one's own."""

from sqlalchemy import ColumnElement

from mdt.kernel.actor import Actor
from mdt.kernel.policy import Permission
from mdt.notices.models import Notice


def own(actor: Actor) -> ColumnElement[bool]:
    return Notice.person_id == actor.person_id


OWN: Permission[Notice] = Permission("notice.own", Notice, own)
