"""The demo's accounts as actors."""

from sqlalchemy import select

from mdt.identity.models import Person
from mdt.identity.signin import actor_of_person
from mdt.kernel import runtime
from mdt.kernel.actor import Actor
from mdt.shell.demo.people import PASSWORD, add_demo_people

__all__ = ["PASSWORD", "People", "add_people", "find_people"]

People = dict[str, Actor]


def add_people() -> None:
    add_demo_people()


def find_people() -> People:
    """Every account as an actor that has just proved who it is."""
    with runtime.database().reading() as session:
        found = session.execute(select(Person.username, Person.id).where(Person.active)).all()
    return {username: actor_of_person(person_id) for username, person_id in found}
