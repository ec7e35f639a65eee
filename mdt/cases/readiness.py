"""How complete a case's material is (资料完整度): pure functions over the text and what its images are.

Each item gets a verdict; the score is the weighted share of what is there: must 3, should 1, nice 0.5; ok counts 1,
warn one half; what does not apply counts not at all. Nothing here refuses: submitting shows the list, the agenda
demands the musts. Sentences are source strings with `%(name)s`; facts carry no patient data beyond the case's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mdt.kernel.i18n import N_


class Level(StrEnum):
    MUST = "must"
    SHOULD = "should"
    NICE = "nice"


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    MISSING = "missing"
    NOT_APPLICABLE = "n/a"


WEIGHT = {Level.MUST: 3.0, Level.SHOULD: 1.0, Level.NICE: 0.5}
WORTH = {Verdict.OK: 1.0, Verdict.WARN: 0.5, Verdict.MISSING: 0.0}


@dataclass(frozen=True, slots=True)
class Difference:
    """One study whose header names somebody else: `field` is name, sex or birth_date."""

    study: str
    field: str
    in_images: str
    in_case: str


@dataclass(frozen=True, slots=True)
class Images:
    """What the image index says of a case. `gaps` are words such as “肺窗 1 mm 缺 3 层”; `undisplayable` the
    reasons of what cannot be shown."""

    displayable: int = 0
    undisplayable: Sequence[str] = ()
    gaps: Sequence[str] = ()
    differences: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """The case as readiness sees it. `age` in years, None if unknown; `material` the kinds that are there."""

    name: str = ""
    sex: str = ""
    age: int | None = None
    questions: Sequence[str] = ()
    summary: str = ""
    diagnosis: str = ""
    consent_given: bool = False
    consent_by: str = ""
    consent_on: date | None = None
    has_agreement: bool = False
    material: frozenset[str] = frozenset()
    images: Images = field(default_factory=Images)
    waived: Mapping[str, str] = field(default_factory=dict)
    today: date = date.min


@dataclass(frozen=True, slots=True)
class Found:
    """A verdict with its sentences and what fills them."""

    verdict: Verdict
    detail: str = ""
    mend: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    key: str
    level: Level
    found: Found

    @property
    def ok(self) -> bool:
        return self.found.verdict in (Verdict.OK, Verdict.NOT_APPLICABLE)

    @property
    def may_waive(self) -> bool:
        """A person may say that this does not apply, or take that back; what nobody could know yet is not theirs."""
        if self.found.verdict is Verdict.NOT_APPLICABLE:
            return "reason" in self.found.facts
        return self.key in WAIVABLE and self.found.verdict in WAIVABLE[self.key]

    @property
    def weight(self) -> float:
        return WEIGHT[self.level]


def good(detail: str = "", **facts: object) -> Found:
    return Found(Verdict.OK, detail, "", facts)


def warn(detail: str, mend: str, **facts: object) -> Found:
    return Found(Verdict.WARN, detail, mend, facts)


def missing(detail: str, mend: str, **facts: object) -> Found:
    return Found(Verdict.MISSING, detail, mend, facts)


LONG_ENOUGH = 8
EMPTY_PHRASES = ("请会诊", "请协诊", "会诊", "协诊", "请贵院会诊", "请专家会诊", "请上级医院会诊")
CHILD_AGE = 14
GUARDIAN_WORDS = ("父", "母", "监护", "爷", "奶", "祖", "姥", "外公", "外婆", "guardian", "parent")


def identity(case: Facts) -> Found:
    differences = case.images.differences
    if differences:
        first = differences[0]
        return warn(
            N_("影像中为“%(in_images)s”，病例中为“%(in_case)s”"),
            N_("请核对：是同一人，还是传错了检查？"),
            in_images=first.in_images,
            in_case=first.in_case,
        )
    if not case.name:
        return missing(N_("还没有填写姓名"), N_("填写姓名，或先上传影像由文件头读出"))
    if case.images.displayable:
        return good(N_("影像与病例为同一人"))
    return good()


def demographics(case: Facts) -> Found:
    lacking = [] if case.sex else [N_("性别")]
    if case.age is None:
        lacking.append(N_("年龄"))
    if lacking:
        return missing(N_("缺少性别或年龄"), N_("填写性别和出生日期（或年龄）"))
    if case.age is not None and not 0 <= case.age <= 120:
        return warn(N_("年龄 %(age)s 岁，请核对"), N_("核对出生日期"), age=case.age)
    return good()


def question(case: Facts) -> Found:
    asked = [each.strip() for each in case.questions if each.strip()]
    if not asked:
        return missing(N_("还没有写要请专家回答的问题"), N_("写下一个具体问题，例如“性质？随访还是手术？”"))
    clear = [each for each in asked if len(each) >= LONG_ENOUGH and each.rstrip("。.！!") not in EMPTY_PHRASES]
    if not clear:
        return missing(N_("问题太短，专家不知道要回答什么"), N_("写成一句完整的问话（至少 8 个字），不要只写“请会诊”"))
    return good(N_("%(number)s 个问题"), number=len(asked))


def summary(case: Facts) -> Found:
    if not case.summary.strip():
        return missing(N_("还没有病历摘要"), N_("写主诉、病史和查体，几句话即可"))
    return good()


def working_dx(case: Facts) -> Found:
    if not case.diagnosis.strip():
        return missing(N_("还没有初步诊断"), N_("写下目前的考虑，“待查”也可以"))
    return good()


def consent(case: Facts) -> Found:
    if not (case.consent_given and case.consent_by and case.consent_on):
        return missing(N_("缺知情同意：谁、什么身份、哪天"), N_("填写同意人和日期，并用手机拍下签字页"))
    if case.consent_on > case.today:
        return missing(N_("同意日期在今天之后"), N_("改正同意日期"))
    if case.age is not None and case.age < CHILD_AGE and not any(w in case.consent_by.lower() for w in GUARDIAN_WORDS):
        return warn(N_("患者不满 14 岁，应由监护人同意"), N_("在同意人处写明监护人及其关系"))
    return good()


def consent_scan(case: Facts) -> Found:
    if "consent" in case.material:
        return good(N_("已有签字页"))
    return missing(N_("还没有签字页的照片"), N_("用手机扫码拍照上传"))


def agreement(case: Facts) -> Found:
    if not case.has_agreement:
        return missing(N_("本院没有有效的远程会诊协议"), N_("请医院管理员登记协议及有效期"))
    return good()


def img_present(case: Facts) -> Found:
    if case.images.displayable:
        return good(N_("%(number)s 次检查"), number=case.images.displayable)
    return missing(N_("还没有可显示的影像"), N_("把影像文件夹拖到本页，或注明不需要影像的原因"))


NOT_YET = Found(Verdict.NOT_APPLICABLE, N_("上传影像后自动检查"))


def img_readable(case: Facts) -> Found:
    if case.images.undisplayable:
        say = warn if case.images.displayable else missing
        why = case.images.undisplayable[0]
        return say(N_("有影像无法显示：%(why)s"), N_("请设备厂家或影像科改用常见格式重新导出"), why=why)
    return good() if case.images.displayable else NOT_YET


def img_complete(case: Facts) -> Found:
    if case.images.gaps:
        return warn(N_("%(gap)s"), N_("请从设备或 PACS 补传缺少的层面"), gap=case.images.gaps[0])
    return good() if case.images.displayable else NOT_YET


@dataclass(frozen=True, slots=True)
class Check:
    key: str
    label: str
    level: Level
    test: Callable[[Facts], Found]
    may_waive: bool = False


CHECKS = (
    Check("img_present", N_("有影像"), Level.MUST, img_present, may_waive=True),
    Check("img_readable", N_("影像可显示"), Level.MUST, img_readable),
    Check("img_complete", N_("序列完整"), Level.SHOULD, img_complete, may_waive=True),
    Check("identity", N_("身份一致"), Level.SHOULD, identity, may_waive=True),
    Check("demographics", N_("性别年龄"), Level.MUST, demographics),
    Check("summary", N_("病历摘要"), Level.MUST, summary),
    Check("question", N_("会诊问题"), Level.MUST, question),
    Check("working_dx", N_("初步诊断"), Level.SHOULD, working_dx),
    Check("consent", N_("知情同意"), Level.MUST, consent),
    Check("consent_scan", N_("同意书签字页"), Level.SHOULD, consent_scan, may_waive=True),
    Check("agreement", N_("协作协议"), Level.MUST, agreement),
)
SHORT = {
    "img_present": N_("影像"),
    "img_readable": N_("可显示的影像"),
    "img_complete": N_("部分层面"),
    "identity": N_("身份核对"),
    "demographics": N_("性别年龄"),
    "summary": N_("病历摘要"),
    "question": N_("会诊问题"),
    "working_dx": N_("初步诊断"),
    "consent": N_("知情同意"),
    "consent_scan": N_("同意书签字页"),
    "agreement": N_("协作协议"),
}
"""What is lacking, as a noun after “缺”."""
LABELS = {check.key: check.label for check in CHECKS}
OPEN = frozenset({Verdict.WARN, Verdict.MISSING})
WAIVABLE = {
    check.key: frozenset({Verdict.WARN}) if check.key == "identity" else OPEN for check in CHECKS if check.may_waive
}
"""Key → the verdicts that a person's word may replace; an identity that differs (“是同一人”), not one that lacks."""
IMAGE_KEYS = frozenset({"img_present", "img_readable", "img_complete"})


def assess(case: Facts) -> list[Item]:
    """Every item of the list, in the order in which a physician fills the page."""
    return [Item(check.key, check.level, _found(case, check)) for check in CHECKS]


def _found(case: Facts, check: Check) -> Found:
    no_images = "img_present" in case.waived and not case.images.displayable
    reason = case.waived.get(check.key) or (case.waived["img_present"] if no_images and _is_image(check) else "")
    if reason:
        return Found(Verdict.NOT_APPLICABLE, N_("不适用：%(reason)s"), "", {"reason": reason})
    return check.test(case)


def _is_image(check: Check) -> bool:
    return check.key in IMAGE_KEYS


def score(items: Sequence[Item]) -> int:
    """0–100 over the items that apply."""
    counted = [item for item in items if item.found.verdict is not Verdict.NOT_APPLICABLE]
    total = sum(item.weight for item in counted)
    got = sum(item.weight * WORTH[item.found.verdict] for item in counted)
    return round(100 * got / total) if total else 100


def missing_musts(items: Sequence[Item]) -> list[str]:
    """Keys of the musts that are missing: the agenda's hard gate."""
    return [i.key for i in items if i.level is Level.MUST and i.found.verdict is Verdict.MISSING]


def open_items(items: Sequence[Item]) -> list[str]:
    """Keys of everything that is missing or warned about."""
    return [i.key for i in items if i.found.verdict in (Verdict.MISSING, Verdict.WARN)]
