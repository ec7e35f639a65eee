"""Words for what happened to a case, on its page. Events and audit verbs of higher slices stand here too: they are
facts about a case, and a page must name them. (name → words, tone of the timeline's dot.)"""

from mdt.cases.terms import State
from mdt.kernel.i18n import N_

EVENT_WORDS: dict[str, tuple[str, str]] = {
    "case_drafted": (N_("已建立草稿"), ""),
    "case_submitted": (N_("已提交申请"), "key"),
    "case_returned": (N_("已退回补充"), "warn"),
    "case_accepted": (N_("已受理"), "key"),
    "case_declined": (N_("已谢绝"), "bad"),
    "case_scheduled": (N_("已列入会议议程"), "key"),
    "case_postponed": (N_("已延期"), "warn"),
    "discussion_began": (N_("讨论开始"), "key"),
    "discussion_ended": (N_("讨论结束"), ""),
    "case_concluded": (N_("会诊意见已出"), "key"),
    "follow_up_began": (N_("进入随访"), ""),
    "case_withdrawn": (N_("申请方撤回"), "bad"),
    "case_closed": (N_("已结案"), "key"),
    "case_reopened": (N_("提出新问题，重新打开"), "warn"),
    "material_added": (N_("已补充资料"), ""),
    "material_removed": (N_("已移除资料"), ""),
    "images_indexed": (N_("影像入库"), ""),
    "images_removed": (N_("已移除影像"), "warn"),
    "invitation_replied": (N_("已答复邀请"), ""),
    "consensus_proposed": (N_("会诊意见提交签署"), ""),
    "consensus_signed": (N_("已签署会诊意见"), ""),
    "consensus_issued": (N_("已签发会诊意见书"), "key"),
    "task_done": (N_("建议已执行"), ""),
    "task_not_done": (N_("建议未执行"), "warn"),
    "outcome_recorded": (N_("已登记转归"), "key"),
}

MEMBER_WORDS: dict[tuple[str, str], tuple[str, str]] = {
    ("invited", "other"): (N_("已邀请参加会诊"), ""),
    ("expert", "other"): (N_("已确认参加会诊"), ""),
    ("expert", "self"): (N_("接受邀请"), ""),
    ("chair", "other"): (N_("已指定主持"), ""),
    ("named", "other"): (N_("已加入本病例"), ""),
    ("revoked", "other"): (N_("不再参加会诊"), ""),
    ("revoked", "self"): (N_("谢绝邀请"), "warn"),
}
"""(relation given or "revoked", done by "self" or by "other") → words, tone."""

AUDIT_WORDS: dict[str, tuple[str, str]] = {
    "case.read": (N_("查看病例"), ""),
    "audit.read": (N_("查看访问记录"), ""),
    "material.read": (N_("查看资料"), ""),
    "room.read": (N_("查看会诊室"), ""),
    "images.read": (N_("阅片"), ""),
    "study.read": (N_("阅片"), ""),
    "images.exported": (N_("下载影像"), "warn"),
    "document.read": (N_("查看意见书"), ""),
    "consensus.read": (N_("查看会诊意见"), ""),
    "case.drafted": (N_("建立草稿"), "key"),
    "case.edited": (N_("修改文字"), "key"),
    "case.submitted": (N_("提交"), "key"),
    "case.resubmitted": (N_("重新提交"), "key"),
    "case.returned": (N_("退回补充"), "key"),
    "case.accepted": (N_("受理"), "key"),
    "case.declined": (N_("谢绝"), "key"),
    "case.withdrawn": (N_("撤回"), "key"),
    "case.closed": (N_("结案"), "key"),
    "case.reopened": (N_("重新打开"), "key"),
    "case.granted": (N_("给予访问权"), "warn"),
    "case.revoked": (N_("收回访问权"), "warn"),
    "case.material_added": (N_("添加资料"), "key"),
    "case.material_removed": (N_("移除资料"), "warn"),
    "case.phone_link_made": (N_("生成手机上传码"), ""),
    "case.item_waived": (N_("注明某项不适用"), ""),
}

STEPS: tuple[tuple[str, frozenset[State], frozenset[str]], ...] = (
    (N_("提交"), frozenset({State.DRAFT, State.RETURNED}), frozenset({"case_submitted"})),
    (N_("受理"), frozenset({State.SUBMITTED}), frozenset({"case_accepted"})),
    (N_("排期"), frozenset({State.ACCEPTED}), frozenset({"case_scheduled"})),
    (N_("讨论"), frozenset({State.SCHEDULED, State.DISCUSSING}), frozenset({"discussion_began"})),
    (N_("出意见"), frozenset({State.DISCUSSED}), frozenset({"case_concluded"})),
    (N_("随访"), frozenset({State.CONCLUDED, State.FOLLOW_UP}), frozenset()),
    (N_("结案"), frozenset({State.CLOSED}), frozenset({"case_closed"})),
)
"""Label, the states in which this step is the one to be done next, the events that did it."""
