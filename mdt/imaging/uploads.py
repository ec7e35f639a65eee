"""The tus 1.0.0 door at /uploads/: creation, creation-with-upload, termination, checksum.

An offset is told only for bytes that are flushed; a finished file is in the store before the answer.
"""

import base64
import binascii
import re
from typing import BinaryIO, cast

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected, MethodNotAllowed

from mdt.imaging import receipt
from mdt.imaging.operations.receive import (
    MAX_FILE_BYTES,
    Advance,
    BeginUpload,
    Finish,
    Nothing,
    Whole,
    advance_upload,
    begin_upload,
    end_upload,
    finish_upload,
    receive_file,
)
from mdt.imaging.queries.batches import SendAsk, may_send, upload_state
from mdt.kernel.clock import new_id
from mdt.kernel.errors import Conflict, Invalid, Refused, TooLarge, Unsupported
from mdt.kernel.hub import off_loop
from mdt.kernel.i18n import N_
from mdt.kernel.web import actor, door, public

uploads = Blueprint("uploads", __name__, url_prefix="/uploads")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum"
OFFSET_STREAM = "application/offset+octet-stream"


class WrongVersion(Refused):
    status = 412
    code = "tus_version"
    sentence = N_("上传程序的版本不受支持。")


class Line:
    """The request's body; a line that breaks is the end of it, and what came before counts."""

    def read(self, size: int) -> bytes:
        try:
            return request.stream.read(size)
        except (OSError, ClientDisconnected):
            return b""


@uploads.before_request
def allow_length() -> None:
    """Files are streamed to disk: the limit of ordinary bodies is not theirs."""
    request.max_content_length = MAX_FILE_BYTES


@uploads.after_request
def tus_headers(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers["Cache-Control"] = "no-store"
    if answer.status_code == 412:
        answer.headers["Tus-Version"] = VERSION
    return answer


@uploads.route("/", methods=["OPTIONS"])
@public("what the upload protocol offers")
def offer() -> Response:
    answer = Response(status=204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Max-Size"] = str(MAX_FILE_BYTES)
    answer.headers["Tus-Checksum-Algorithm"] = "sha1"
    return answer


def _demand_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion
    if request.headers.get("Content-Encoding"):
        raise Unsupported("content_encoding")


def _number(name: str) -> int:
    raw = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,18}", raw):
        raise Invalid("shape", fields={name: [N_("格式不对。")]})
    return int(raw)


def _metadata() -> dict[str, str]:
    """`Upload-Metadata`: comma-separated `key base64`. Raises Invalid."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, encoded = pair.strip().partition(" ")
        if key:
            try:
                found[key] = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise Invalid("shape", fields={"Upload-Metadata": [N_("格式不对。")]}) from None
    return found


@uploads.post("/")
@door(may_send, begin_upload, advance_upload, finish_upload, receive_file)
def create() -> Response:
    """Creation, with the first bytes if they come along."""
    _demand_version()
    length = _number("Upload-Length")
    announced = _announced(_metadata(), length)
    brings = request.mimetype == OFFSET_STREAM or length == 0
    if brings and (request.content_length or 0) == length:
        return _created(_take_whole(announced), length)
    upload = begin_upload(actor(), announced)
    return _created(upload.id, _take(upload.id, 0, length) if brings else 0)


def _created(upload_id: str, offset: int) -> Response:
    answer = Response(status=201)
    answer.headers["Location"] = f"/uploads/{upload_id}"
    answer.headers["Upload-Offset"] = str(offset)
    return answer


def _take_whole(announced: BeginUpload) -> str:
    """A file that came whole with its announcement, in one transaction; the id of its upload.

    A line that broke on the way leaves nothing: the sender never learned an address to go on at.
    """
    ask = SendAsk(batch=announced.batch, subject_kind=announced.subject_kind, subject_id=announced.subject_id)
    may_send(actor(), ask)
    place = new_id()
    try:
        checksum = request.headers.get("Upload-Checksum", "")
        if receipt.append(place, 0, cast(BinaryIO, Line()), announced.length, checksum) < announced.length:
            raise Conflict("upload.offset", N_("续传位置不一致，请重新询问后再传。"), offset=0)
        stored = off_loop(lambda: receipt.keep(place))
        whole = Whole(**announced.model_dump(), sha256=stored.sha256, size=stored.size)
        return receive_file(actor(), whole).id
    finally:
        receipt.forget(place)


def _announced(metadata: dict[str, str], length: int) -> BeginUpload:
    if length > MAX_FILE_BYTES:
        raise TooLarge("too_large", N_("单个文件不能超过 4 GB。"))
    kinds = (("case", "caseId"), ("encounter", "encounterId"))
    kind, key = next(((kind, key) for kind, key in kinds if metadata.get(key)), ("", ""))
    try:
        return BeginUpload(
            batch=metadata.get("batchId", ""),
            name=_clean(metadata.get("relativePath") or metadata.get("filename") or ""),
            length=length,
            subject_kind=kind,
            subject_id=metadata.get(key, "")[:36],
            metadata=request.headers.get("Upload-Metadata", ""),
        )
    except ValueError:
        raise Invalid("shape", fields={"Upload-Metadata": [N_("缺少文件名或批次编号。")]}) from None


def _clean(name: str) -> str:
    """The sender's name is display text only: no control characters, at most 1,024."""
    return "".join(c for c in name if c.isprintable())[:1024]


@uploads.route("/<upload_id>", methods=["HEAD"])
@door(upload_state)
def head(upload_id: str) -> Response:
    """How far it is."""
    _demand_version()
    state = upload_state(actor(), upload_id, None)
    answer = Response(status=200)
    answer.headers["Upload-Offset"] = str(state.received)
    answer.headers["Upload-Length"] = str(state.length)
    if state.announced:
        answer.headers["Upload-Metadata"] = state.announced
    return answer


@uploads.patch("/<upload_id>")
@door(upload_state, advance_upload, finish_upload)
def patch(upload_id: str) -> Response:
    """More bytes, from the offset that HEAD told."""
    _demand_version()
    if request.mimetype != OFFSET_STREAM:
        raise Unsupported("content_type")
    offset = _number("Upload-Offset")
    state = upload_state(actor(), upload_id, None)
    if offset != state.received:
        raise Conflict("upload.offset", N_("续传位置不一致，请重新询问后再传。"), offset=state.received)
    answer = Response(status=204)
    answer.headers["Upload-Offset"] = str(offset if state.is_finished else _take(upload_id, offset, state.length))
    return answer


def _take(upload_id: str, offset: int, length: int) -> int:
    """Append the request's body; finish when all is there. Returns the new offset."""
    announced = request.content_length
    if announced is not None and offset + announced > length:
        raise TooLarge("too_large", N_("内容比声明的长度更长。"))
    source = cast(BinaryIO, Line())
    checksum = request.headers.get("Upload-Checksum", "")
    reached = receipt.append(upload_id, offset, source, length - offset, checksum)
    if reached < length:
        advance_upload(actor(), upload_id, Advance(received=reached))
        return reached
    stored = off_loop(lambda: receipt.keep(upload_id))
    if stored.size != length:
        raise Conflict("upload.offset", N_("续传位置不一致，请重新询问后再传。"), offset=offset)
    finish_upload(actor(), upload_id, Finish(sha256=stored.sha256, size=stored.size))
    receipt.forget(upload_id)
    return reached


@uploads.delete("/<upload_id>")
@door(end_upload)
def terminate(upload_id: str) -> Response:
    """Forget an unfinished upload."""
    _demand_version()
    end_upload(actor(), upload_id, Nothing())
    receipt.forget(upload_id)
    return Response(status=204)


@uploads.post("/<upload_id>")
@door(upload_state, advance_upload, finish_upload, end_upload)
def overridden(upload_id: str) -> Response:
    """For networks that let only GET and POST through (tus 1.0.0, X-HTTP-Method-Override)."""
    meant = {"HEAD": head, "PATCH": patch, "DELETE": terminate}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if meant is None:
        raise MethodNotAllowed(["HEAD", "PATCH", "DELETE", "OPTIONS"])
    return meant(upload_id)
