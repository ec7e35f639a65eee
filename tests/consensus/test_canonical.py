"""The canonical form: equal for equal content, different for any other, refusing the invisible."""

import copy
import hashlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mdt.consensus.canonical import (
    LARGEST,
    NotCanonical,
    canonical,
    clean_text,
    decimal_text,
    fingerprint,
)

TEXT = st.text(st.sampled_from('左右侧 aZ09é\u0065\u0301가각#{}[]"\\\n\t$𠮷'), max_size=12)
LEAF = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT
KEYS = st.text("abcdefgh右", min_size=1, max_size=4)
CONTENT = st.dictionaries(
    KEYS,
    st.recursive(LEAF, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12),
    min_size=1,
    max_size=5,
)


def leaves(content: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The paths of all leaves, empty lists and mappings among them."""
    if isinstance(content, dict) and content:
        for key, one in content.items():
            yield from leaves(one, (*path, key))
    elif isinstance(content, list) and content:
        for at, one in enumerate(content):
            yield from leaves(one, (*path, at))
    else:
        yield path


def put(content: dict[str, object], path: tuple[object, ...], leaf: object) -> object:
    """A copy with another leaf; the leaf before it."""
    place: object = content
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    before = place[path[-1]]  # type: ignore[index]
    place[path[-1]] = leaf  # type: ignore[index]
    return before


@given(CONTENT)
def test_order_of_keys_does_not_matter(content: dict[str, object]) -> None:
    turned = dict(reversed(content.items()))
    assert fingerprint(turned) == fingerprint(content)


@given(CONTENT)
def test_composed_and_decomposed_text_is_the_same(content: dict[str, object]) -> None:
    spelt = json.dumps(content, ensure_ascii=False)
    apart = json.loads(unicodedata.normalize("NFD", spelt))
    assert fingerprint(apart) == fingerprint(content)


@given(CONTENT)
def test_a_round_trip_through_json_changes_nothing(content: dict[str, object]) -> None:
    assert canonical(json.loads(canonical(content))) == canonical(content)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(CONTENT, LEAF, st.data())
def test_any_other_leaf_changes_the_fingerprint(content: dict[str, object], leaf: object, data: st.DataObject) -> None:
    changed = copy.deepcopy(content)
    before = put(changed, data.draw(st.sampled_from(list(leaves(content)))), leaf)
    assume(type(before) is not type(leaf) or normal(before) != normal(leaf))
    assert fingerprint(changed) != fingerprint(content)


def normal(leaf: object) -> object:
    """A leaf as compared: text in NFC."""
    return unicodedata.normalize("NFC", leaf) if isinstance(leaf, str) else leaf


@given(st.lists(TEXT, min_size=2, unique_by=normal))
def test_order_in_a_list_matters(texts: list[str]) -> None:
    turned = list(reversed(texts))
    assert fingerprint({"texts": turned}) != fingerprint({"texts": texts})


def test_the_fingerprint_is_the_prefixed_sha256_of_jcs() -> None:
    content = {"b": ["右", 1, None, True], "a": "é"}
    form = '{"a":"é","b":["右",1,null,true]}'.encode()
    assert canonical(content) == form
    assert fingerprint(content) == hashlib.sha256(b"mdt-consensus-v1\n" + form).hexdigest()


@pytest.mark.parametrize(
    ("char", "code"),
    [
        ("\0", "control"),
        ("\x1b", "control"),
        ("\u200b", "control"),
        ("\u200d", "control"),
        ("\u202e", "control"),
        ("\u2066", "control"),
        ("\ufeff", "control"),
        ("\u00ad", "control"),
        ("\u2028", "control"),
        ("\u3164", "control"),
        ("\ufe0f", "control"),
        ("\U000e0041", "control"),
        ("\ud800", "surrogate"),
    ],
)
def test_what_cannot_be_seen_is_refused_by_field(char: str, code: str) -> None:
    with pytest.raises(NotCanonical, match=r"^answers\[1\]\.text: ") as caught:
        canonical({"answers": [{"text": "左"}, {"text": f"左{char}右"}]})
    assert (caught.value.field, caught.value.code, caught.value.char) == (
        "answers[1].text",
        code,
        char,
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.5, "number"),
        (1.0, "number"),
        (float("nan"), "number"),
        (LARGEST + 1, "number"),
        (-LARGEST - 1, "number"),
        (Decimal(1), "type"),
        (datetime(2026, 1, 1, tzinfo=UTC), "type"),
        (b"x", "type"),
        ({1}, "type"),
        ({1: "x"}, "key"),
        ({"é": 1, "e\u0301": 2}, "key"),
        ({"a\u200b": 1}, "control"),
    ],
)
def test_what_has_two_spellings_is_refused(value: object, code: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical({"due": value})
    assert (caught.value.field, caught.value.code) == ("due", code)


def test_endless_nesting_is_refused() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(NotCanonical, match="depth"):
        canonical(deep)


def test_text_keeps_its_lines_and_rare_characters() -> None:
    assert clean_text("一\n二\t𠮷e\u0301", "summary") == "一\n二\t𠮷é"


@pytest.mark.parametrize(("number", "text"), [(40, "40"), (40.0, "40"), (-0.5, "-0.5"), (12.25, "12.25"), (-0.0, "0")])
def test_decimals_are_written_one_way(number: float, text: str) -> None:
    assert decimal_text(number) == text
