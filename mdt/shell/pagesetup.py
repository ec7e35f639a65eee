"""What every template may use: texts, the language, assets of the build, icons, who is signed in, the menu."""

import gc
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from jinja2 import FileSystemBytecodeCache, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from mdt.identity import signin
from mdt.identity.queries import me
from mdt.identity.terms import ROLE_LABELS
from mdt.kernel import i18n
from mdt.kernel.actor import Actor
from mdt.kernel.clock import SHANGHAI, rfc3339
from mdt.kernel.web import actor
from mdt.shell import apidocs, menu

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "mdt" / "static"
TEMPLATES = ROOT / "templates"
BUILD = STATIC / "build"
ICONS = ROOT / "node_modules" / "lucide-static" / "icons"


LANGUAGE_NAMES = (("zh", "中文"), ("en", "English"))
SAVED = {"1": i18n.N_("已保存"), "submitted": i18n.N_("已提交，会诊秘书会尽快审核，结果在提醒里")}
FORMS = {"datetime": "%Y-%m-%d %H:%M", "date": "%Y-%m-%d", "clock": "%H:%M"}


def install(app: Flask) -> None:
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.globals.update(gettext=page_text)
    environment.globals.update(asset_tags=asset_tags, icon_svg=icon_svg, local_time=local_time, csrf_token=csrf_token)
    environment.globals.update(type_name=apidocs.type_name)
    environment.filters.update(rfc3339=rfc3339)
    app.context_processor(frame)


def warm_up(app: Flask, kept: Path) -> None:
    """Compile every template before the first person comes; what was compiled is kept for the next start. What the
    start has made stays: the garbage collector need not look through it again, 0.2 s in the midst of a page."""
    kept.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(kept))
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


@pass_eval_context
def page_text(moment: EvalContext, source: str, **facts: object) -> str:
    """`_( )` of templates: the text is ours and may hold markup, the facts are escaped."""
    text = i18n.translated(source, facts)
    if not facts and "%" not in text:  # most, and a list has a thousand
        return Markup(text) if moment.autoescape else text  # noqa: S704 - texts of our own catalogue
    return Markup(text) % facts if moment.autoescape else text % facts  # noqa: S704 - texts of our own catalogue


def csrf_token() -> str:
    """The value that forms of this page carry; empty where nobody is signed in."""
    who = actor()
    return signin.csrf_token(who.session_id) if who.session_id else ""


def frame() -> dict[str, Any]:
    """The frame of every page; the panels of a page, each a template of its own, share it."""
    who = actor()
    if g.get("frame_of") != who:
        g.frame, g.frame_of = _frame(who), who
    made: dict[str, Any] = g.frame
    return made


def _frame(who: Actor) -> dict[str, Any]:
    strings = i18n.script_strings() if g.get("lang") == "en" else {}
    frame: dict[str, Any] = {"lang": g.get("lang", "zh"), "script_strings": strings, "path": request.path}
    frame.update(actor=None, me=None, nav=[], notice_count=0, languages=LANGUAGE_NAMES, flashes=_flashes())
    if who.person_id:
        frame.update(actor=who, me=_me(who))
        frame.update(nav=menu.entries(who, request.path), notice_count=menu.notice_count(who))
    return frame


def _me(who: Actor) -> dict[str, Any]:
    """The person of the frame: the fields of `Me`, their roles in words."""
    view = me(who, None)
    labels = [i18n.gettext(label) for role, label in ROLE_LABELS.items() if role in who.roles]
    return {**dict(view), "role_labels": labels, "role_label": labels[0] if labels else ""}


def _flashes() -> list[dict[str, str]]:
    """`?saved=<what>` after a redirect says what has become of the change."""
    text = SAVED.get(request.args.get("saved", ""))
    return [{"tone": "ok", "text": i18n.gettext(text)}] if text else []


@cache
def _manifest() -> dict[str, Any]:
    place = BUILD / ".vite" / "manifest.json"
    if not place.exists():
        return {}
    found: dict[str, Any] = json.loads(place.read_text())
    return {entry["name"]: entry for entry in found.values() if entry.get("isEntry")} | {"*": found}


def asset_tags(name: str) -> Markup:
    """The `<link>` and `<script>` tags of one entry of the build, e.g. `rooms/room`."""
    manifest = _manifest()
    entry = manifest.get(name)
    if entry is None:
        return Markup("")
    styles, modules = _dependencies(entry, manifest["*"])
    tags = [f'<link rel="stylesheet" href="/static/build/{each}">' for each in styles]
    tags += [f'<link rel="modulepreload" href="/static/build/{each}">' for each in modules]
    tags.append(f'<script type="module" src="/static/build/{entry["file"]}"></script>')
    return Markup("".join(tags))  # noqa: S704 - names from our own build


def _dependencies(entry: dict[str, Any], chunks: dict[str, Any]) -> tuple[list[str], list[str]]:
    styles = list(entry.get("css", []))
    modules: list[str] = []
    for name in entry.get("imports", []):
        chunk = chunks[name]
        modules.append(chunk["file"])
        inner_styles, inner_modules = _dependencies(chunk, chunks)
        styles += [each for each in inner_styles if each not in styles]
        modules += [each for each in inner_modules if each not in modules]
    return styles, modules


@cache
def icon_svg(name: str) -> Markup:
    """The inside of a Lucide icon's SVG (ISC); the macro `icon` puts the element around it."""
    place = ICONS / f"{name}.svg"
    if not place.exists():
        return Markup("")
    body = place.read_text()
    inner = body[body.index(">", body.index("<svg")) + 1 : body.rindex("</svg>")]
    return Markup(inner.strip())  # noqa: S704 - files of a pinned package


def local_time(moment: datetime | date | None, form: str = "datetime") -> str:
    """A moment as people in China read it; `form` is a name of FORMS or a strftime pattern."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(SHANGHAI)
    return moment.strftime(FORMS.get(form, form))
