"""JSON doors of notices."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from mdt.identity.operations import Nothing
from mdt.kernel.web import actor, door, once, reply, run
from mdt.notices.operations import read_all_notices, read_notice
from mdt.notices.queries import FindNotices, Inbox, NoticeView, inbox, notice

api = APIBlueprint("notices_api", __name__, url_prefix="/api/v1")


class NoticePath(BaseModel):
    notice_id: str


class UnreadLeft(BaseModel):
    unread: int


@api.get("/notices", responses={200: Inbox})
@door(inbox)
def get_notices(query: FindNotices) -> Response:
    """One's notices, newest first."""
    return reply(inbox(actor(), query))


@api.post("/notices/read-all", responses={200: UnreadLeft})
@door(read_all_notices)
@once
def post_read_all() -> Response:
    """Mark all as read."""
    return reply(UnreadLeft(unread=read_all_notices(actor(), Nothing()).unread))


@api.post("/notices/<notice_id>/read", responses={200: NoticeView})
@door(read_notice, notice)
@once
def post_read(path: NoticePath) -> Response:
    """Mark one as read."""
    run(read_notice, path.notice_id, Nothing())
    return reply(notice(actor(), path.notice_id, None))
