"""Words of follow-up: what became of a recommendation and of the patient."""

from enum import StrEnum

from mdt.cases.terms import State
from mdt.kernel.i18n import N_

CONCLUDED = frozenset({State.CONCLUDED, State.FOLLOW_UP, State.CLOSED})
"""States of a case in which an outcome can be recorded."""


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"
    SUPERSEDED = "superseded"


class ReasonCode(StrEnum):
    """Why a recommendation was not carried out; compulsory."""

    PATIENT_CHOICE = "patient_choice"
    CIRCUMSTANCES = "circumstances"
    NO_SHOW = "no_show"
    CONDITION_UNMET = "condition_unmet"
    DIED = "died"
    COMORBIDITY_NEW = "comorbidity_new"
    COMORBIDITY_MISSED = "comorbidity_missed"
    NEW_INFORMATION = "new_information"
    NO_RESOURCE = "no_resource"
    COST = "cost"
    CLINICIAN = "clinician"
    REFERRED = "referred"
    OTHER = "other"


REASON_LABELS = {
    ReasonCode.PATIENT_CHOICE: N_("患者或家属选择"),
    ReasonCode.CIRCUMSTANCES: N_("情况变化、离开"),
    ReasonCode.NO_SHOW: N_("未就诊"),
    ReasonCode.CONDITION_UNMET: N_("前提未满足"),
    ReasonCode.DIED: N_("已死亡"),
    ReasonCode.COMORBIDITY_NEW: N_("新出现的合并症"),
    ReasonCode.COMORBIDITY_MISSED: N_("会诊时未知的合并症"),
    ReasonCode.NEW_INFORMATION: N_("新结果、原资料有误或逾期才做"),
    ReasonCode.NO_RESOURCE: N_("本院无条件"),
    ReasonCode.COST: N_("费用"),
    ReasonCode.CLINICIAN: N_("主管医师另定"),
    ReasonCode.REFERRED: N_("已转诊"),
    ReasonCode.OTHER: N_("其他（请说明）"),
}


class OutcomeStatus(StrEnum):
    CURED = "cured"
    IMPROVED = "improved"
    STABLE = "stable"
    WORSE = "worse"
    DIED = "died"
    LOST = "lost"
    UNKNOWN = "unknown"


STATUS_LABELS = {
    OutcomeStatus.CURED: N_("治愈"),
    OutcomeStatus.IMPROVED: N_("好转"),
    OutcomeStatus.STABLE: N_("稳定"),
    OutcomeStatus.WORSE: N_("恶化"),
    OutcomeStatus.DIED: N_("死亡"),
    OutcomeStatus.LOST: N_("失访"),
    OutcomeStatus.UNKNOWN: N_("不详"),
}
