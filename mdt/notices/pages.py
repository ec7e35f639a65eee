"""The page of one's notices."""

from flask import Blueprint, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from mdt.identity.operations import Nothing
from mdt.kernel.errors import NotFound
from mdt.kernel.web import actor, door, run
from mdt.notices.operations import read_all_notices, read_notice
from mdt.notices.queries import FindNotices, inbox, notice

pages = Blueprint("notices", __name__)
PER_PAGE = 30


@pages.get("/notices")
@door(inbox)
def notices_page() -> str:
    try:
        ask = FindNotices(
            limit=PER_PAGE, cursor=request.args.get("cursor", ""), unread=request.args.get("unread") == "1"
        )
    except ValidationError:
        raise NotFound from None
    return render_template("notices/inbox.html", inbox=inbox(actor(), ask), unread_only=ask.unread)


@pages.post("/notices/<notice_id>/open")
@door(read_notice, notice)
def open_notice(notice_id: str) -> BaseResponse:
    """Mark it as read and go to what it is about."""
    run(read_notice, notice_id, Nothing())
    return redirect(notice(actor(), notice_id, None).link, 303)


@pages.post("/notices/read-all")
@door(read_all_notices)
def read_all() -> BaseResponse:
    read_all_notices(actor(), Nothing())
    return redirect("/notices", 303)
