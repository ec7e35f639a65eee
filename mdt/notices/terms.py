"""The kinds of news and the sentence each is told in. Facts are numbers, codes and times: no patient data."""

from mdt.kernel.i18n import N_, gettext

SENTENCES: dict[str, str] = {
    "case.submitted": N_("会诊申请 %(number)s 已提交，等待受理。"),
    "case.returned": N_("会诊申请 %(number)s 被退回，请按清单补充资料。"),
    "case.resubmitted": N_("会诊申请 %(number)s 已补充资料并重新提交。"),
    "case.accepted": N_("会诊申请 %(number)s 已受理。"),
    "case.declined": N_("会诊申请 %(number)s 未被受理，请查看原因。"),
    "case.withdrawn": N_("会诊申请 %(number)s 已由申请方撤回。"),
    "case.scheduled": N_("会诊申请 %(number)s 已列入会议议程。"),
    "case.postponed": N_("会诊申请 %(number)s 本次会议未讨论，将另行安排。"),
    "case.closed": N_("会诊 %(number)s 已结案。"),
    "case.reopened": N_("会诊 %(number)s 提出了新的问题，已重新打开。"),
    "case.invited": N_("请您书面会诊：%(number)s。"),
    "case.named": N_("您已加入会诊申请 %(number)s 的申请团队。"),
    "meeting.invited": N_("请您参加 %(when)s 的会诊会议，请回复。"),
    "meeting.changed": N_("会诊会议的时间或安排有变动，现为 %(when)s。"),
    "meeting.cancelled": N_("%(when)s 的会诊会议已取消。"),
    "meeting.soon": N_("会诊会议将于 %(when)s 开始。"),
    "meeting.started": N_("会诊会议已开始。"),
    "clinic.rostered": N_("您已列入 %(when)s 的义诊名单。"),
    "clinic.changed": N_("义诊的时间或地点有变动，现为 %(when)s。"),
    "item.started": N_("开始讨论 %(number)s，请进入会诊室。"),
    "invitation.accepted": N_("一位受邀专家答复：参加 %(when)s 的会诊。"),
    "invitation.declined": N_("一位受邀专家答复：不能参加 %(when)s 的会诊。"),
    "consensus.proposed": N_("会诊意见 %(number)s 已提交签署，请阅读并签署。"),
    "consensus.changed": N_("会诊意见 %(number)s 的文字已修改，先前的签署失效，请重新签署。"),
    "consensus.issued": N_("会诊意见 %(number)s 已签发。"),
    "consensus.superseded": N_("会诊意见 %(number)s 已被更正版替代。"),
    "task.assigned": N_("会诊 %(number)s 的建议已列入您的待办。"),
    "task.due": N_("会诊 %(number)s 有一项建议今天到期。"),
    "task.overdue": N_("会诊 %(number)s 有一项建议已逾期。"),
    "task.done": N_("会诊 %(number)s 的一项建议已执行。"),
    "task.not_done": N_("会诊 %(number)s 的一项建议未能执行，请查看原因。"),
    "outcome.recorded": N_("会诊 %(number)s 登记了患者结局。"),
    "outcome.due": N_("会诊 %(number)s 该登记患者结局了。"),
    "images.arrived": N_("会诊 %(number)s 有新的影像。"),
    "images.refused": N_("会诊 %(number)s 有影像未能入库，请查看原因。"),
    "access.read": N_("会诊 %(number)s 的访问记录有新内容。"),
}
"""Kind → sentence; `%(…)s` are filled from the notice's params."""

ANY_KIND = N_("您有一条新的会诊消息。")
MAIL_SUBJECT = N_("您有一个会诊待处理")
MAIL_BODY = N_("您有一个会诊待处理，请登录查看：")

ICONS = {
    "case": "folder-kanban",
    "meeting": "calendar-days",
    "clinic": "stethoscope",
    "item": "stethoscope",
    "invitation": "circle-user",
    "consensus": "file-text",
    "task": "clipboard-list",
    "outcome": "clipboard-list",
    "images": "eye",
    "access": "shield-check",
}


class Facts(dict[str, str]):
    """Params for a sentence; one that was not given is left out of the sentence rather than refused."""

    def __missing__(self, name: str) -> str:
        return ""


def told(kind: str, params: dict[str, str]) -> str:
    """The sentence of a notice in the language of the moment."""
    return gettext(SENTENCES.get(kind, ANY_KIND)) % Facts(params)


def icon_of(kind: str) -> str:
    """The icon of a kind, by the part before its dot."""
    return ICONS.get(kind.split(".", maxsplit=1)[0], "bell")
