"""The page where a hospital's administrator sees who read and changed the own hospital's cases, without content."""

from flask import Blueprint, render_template, request
from pydantic import ValidationError

from mdt.cases.queries.history import FindAudit, object_audit
from mdt.identity.terms import Role
from mdt.kernel.errors import Forbidden, NotFound
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.web import actor, door

pages = Blueprint("audit", __name__)

WORDS = {
    "read": N_("查看"),
    "added": N_("新增"),
    "linked": N_("关联"),
    "unlinked": N_("解除关联"),
    "submitted": N_("提交"),
    "returned": N_("退回"),
    "resubmitted": N_("重新提交"),
    "accepted": N_("受理"),
    "declined": N_("谢绝"),
    "withdrawn": N_("撤回"),
    "scheduled": N_("排期"),
    "postponed": N_("改期"),
    "drafted": N_("起草"),
    "edited": N_("修改"),
    "closed": N_("关闭"),
    "reopened": N_("重新打开"),
    "granted": N_("授权"),
    "revoked": N_("收回授权"),
    "signed": N_("签署"),
    "issued": N_("签发"),
    "exported": N_("导出"),
    "opened": N_("打开"),
    "listed": N_("列出"),
    "taken": N_("开始接诊"),
    "done": N_("完成"),
    "not_done": N_("记为未执行"),
    "begun": N_("开始"),
    "started": N_("开始"),
    "finished": N_("结束"),
    "ended": N_("结束"),
    "recorded": N_("登记"),
    "planned": N_("筹备"),
    "created": N_("创建"),
    "invited": N_("邀请"),
    "answered": N_("回复"),
    "concluded": N_("出意见"),
    "discussion_began": N_("讨论开始"),
    "discussion_ended": N_("讨论结束"),
    "follow_up_began": N_("进入随访"),
    "proposed": N_("提请签名"),
    "posted": N_("发送"),
    "photo_added": N_("添加照片"),
    "photo_cleaned": N_("处理照片"),
    "indexed": N_("入库"),
    "printed": N_("排版"),
    "slip_printed": N_("打印义诊单"),
    "attendance": N_("出入"),
    "prepared": N_("准备"),
    "signed_in": N_("登录"),
}
"""The last word of an audit verb; a verb without one here is shown as it is."""
THINGS = {
    "case": N_("病例"),
    "images": N_("影像"),
    "study": N_("检查"),
    "series": N_("序列"),
    "material": N_("材料"),
    "room": N_("会诊室"),
    "batch": N_("上传批次"),
    "consensus": N_("会诊意见"),
    "document": N_("文件"),
    "meeting": N_("会议"),
    "task": N_("待办"),
    "outcome": N_("转归"),
    "audit": N_("访问记录"),
    "encounter": N_("接诊"),
    "upload": N_("上传"),
    "agenda": N_("议程"),
    "clinic": N_("义诊"),
    "entry": N_("消息"),
    "invitation": N_("会诊邀请"),
    "agreement": N_("协作协议"),
    "alliance": N_("联盟"),
    "hospital": N_("医院"),
    "person": N_("人员"),
}


def in_words(verb: str) -> str:
    """`material.added` → 新增 · 材料; what has no words stays a verb."""
    thing, _dot, deed = verb.partition(".")
    if not deed:
        return gettext(WORDS[verb]) if verb in WORDS else verb
    words = [gettext(table[part]) for table, part in ((WORDS, deed), (THINGS, thing)) if part in table]
    return " · ".join(words) if len(words) == 2 else verb


@pages.get("/admin/audit")
@door(object_audit)
def audit() -> str:
    if not actor().has(Role.HOSPITAL_ADMIN):
        raise Forbidden
    try:
        ask = FindAudit(object=request.args.get("object", "").strip(), cursor=request.args.get("cursor", ""), limit=100)
    except ValidationError:
        raise NotFound from None
    try:
        found = object_audit(actor(), ask)
    except NotFound:
        found = None
    return render_template("shell/audit.html", found=found, ask=ask, in_words=in_words)
