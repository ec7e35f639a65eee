"""Words of cases: states, urgency, relations, codes. Labels are Chinese source strings."""

from enum import StrEnum

from mdt.kernel.i18n import N_


class State(StrEnum):
    """Where a case is on its way from question to what came of it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SCHEDULED = "scheduled"
    DISCUSSING = "discussing"
    DISCUSSED = "discussed"
    CONCLUDED = "concluded"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


BEFORE_CONCLUDED = frozenset(
    {
        State.DRAFT,
        State.SUBMITTED,
        State.RETURNED,
        State.ACCEPTED,
        State.SCHEDULED,
        State.DISCUSSING,
        State.DISCUSSED,
    }
)
OVER = frozenset({State.CLOSED, State.WITHDRAWN, State.DECLINED})
"""Nobody works on these any more; invited experts no longer see them."""
EDITABLE = frozenset(State) - OVER
OPEN_FOR_MATERIAL = frozenset(State) - {State.CLOSED, State.WITHDRAWN}


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


URGENCY_RANK = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.ROUTINE: 2}


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    OTHER = "O"


class Relation(StrEnum):
    """What a person holds on a case beyond their department: see `policy`."""

    NAMED = "named"
    INVITED = "invited"
    EXPERT = "expert"
    CHAIR = "chair"


class Route(StrEnum):
    MEETING = "meeting"
    WRITTEN = "written"


class MaterialKind(StrEnum):
    REPORT = "report"
    LAB = "lab"
    PATHOLOGY = "pathology"
    CONSENT = "consent"
    PHOTO = "photo"


class DeclineCode(StrEnum):
    OUT_OF_SCOPE = "out_of_scope"
    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    REFER_DIRECTLY = "refer_directly"
    NO_AGREEMENT = "no_agreement"


class PostponeCode(StrEnum):
    MATERIAL = "material"
    PEOPLE = "people"
    TIME = "time"
    TECHNICAL = "technical"


class Outcome(StrEnum):
    """How the discussion of a case ended; decided → discussed, all else → accepted again."""

    DECIDED = "decided"
    AGAIN = "again"
    DEFERRED = "deferred"
    NOT_REACHED = "not_reached"


STATE_LABELS = {
    State.DRAFT: N_("草稿"),
    State.SUBMITTED: N_("待受理"),
    State.RETURNED: N_("已退回补充"),
    State.ACCEPTED: N_("已受理"),
    State.DECLINED: N_("已谢绝"),
    State.SCHEDULED: N_("已排期"),
    State.DISCUSSING: N_("讨论中"),
    State.DISCUSSED: N_("待出意见"),
    State.CONCLUDED: N_("已出意见"),
    State.FOLLOW_UP: N_("随访中"),
    State.CLOSED: N_("已结案"),
    State.WITHDRAWN: N_("已撤回"),
}
URGENCY_LABELS = {Urgency.ROUTINE: N_("普通"), Urgency.URGENT: N_("加急"), Urgency.EMERGENCY: N_("紧急")}
SEX_LABELS = {Sex.MALE: N_("男"), Sex.FEMALE: N_("女"), Sex.OTHER: N_("其他")}
KIND_LABELS = {
    MaterialKind.REPORT: N_("影像报告"),
    MaterialKind.LAB: N_("检验"),
    MaterialKind.PATHOLOGY: N_("病理"),
    MaterialKind.CONSENT: N_("知情同意书"),
    MaterialKind.PHOTO: N_("照片"),
}
DECLINE_LABELS = {
    DeclineCode.OUT_OF_SCOPE: N_("超出诊疗科目"),
    DeclineCode.INCOMPLETE: N_("资料无法补齐"),
    DeclineCode.DUPLICATE: N_("重复申请"),
    DeclineCode.REFER_DIRECTLY: N_("应直接转诊"),
    DeclineCode.NO_AGREEMENT: N_("无协作协议"),
}
POSTPONE_LABELS = {
    PostponeCode.MATERIAL: N_("资料"),
    PostponeCode.PEOPLE: N_("人员"),
    PostponeCode.TIME: N_("时间"),
    PostponeCode.TECHNICAL: N_("技术"),
}
FIELD_LABELS = {
    "title": N_("标题"),
    "summary": N_("病历摘要"),
    "diagnosis": N_("初步诊断"),
    "urgency": N_("紧急程度"),
    "questions": N_("会诊问题"),
    "materials": N_("资料"),
    "images": N_("影像"),
    "patient.name": N_("姓名"),
    "patient.sex": N_("性别"),
    "patient.birth_date": N_("出生日期"),
    "patient.age": N_("年龄"),
    "patient.local_id": N_("门诊 / 住院号"),
    "consent.given": N_("知情同意"),
    "consent.by": N_("同意人"),
    "consent.at": N_("同意日期"),
}
