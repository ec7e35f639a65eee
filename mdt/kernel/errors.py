"""The ways a request can be refused; anything else is a bug.

    Refused                     code, sentence, facts
    ├── Invalid        422      the body's shape or meaning; names the fields
    ├── SignIn         401      nobody is signed in
    ├── Forbidden      403      visible, but not this person's to do
    ├── NotFound       404      does not exist, or is none of this person's business: the same answer
    ├── Conflict       409      the state does not allow it; `allowed` says what would be
    ├── Stale          412      If-Match names an older version
    ├── TooLarge       413
    ├── Unsupported    415
    ├── TooMany        429      with retry_after
    ├── Unavailable    503      with retry_after
    └── Full           507      the disk is full

A slice makes a new subclass only to give a stable `code`. `sentence` is the Chinese source string (mark it with
`N_`); doors translate it and fill in the facts (`%(name)s`). No patient data in a sentence or fact.
"""

from mdt.kernel.i18n import N_


class Refused(Exception):
    """Base of every refusal. `facts` are JSON-able and are shown to the caller beside the sentence."""

    status = 400
    code = "refused"
    sentence = N_("这个请求无法处理。")

    def __init__(self, code: str = "", sentence: str = "", **facts: object) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.sentence = sentence or self.sentence
        self.facts = facts


class Invalid(Refused):
    """422. `fields` maps a field name to its sentences, already in the source language."""

    status = 422
    code = "invalid"
    sentence = N_("填写的内容有误，请按提示修改。")

    def __init__(
        self, code: str = "", sentence: str = "", *, fields: dict[str, list[str]] | None = None, **facts: object
    ) -> None:
        super().__init__(code, sentence, **facts)
        self.fields = fields or {}


class SignIn(Refused):
    status = 401
    code = "sign_in"
    sentence = N_("请先登录。")


class Forbidden(Refused):
    status = 403
    code = "forbidden"
    sentence = N_("您可以查看，但没有权限进行这个操作。")


class NotFound(Refused):
    status = 404
    code = "not_found"
    sentence = N_("没有找到，或您无权查看。")


class Conflict(Refused):
    status = 409
    code = "conflict"
    sentence = N_("当前状态不允许这个操作，请刷新后再试。")


class Stale(Refused):
    status = 412
    code = "stale"
    sentence = N_("内容已被他人修改，请查看差异后再保存。")


class TooLarge(Refused):
    status = 413
    code = "too_large"
    sentence = N_("内容太大。")


class Unsupported(Refused):
    status = 415
    code = "unsupported"
    sentence = N_("不支持这种格式。")


class TooMany(Refused):
    """429. `retry_after` in seconds."""

    status = 429
    code = "too_many"
    sentence = N_("操作太频繁，请稍后再试。")

    def __init__(self, code: str = "", sentence: str = "", *, retry_after: int = 10, **facts: object) -> None:
        super().__init__(code, sentence, retry_after=retry_after, **facts)


class Unavailable(TooMany):
    status = 503
    code = "unavailable"
    sentence = N_("系统暂时繁忙，请稍后再试；已保存的内容不受影响。")


class Full(Refused):
    status = 507
    code = "disk_full"
    sentence = N_("服务器存储空间已满，请联系管理员；已保存的内容不受影响。")
