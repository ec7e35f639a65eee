"""The menu: what each kind of person wants to reach from every page."""

from mdt.identity.terms import CLINICAL, Role
from mdt.kernel.actor import Actor
from mdt.kernel.i18n import N_, gettext
from mdt.notices.queries import unread_count

ENTRIES = (
    ("/", N_("我的工作"), "layout-dashboard", CLINICAL | {Role.COORDINATOR, Role.TRAINEE, Role.TECHNICIAN}),
    ("/cases", N_("病例"), "folder-kanban", CLINICAL | {Role.COORDINATOR}),
    ("/meetings", N_("会议"), "calendar-days", CLINICAL | {Role.COORDINATOR, Role.TRAINEE}),
    ("/clinics", N_("义诊"), "stethoscope", CLINICAL | {Role.COORDINATOR}),
    ("/tasks", N_("待办"), "list-checks", CLINICAL),
    ("/admin/people", N_("账号"), "users", frozenset({Role.HOSPITAL_ADMIN, Role.ADMIN})),
    ("/admin/audit", N_("访问记录"), "shield-check", frozenset({Role.HOSPITAL_ADMIN})),
)


def entries(actor: Actor, path: str) -> list[dict[str, object]]:
    """The entries for this person; `active` marks the present page's."""
    return [
        {"href": href, "label": gettext(label), "icon": icon, "active": _is_active(href, path)}
        for href, label, icon, roles in ENTRIES
        if actor.has(*roles)
    ]


def _is_active(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))


def notice_count(actor: Actor) -> int:
    """Unread notices."""
    return unread_count(actor, None)
