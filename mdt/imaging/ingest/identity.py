"""Whose image is it: names, sex and birth dates of two sources compared.

The rule (readiness key `identity`): name in three component groups, 汉字 and
pinyin, order, case, spaces and `^`; sex; birth date. An empty field is no
difference; the local id only counts beside another difference.
"""

import itertools
import re
import unicodedata
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pypinyin import Style, pinyin

from mdt.imaging.ingest.charset import display_text, has_han

Field = Literal["name", "sex", "birth_date", "local_id"]

_NAMELESS = re.compile(r"^(anon\w*|unknown|noname|no name|test|匿名|未知|无名氏?|佚名)?$", re.IGNORECASE)
_COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "东方",
        "南宫",
        "夏侯",
        "闻人",
        "司徒",
    ]
)
_MARKUP = frozenset("<>{}")
_READINGS_LIMIT = 64


class PersonName(BaseModel):
    """The three component groups of a PN value (PS3.5 6.2.1.1), display text each."""

    model_config = ConfigDict(frozen=True)

    alphabetic: str = ""
    ideographic: str = ""
    phonetic: str = ""

    @property
    def display(self) -> str:
        """The name as a Chinese reader writes it."""
        chosen = self.ideographic or self.alphabetic or self.phonetic
        return chosen.replace("^", "").replace(" ", "") if has_han(chosen) else " ".join(_words(chosen))


class PatientIdentity(BaseModel):
    """What one source says of the patient; `birth_date` is YYYYMMDD, anything may be empty."""

    model_config = ConfigDict(frozen=True)

    name: PersonName = PersonName()
    sex: str = ""
    birth_date: str = ""
    local_id: str = ""
    issuer: str = ""


class Difference(BaseModel):
    """One field that speaks against the same person, both values for display."""

    model_config = ConfigDict(frozen=True)

    field: Field
    ours: str
    theirs: str


def person_name(text: str) -> PersonName:
    """Split a decoded PN value into its groups; more than three are dropped."""
    groups = [display_text(group).strip("^ ") for group in text.split("=")[:3]]
    return PersonName(**dict(zip(("alphabetic", "ideographic", "phonetic"), groups, strict=False)))


def same_person(ours: PatientIdentity, theirs: PatientIdentity) -> list[Difference]:
    """What speaks against `ours` and `theirs` being one person; [] = nothing does."""
    found: list[Difference] = []
    if not names_agree(ours.name, theirs.name):
        found.append(Difference(field="name", ours=ours.name.display, theirs=theirs.name.display))
    pairs: tuple[tuple[Field, str, str], ...] = (
        ("sex", _sex(ours.sex), _sex(theirs.sex)),
        ("birth_date", _digits(ours.birth_date), _digits(theirs.birth_date)),
    )
    found += [Difference(field=field, ours=a, theirs=b) for field, a, b in pairs if a and b and a != b]
    if found and ours.local_id and theirs.local_id and ours.local_id.strip() != theirs.local_id.strip():
        found.append(Difference(field="local_id", ours=ours.local_id, theirs=theirs.local_id))
    return found


def identity_of(known: dict[str, str]) -> PatientIdentity:
    """A subject's patient, as its slice provides it, in the form that images are compared with."""
    return PatientIdentity(
        name=person_name(known.get("name") or ""),
        sex=known.get("sex") or "",
        birth_date=str(known.get("birth_date") or ""),
        local_id=known.get("local_id") or "",
    )


def names_agree(ours: PersonName, theirs: PersonName) -> bool:
    """True if the two may be written forms of one name, or one of them is empty."""
    a, b = _written(ours), _written(theirs)
    if not a or not b:
        return True
    han_a, han_b = _han_forms(a), _han_forms(b)
    if han_a and han_b:
        return bool(han_a & han_b)
    return bool(_sounds(a) & _sounds(b))


def _written(name: PersonName) -> list[str]:
    groups = (name.alphabetic, name.ideographic, name.phonetic)
    if _MARKUP.intersection("".join(groups)):
        return []  # no name has these: what stands there says nothing of who it is
    folded = (unicodedata.normalize("NFKC", group).casefold().strip() for group in groups)
    return [group for group in folded if not _NAMELESS.match(" ".join(_words(group)))]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _han_forms(groups: list[str]) -> set[str]:
    """Each Chinese group joined, family name first or last."""
    forms: set[str] = set()
    for words in (_words(group) for group in groups if has_han(group)):
        forms.add("".join(words))
        forms.add("".join(reversed(words)))
    return forms


def _sounds(groups: list[str]) -> set[str]:
    keys: set[str] = set()
    for group in groups:
        keys |= _han_sounds("".join(_words(group))) if has_han(group) else _latin_sounds(group)
    return keys


def _latin_sounds(group: str) -> set[str]:
    words = [_plain(word) for word in _words(group)][:4]
    keys = {"".join(order) for order in itertools.permutations(words)}
    return keys | {key.replace("v", "u") for key in keys}


def _plain(word: str) -> str:
    """Lower case without accents; ü in all its spellings becomes v."""
    word = word.lower().replace("ü", "v").replace("lyu", "lv").replace("nyu", "nv")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=2048)
def _han_sounds(han: str) -> frozenset[str]:
    """Pinyin of every reading of the first character, family name first or last."""
    readings = pinyin(han[:12], style=Style.NORMAL, heteronym=True, v_to_u=False)
    if not readings:
        return frozenset()
    first, rest = readings[0], [syllables[:2] for syllables in readings[1:]]
    keys: set[str] = set()
    family = 2 if han[:2] in _COMPOUND else 1
    for syllables in itertools.islice(itertools.product(first, *rest), _READINGS_LIMIT):
        plain = [_plain(syllable) for syllable in syllables]
        keys.add("".join(plain))
        keys.add("".join(plain[family:] + plain[:family]))
    return frozenset(keys | {key.replace("v", "u") for key in keys})


def _sex(value: str) -> str:
    value = value.strip().upper()
    return {"男": "M", "女": "F", "MALE": "M", "FEMALE": "F"}.get(value, value if value in {"M", "F"} else "")


def _digits(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    return digits if len(digits) == 8 and digits != "19000101" else ""
