"""The page behind a QR code: a phone sends photographs into one case. A GET changes nothing (chat programs fetch
links by themselves); the token is the right, and nothing of the patient is shown."""

from flask import Blueprint, render_template, request
from werkzeug.datastructures import FileStorage

from mdt.cases import intake
from mdt.cases.operations.materials import PHONE_MINUTES, add_material
from mdt.cases.queries.phone import PhoneCase, phone_case
from mdt.cases.queries.view import accesses
from mdt.cases.terms import KIND_LABELS, MaterialKind
from mdt.identity.signin import actor_of_person
from mdt.kernel.actor import NOBODY
from mdt.kernel.errors import Invalid, NotFound, Refused, SignIn
from mdt.kernel.i18n import N_, gettext
from mdt.kernel.web import public, sentence

pages = Blueprint("cases_phone", __name__)


@pages.before_request
def _allow_pictures() -> None:
    request.max_content_length = intake.LIMIT + (1 << 20)


@pages.get("/phone/<token>")
@public("photographs by a phone: the one-case token is the right")
def phone_page(token: str) -> str:
    return _page(_case(token))


@pages.post("/phone/<token>")
@public("photographs by a phone: the one-case token is the right")
def post_phone(token: str) -> tuple[str, int]:
    """Take photographs in the name of who made the link."""
    case = _case(token)
    try:
        names = [_take(case, file, request.form.get("kind", "photo")) for file in request.files.getlist("file")]
        if not names:
            raise Invalid(fields={"file": [N_("请先拍照或选择图片。")]})
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _page(case, problem=sentence(refusal)), refusal.status
    return _page(case, sent=len(names)), 200


def _case(token: str) -> PhoneCase:
    """The case behind the link, as long as who made it may still send there. Raises NotFound."""
    case = phone_case(NOBODY, token)
    try:
        rights = accesses(actor_of_person(case.person_id), case.case_id, None)
    except SignIn:
        raise NotFound from None
    if "add" not in rights:
        raise NotFound
    return case


@pages.errorhandler(NotFound)
def link_gone(_refusal: NotFound) -> tuple[str, int]:
    """An old link and a wrong one look the same; what to do is the same too."""
    return render_template("cases/phone_gone.html", minutes=PHONE_MINUTES), 404


def _take(case: PhoneCase, file: FileStorage, kind: str) -> str:
    if kind not in set(MaterialKind):
        raise Invalid(fields={"kind": [N_("没有这一类资料。")]})
    maker = actor_of_person(case.person_id)
    change = intake.material_change(file, MaterialKind(kind), "phone")
    add_material(maker, case.case_id, change)
    return change.name


def _page(case: PhoneCase, *, problem: str = "", sent: int = 0) -> str:
    kinds = [(kind.value, gettext(label)) for kind, label in KIND_LABELS.items()]
    return render_template("cases/phone.html", case=case, kinds=kinds, problem=problem, sent=sent)
