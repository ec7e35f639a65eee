"""The readiness list: each item's verdict, the score, the gates."""

from dataclasses import replace
from datetime import date

import pytest

from mdt.cases.readiness import (
    CHECKS,
    Difference,
    Facts,
    Images,
    Verdict,
    assess,
    missing_musts,
    open_items,
    score,
)

TODAY = date(2026, 11, 25)
WHOLE = Facts(
    name="演示甲",
    sex="F",
    age=49,
    questions=["结节性质如何，随访还是手术？"],
    summary="体检发现。",
    diagnosis="结节",
    consent_given=True,
    consent_by="患者本人",
    consent_on=TODAY,
    has_agreement=True,
    material=frozenset({"consent"}),
    images=Images(displayable=2),
    today=TODAY,
)


def verdict(case: Facts, key: str) -> Verdict:
    return next(item.found.verdict for item in assess(case) if item.key == key)


def test_a_whole_case_scores_100() -> None:
    items = assess(WHOLE)
    assert score(items) == 100
    assert missing_musts(items) == open_items(items) == []


def test_an_empty_case_scores_0_and_misses_every_must() -> None:
    items = assess(Facts(today=TODAY))
    assert score(items) == 0
    musts = {check.key for check in CHECKS if check.level == "must"}
    assert set(missing_musts(items)) == musts - {"img_readable"}, "nothing to be read yet"


@pytest.mark.parametrize(
    ("key", "changes", "expected"),
    [
        ("question", {"questions": ["请会诊。"]}, "missing"),
        ("question", {"questions": ["性质？"]}, "missing"),
        ("question", {"questions": []}, "missing"),
        ("demographics", {"sex": ""}, "missing"),
        ("demographics", {"age": None}, "missing"),
        ("demographics", {"age": 130}, "warn"),
        ("demographics", {"age": 0}, "ok"),
        ("summary", {"summary": " "}, "missing"),
        ("working_dx", {"diagnosis": ""}, "missing"),
        ("consent", {"consent_by": ""}, "missing"),
        ("consent", {"consent_on": date(2026, 11, 26)}, "missing"),
        ("consent", {"age": 9}, "warn"),
        ("consent", {"age": 9, "consent_by": "母亲王某"}, "ok"),
        ("consent_scan", {"material": frozenset()}, "missing"),
        ("agreement", {"has_agreement": False}, "missing"),
        ("img_present", {"images": Images()}, "missing"),
        ("img_present", {"images": Images(), "waived": {"img_present": "仅问用药"}}, "n/a"),
        ("img_readable", {"images": Images(), "waived": {"img_present": "仅问用药"}}, "n/a"),
        ("img_readable", {"images": Images(displayable=1, undisplayable=("MPEG-4",))}, "warn"),
        ("img_readable", {"images": Images(undisplayable=("MPEG-4",))}, "missing"),
        ("img_complete", {"images": Images(displayable=1, gaps=("序列 3 第 12–14 层",))}, "warn"),
        ("identity", {"images": Images(1, differences=(Difference("1", "name", "李四", "演示甲"),))}, "warn"),
    ],
)
def test_each_item(key: str, changes: dict[str, object], expected: str) -> None:
    assert verdict(replace(WHOLE, **changes), key) == expected  # type: ignore[arg-type]


def test_a_warning_counts_half_and_what_does_not_apply_counts_not_at_all() -> None:
    warned = replace(WHOLE, images=Images(displayable=1, gaps=("序列 1",)))
    total = sum(item.weight for item in assess(WHOLE))
    assert score(assess(warned)) == round(100 * (total - 0.5) / total)
    waived = replace(WHOLE, images=Images(), waived={"img_present": "仅问用药"})
    assert score(assess(waived)) == 100
