"""QIDO-RS: studies, series and instances by their attributes, over what the person may see (PS3.18 8.3.4, 10.6)."""

import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from pydicom.datadict import tag_for_keyword
from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from mdt.imaging import policy
from mdt.imaging.models import Instance, Series, Study
from mdt.imaging.queries.elements import Elements, instance_elements, series_elements, study_elements
from mdt.imaging.queries.seen import Part, parts_seen
from mdt.kernel.actor import Actor
from mdt.kernel.errors import NotFound, Refused
from mdt.kernel.i18n import N_
from mdt.kernel.policy import Subject, signed_in
from mdt.kernel.query import listing, note_reading

LIMIT = 200
LIMIT_MOST = 5000
_TAG = re.compile(r"[0-9A-Fa-f]{8}")
_UID_LIST = re.compile(r"[0-9.]+(?:[,\\][0-9.]+)*")


class BadSearch(Refused):
    code = "bad_search"
    sentence = N_("查询条件写错了。")


class Search(BaseModel):
    """`level` is study, series or instance; a UID from the path narrows. `root` is the absolute address."""

    level: str
    root: str
    study_uid: str = ""
    series_uid: str = ""
    terms: list[tuple[str, str]] = []
    fields: list[str] = []
    limit: int | None = None
    offset: int = 0
    fuzzy: bool = False


class Found(BaseModel):
    """The matches, and what must be said with them (`Warning: 299`)."""

    items: list[Elements]
    warnings: list[str] = []


Column = InstrumentedAttribute[Any] | ColumnElement[Any]
Match = Callable[[Column, str], ColumnElement[bool]]


def _uids(column: Column, text: str) -> ColumnElement[bool]:
    if not _UID_LIST.fullmatch(text):
        raise BadSearch
    return column.in_(re.split(r"[,\\]", text))


def _range(column: Column, text: str) -> ColumnElement[bool]:
    """A date or time, or `from-`, `-to`, `from-to`; a shorter time means its whole hour or minute."""
    if not re.fullmatch(r"[0-9.:]*-?[0-9.:]*", text) or text == "-":
        raise BadSearch
    first, dash, last = text.replace(":", "").partition("-")
    if not dash:
        return column.startswith(first)
    chosen: list[ColumnElement[bool]] = [column != ""]
    if first:
        chosen.append(column >= first)
    if last:
        chosen.append(column <= last + "\uffff")
    return and_(*chosen)


def _text(column: Column, text: str) -> ColumnElement[bool]:
    r"""Wildcards `*` and `?`; names and texts regardless of case, one of several after `\` or `,`."""
    escaped = re.sub(r"([%_/])", r"/\1", text.lower())
    pattern = escaped.replace("*", "%").replace("?", "_")
    return func.lower(cast(column, String)).like(pattern, escape="/")


def _name(column: Column, text: str) -> ColumnElement[bool]:
    """`^` of the question stands for the space or nothing of the kept name."""
    return or_(_text(column, text.replace("^", " ").strip()), _text(column, text.replace("^", "")))


def _number(column: Column, text: str) -> ColumnElement[bool]:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadSearch
    return column == int(text)


def _listed(column: Column, text: str) -> ColumnElement[bool]:
    return func.upper(column).in_([each.upper() for each in re.split(r"[,\\]", text)])


MATCHES: dict[str, tuple[str, Column, Match]] = {
    "0020000D": ("study", Study.study_uid, _uids),
    "00080020": ("study", Study.date, _range),
    "00080030": ("study", Study.time, _range),
    "00080050": ("study", Study.accession, _text),
    "00080061": ("modalities", Series.modality, _listed),
    "00080090": ("study", Study.referring, _name),
    "00081030": ("study", Study.description, _text),
    "00200010": ("study", Study.study_ref, _text),
    "00100010": ("study", Study.patient_name, _name),
    "00100020": ("study", Study.patient["local_id"].as_string(), _text),
    "00100030": ("study", Study.patient["birth_date"].as_string(), _range),
    "00100040": ("study", Study.patient["sex"].as_string(), _text),
    "0020000E": ("series", Series.series_uid, _uids),
    "00080060": ("series", Series.modality, _text),
    "0008103E": ("series", Series.description, _text),
    "00180015": ("series", Series.body_part, _text),
    "00200011": ("series", Series.number, _number),
    "00400244": ("series", Series.date, _range),
    "00400245": ("series", Series.time, _range),
    "00080018": ("instance", Instance.sop_uid, _uids),
    "00080016": ("instance", Instance.sop_class_uid, _uids),
    "00200013": ("instance", Instance.number, _number),
}
LEVELS = ("study", "series", "instance")
SEEN = {"study": lambda _actor: true(), "series": policy.series_rule, "instance": policy.instance_rule}


def tag_of(name: str) -> str:
    """Eight hex digits for a keyword, a tag or the head of a sequence path; "" if there is no such attribute."""
    head = name.split(".", maxsplit=1)[0]
    if _TAG.fullmatch(head):
        return head.upper()
    tag = tag_for_keyword(head)
    return f"{tag:08X}" if tag is not None else ""


@listing(signed_in)
def search(session: Session, actor: Actor, ask: Search) -> Found:
    """What matches. Raises NotFound for a study or series in the path that the person may not see, BadSearch."""
    _demand_path(session, actor, ask)
    warnings = ["fuzzymatching is not supported, only literal matching is done"] if ask.fuzzy else []
    conditions, ignored = _conditions(actor, ask)
    warnings += [f"The attribute {name} is not supported for matching and was ignored" for name in ignored]
    query = _rows(ask.level).where(_visible(actor), SEEN[ask.level](actor), *conditions)
    rows = session.execute(_page(query, ask)).all()
    parts = parts_seen(session, actor, {row[0].id: row[0] for row in rows}.values())
    total = session.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    left = total - ask.offset - len(rows)
    if left > 0:
        warnings.append(f"There are {left} additional results that can be requested")
    note_reading(actor, "images.searched", lambda: (Subject("hospital", actor.hospital_id),), "study", ask.study_uid)
    return Found(items=[_answer(session, actor, _as_seen(tuple(row), parts), ask) for row in rows], warnings=warnings)


def _demand_path(session: Session, actor: Actor, ask: Search) -> None:
    if not ask.study_uid:
        return
    query = select(Study.id).where(Study.study_uid == ask.study_uid, _visible(actor))
    if ask.series_uid:
        query = query.join(Series, Series.study_id == Study.id)
        query = query.where(Series.series_uid == ask.series_uid, policy.series_rule(actor))
    if session.execute(query.limit(1)).first() is None:
        raise NotFound


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Of several hospitals' copies of a study that a person may see, one."""
    one = select(func.min(Study.id)).where(policy.study_rule(actor)).group_by(Study.study_uid)
    return Study.id.in_(one)


def _conditions(actor: Actor, ask: Search) -> tuple[list[ColumnElement[bool]], list[str]]:
    found: list[ColumnElement[bool]] = [true()]
    ignored = []
    if ask.study_uid:
        found.append(Study.study_uid == ask.study_uid)
    if ask.series_uid:
        found.append(Series.series_uid == ask.series_uid)
    for name, text in ask.terms:
        rule = MATCHES.get(tag_of(name))
        if rule is None or (_depth(rule[0]) > LEVELS.index(ask.level) and rule[0] != "series"):
            ignored.append(re.sub(r"[^A-Za-z0-9_.]", "", name)[:64])
        elif text in ("", "*"):
            continue  # universal matching
        else:
            level, column, match = rule
            if level == "modalities" or (level == "series" and ask.level == "study"):
                found.append(policy.with_series(actor, match(column, text)))
            else:
                found.append(match(column, text))
    return found, ignored


def _depth(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else 0


def _rows(level: str) -> Any:
    if level == "study":
        return select(Study).order_by(Study.date.desc(), Study.id)
    if level == "series":
        rows = select(Study, Series).join(Series, Series.study_id == Study.id)
        return rows.order_by(Study.date.desc(), Study.id, Series.number, Series.id)
    rows3 = select(Study, Series, Instance).join(Series, Series.study_id == Study.id)
    rows3 = rows3.join(Instance, Instance.series_id == Series.id)
    return rows3.order_by(Study.date.desc(), Study.id, Series.number, Series.id, Instance.number, Instance.sop_uid)


def _page(query: Any, ask: Search) -> Any:
    unlimited = ask.level == "instance" and bool(ask.series_uid)
    limit = LIMIT_MOST if unlimited and ask.limit is None else min(ask.limit or LIMIT, LIMIT_MOST)
    if ask.limit == 0:
        limit = 0
    return query.limit(limit).offset(ask.offset)


def _as_seen(row: tuple[Any, ...], parts: dict[str, Part]) -> tuple[Any, ...]:
    """The row with counts and facts of what is seen."""
    part = parts.get(row[0].id)
    if part is None:
        return row
    return (part.study(row[0]), *(part.of_series(each) for each in row[1:2]), *row[2:])


def _answer(session: Session, actor: Actor, row: tuple[Any, ...], ask: Search) -> Elements:
    """The level's attributes, those of the levels above it that the path leaves open, and what was asked for."""
    found: Elements = {}
    if ask.level == "study" or not ask.study_uid:
        found |= study_elements(row[0], ask.root)
    if len(row) > 1 and (ask.level == "series" or not ask.series_uid):
        found |= series_elements(row[0], row[1], ask.root)
    if len(row) > 2:
        found |= instance_elements(row[0], row[1], row[2], ask.root)
    if ask.fields:
        found = _included(session, actor, row, ask.fields) | found
    return dict(sorted(found.items()))


def _included(session: Session, actor: Actor, row: tuple[Any, ...], fields: list[str]) -> Elements:
    """`includefield` from the header of the instance, or of one that stands for the series or study."""
    if len(row) > 2:
        header: Elements = row[2].dicom_json
    else:
        own = Instance.series_id == row[1].id if len(row) > 1 else Series.study_id == row[0].id
        one = select(Instance.dicom_json).join(Series, Series.id == Instance.series_id).where(own)
        one = one.where(policy.instance_rule(actor)).limit(1)
        header = session.execute(one).scalar() or {}
    if "all" in fields:
        if len(row) < 3:
            return {}  # the answer has every attribute of these levels already
        return {tag: each for tag, each in header.items() if "BulkDataURI" not in each}
    wanted = {tag_of(name) for name in fields}
    return {tag: each for tag, each in header.items() if tag in wanted and "BulkDataURI" not in each}
