"""The relations of a person to a case: the columns of tests/house/matrix.csv."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """Who (an account of the world of tests/world/whole.py) and, where it is not the own case, which one."""

    username: str
    world: str = "own"
    is_token: bool = False


RELATIONS = {
    "anonymous": Relation(""),
    "requester": Relation("county"),
    "colleague": Relation("colleague"),
    "other_department": Relation("county2"),
    "other_hospital": Relation("outsider"),
    "township": Relation("township"),
    "superior": Relation("county", "township"),
    "coordinator_before": Relation("coordinator", "draft"),
    "coordinator": Relation("coordinator"),
    "invited": Relation("expert3"),
    "tentative": Relation("expert2"),
    "accepted": Relation("expert1"),
    "accepted_closed": Relation("expert1", "closed"),
    "declined": Relation("gastroenterology"),
    "removed": Relation("infectious"),
    "chair": Relation("chair"),
    "deputy": Relation("expert4"),
    "other_expert": Relation("cardiology"),
    "trainee": Relation("trainee"),
    "own_admin": Relation("qingxi_admin"),
    "other_admin": Relation("nanping_admin"),
    "admin": Relation("admin"),
    "deactivated": Relation("leaver"),
    "reading_token": Relation("county", is_token=True),
}
STRANGERS_IDS = ("requester", "coordinator", "accepted", "chair", "township", "own_admin", "admin", "other_expert")
"""Relations for which foreign, nested, deleted and random ids are tried."""
KNOWS_FOREIGN = {"coordinator": "the alliance holds both hospitals", "admin": "accounts of every hospital"}
