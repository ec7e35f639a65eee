"""The demo's cases as data. Every person, hospital and finding is made up; dates are relative to the day of seeding.

`until` is how far a case has come: draft, returned, submitted, scheduled, discussing, proposed, follow_up, closed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from pydicom.data import get_testdata_file

from mdt.imaging import phantom, phantom_more
from mdt.imaging.phantom_file import PhantomPatient

Files = Iterator[tuple[str, bytes]]
Images = Callable[[PhantomPatient, date], list[tuple[Files, bool]]]


@dataclass(frozen=True)
class Opinion:
    """What the meeting came to. `answers` and `advice` (text, days) in order; `stances` username → (stance, text)."""

    diagnosis: str
    answers: tuple[str, ...]
    advice: tuple[tuple[str, int], ...]
    narrative: str
    stances: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    key: str
    by: str
    patient: PhantomPatient
    title: str
    summary: str
    diagnosis: str
    questions: tuple[str, ...]
    until: str
    urgency: str = "routine"
    experts: tuple[str, ...] = ()
    days_ago: int = 3
    images: Images | None = None
    said: tuple[tuple[str, str], ...] = ()
    opinion: Opinion | None = None
    tasks: tuple[str, ...] = ()
    outcome: tuple[str, str, str] | None = None
    returned_for: tuple[tuple[str, str], ...] = ()


def _day(moment: date) -> str:
    return moment.strftime("%Y%m%d")


def chest_pair(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    """A thin chest CT and the prior of a year ago."""
    now = phantom.chest_ct(patient, study_date=_day(today - timedelta(days=5)), seed=3)
    before = phantom.prior_chest_ct(patient, study_date=_day(today - timedelta(days=370)), seed=3, slices=125)
    return [(now, False), (before, True)]


def kidney(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom_more.kidney_ct(patient, study_date=_day(today - timedelta(days=40))), False)]


def uterus(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom_more.uterus_mr(patient, study_date=_day(today - timedelta(days=31))), False)]


def liver(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom_more.liver_ct(patient, study_date=_day(today - timedelta(days=2)), seed=1201), False)]


def chest_plain(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom.chest_ct(patient, study_date=_day(today - timedelta(days=4)), seed=8, slices=60), False)]


def film(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom_more.chest_film(patient, study_date=_day(today - timedelta(days=16))), False)]


def brain(patient: PhantomPatient, today: date) -> list[tuple[Files, bool]]:
    return [(phantom_more.brain_swi(patient, study_date=_day(today)), False)]


def ultrasound(_patient: PhantomPatient, _today: date) -> list[tuple[Files, bool]]:
    """A colour cine and a palette picture that come with pydicom."""
    names = ("examples_ybr_color.dcm", "examples_palette.dcm")
    places = [(name, get_testdata_file(name, download=False)) for name in names]
    files = [(f"超声/{name}", Path(str(place)).read_bytes()) for name, place in places if place]
    return [(iter(files), False)]


STORIES = (
    Story(
        key="csp",
        by="county2",
        patient=PhantomPatient("演示乙", "Yanshi^Yi", "QX0002", "F", "19951006"),
        title="剖宫产瘢痕妊娠，能否本院清宫",
        summary="剖宫产后3年，停经48天，少量阴道流血2天；β-hCG 28 600 IU/L。",
        diagnosis="剖宫产瘢痕妊娠？",
        questions=("是否为剖宫产瘢痕妊娠，如何分型？", "本院能否行清宫术？"),
        urgency="urgent",
        until="closed",
        days_ago=30,
        experts=("obstetrics", "expert1", "interventional"),
        images=uterus,
        said=(
            ("expert1", "矢状位示瘢痕处肌层最薄约2 mm，膀胱壁完整，考虑CSP Ⅱ型，膀胱未受累。"),
            ("obstetrics", "不宜继续妊娠，勿盲目清宫，术前备血。"),
            ("interventional", "先行子宫动脉栓塞较安全，县内无条件。"),
        ),
        opinion=Opinion(
            "剖宫产瘢痕妊娠(Ⅱ型)",
            ("是，Ⅱ型剖宫产瘢痕妊娠，膀胱未受累。", "不建议在本院清宫。"),
            (("24小时内上转江州省立医院妇产科", 1), ("转运途中备血、建立静脉通路", 1)),
            "与会专家意见一致：Ⅱ型CSP，出血风险高，24小时内上转，栓塞后超声监视下清宫。",
        ),
        tasks=("当日上转", "已备血转运"),
        outcome=("improved", "栓塞后超声监视下清宫，术后3天β-hCG降约80%,子宫保留。", ""),
    ),
    Story(
        key="kidney",
        by="county",
        patient=PhantomPatient("演示甲", "Yanshi^Jia", "QX0001", "M", "19700412"),
        title="右肾复杂囊性灶，Bosniak分级与处理",
        summary="体检发现右肾囊性灶，无血尿、腰痛；肌酐82 μmol/L。",
        diagnosis="右肾复杂囊性病变",
        questions=("Bosniak分级是几级？", "是否需要手术，如何复查？"),
        until="follow_up",
        days_ago=21,
        experts=("expert1", "urology", "nephrology"),
        images=kidney,
        said=(
            ("expert1", "囊内约5条分隔，局部约4 mm，可测强化，倾向Ⅲ级。"),
            ("urology", "薄层复测分隔3 mm、光滑，ⅡF级更合适。"),
            ("nephrology", "肾功能正常，可行增强复查。"),
        ),
        opinion=Opinion(
            "右肾中极复杂囊肿，Bosniak ⅡF级(2019版)",
            ("ⅡF级(2019版)。", "目前不手术，按计划增强复查。"),
            (("泌尿外科门诊建档", -10), ("6个月增强MRI复查", 160), ("12个月增强MRI或CT复查", 340)),
            "右肾中极囊性灶3.4×3.1 cm，薄层复测分隔3 mm、光滑，无壁结节。",
            {"expert1": ("agree_with_reservation", "复查≥4 mm或不规则即按Ⅲ级处理。")},
        ),
        tasks=("泌尿门诊已建档",),
    ),
    Story(
        key="tb",
        by="township",
        patient=PhantomPatient("演示己", "Yanshi^Ji", "BS0017", "M", "19600730"),
        title="乡镇胸片可疑活动性结核",
        summary="咳痰3周，盗汗，体重降4 kg，糖尿病。义诊摄片。",
        diagnosis="右上肺病变，结核待排",
        questions=("是否为活动性肺结核？", "下一步如何处置？"),
        until="follow_up",
        days_ago=14,
        experts=("expert1", "infectious"),
        images=film,
        said=(
            ("expert1", "右上肺斑片条索影，内见约2 cm透亮区，继发性肺结核可能大，活动性须结合痰检。"),
            ("infectious", "痰涂片、培养、Xpert，戴口罩，家属筛查，依法报告。"),
        ),
        opinion=Opinion(
            "右上肺可疑活动性肺结核",
            ("可疑活动性，须痰检证实。", "当日转定点医院，戴口罩，家属筛查。"),
            (("当日转定点医院，开具三联转诊单", -13), ("同住家属筛查", -7)),
            "影像与症状相符，按可疑活动性结核处理。",
        ),
        tasks=("Xpert阳性、利福平敏感，已治疗", "!patient_choice"),
    ),
    Story(
        key="egj",
        by="county",
        patient=PhantomPatient("演示戊", "Yanshi^Wu", "QX0005", "M", "19680919"),
        title="胸部CT偶见食管胃结合部占位",
        summary="复查肺结节行平扫，近2月进食偶哽噎。",
        diagnosis="食管胃结合部占位待查",
        questions=("上腹部所见应如何处理？",),
        urgency="urgent",
        until="proposed",
        days_ago=1,
        experts=("expert1", "gastroenterology", "expert3", "expert4"),
        images=chest_plain,
        said=(
            ("expert1", "食管下段至胃底壁增厚并肿块，肝内多发低密度影，建议上腹MR增强。"),
            ("gastroenterology", "48小时内胃镜活检。"),
            ("expert4", "至少取6块活检。"),
        ),
        opinion=Opinion(
            "食管胃结合部癌伴肝、淋巴结转移可能",
            ("先取病理后分期(PET-CT),充分告知，暂不手术。",),
            (("48小时内胃镜活检，至少6块", 2), ("上腹MR增强", 5)),
            "胸部CT须看完上腹层面。与会专家一致：先病理后分期。",
            {"expert1": ("agree", ""), "gastroenterology": ("agree", "")},
        ),
    ),
    Story(
        key="nodule",
        by="county",
        patient=PhantomPatient("演示丙", "Yanshi^Bing", "QX0003", "F", "19770308"),
        title="右上肺混合磨玻璃结节，随访还是手术",
        summary="体检发现，无吸烟，母亲肺癌史。查体未见异常。",
        diagnosis="右上肺混合磨玻璃结节",
        questions=("结节的性质，良性还是恶性？", "继续随访还是手术切除？"),
        until="scheduled",
        days_ago=2,
        experts=("expert1", "expert2", "expert3", "expert4"),
        images=chest_pair,
        returned_for=(("img_complete", "请传 1 mm 薄层重建"),),
        opinion=Opinion(
            "右上肺尖段混合磨玻璃结节，考虑微浸润腺癌",
            ("增大且新出实性成分，恶性可能大。", "手术指征成立。"),
            (("2周内专科联盟胸外科门诊", 14),),
            "右上叶尖段混合磨玻璃结节14×11 mm，实性成分5 mm;12个月前为纯磨玻璃9 mm。",
        ),
    ),
    Story(
        key="liver",
        by="county",
        patient=PhantomPatient("演示丁", "Yanshi^Ding", "QX0004", "M", "19650125"),
        title="肝S6富血供结节，HCC还是其他",
        summary="乙肝20年，AFP 46 ng/mL，Child-Pugh A级。",
        diagnosis="肝S6富血供结节",
        questions=("是HCC还是其他富血供病变？", "下一步如何治疗？"),
        until="discussing",
        days_ago=1,
        experts=("expert1", "hepatobiliary", "interventional", "expert3", "expert4"),
        images=liver,
        said=(
            ("expert1", "动脉期非环形明显强化，门脉期廓清，延迟期包膜强化，LR-5。"),
            ("hepatobiliary", "首选切除。"),
            ("interventional", "≤3 cm亦可消融，患者拒手术时首选。"),
        ),
    ),
    Story(
        key="swi",
        by="county",
        patient=PhantomPatient("演示庚", "Yanshi^Geng", "QX0007", "F", "19540611"),
        title="SWI多发微出血，能否抗凝",
        summary="左肢无力6小时后好转，房颤，高血压15年。",
        diagnosis="急性脑梗死，脑微出血？",
        questions=("SWI低信号为出血还是钙化？", "能否抗凝？"),
        urgency="urgent",
        until="submitted",
        days_ago=0,
        images=brain,
    ),
    Story(
        key="returned",
        by="county",
        patient=PhantomPatient("演示辛", "Yanshi^Xin", "QX0008", "M", "19810502"),
        title="左下肺实变久不吸收",
        summary="发热咳嗽4周，抗感染后体温正常，复查胸片阴影未吸收。",
        diagnosis="左下肺实变",
        questions=("感染、机化还是肿瘤？",),
        until="returned",
        days_ago=1,
        returned_for=(("img_present", "请上传胸部CT原始影像"), ("summary", "请补充痰检与用药经过")),
    ),
    Story(
        key="ultrasound",
        by="county",
        patient=PhantomPatient("", "", "", "", ""),
        title="超声图像示例（动态与伪彩）",
        summary="",
        diagnosis="",
        questions=(),
        until="draft",
        days_ago=0,
        images=ultrasound,
    ),
    Story(
        key="draft",
        by="county",
        patient=PhantomPatient("演示壬", "Yanshi^Ren", "QX0009", "F", "19900214"),
        title="纵隔占位待查",
        summary="",
        diagnosis="",
        questions=(),
        until="draft",
        days_ago=0,
    ),
)
