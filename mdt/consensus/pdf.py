"""The print of a document over HTTP, for page and API."""

import time
from urllib.parse import quote

from flask import Response, request

from mdt.consensus.queries import AskCopy, document_copy
from mdt.kernel import runtime
from mdt.kernel.errors import Unavailable
from mdt.kernel.i18n import N_
from mdt.kernel.web import actor

LONGEST_S = 15.0
STEP_S = 0.2
SHOWN_HERE = "default-src 'none'; frame-ancestors 'self'"
"""The document page shows the print in a frame of its own."""


def pdf_answer(document_id: str, *, as_issued: bool = False) -> Response:
    """The PDF, waiting up to 15 seconds for the worker.

    Raises:
        Unavailable: it is still being made; ask again.
    """
    until = time.monotonic() + LONGEST_S
    sha256, name = document_copy(actor(), document_id, AskCopy(as_issued=as_issued))
    while not sha256:
        if time.monotonic() >= until:
            raise Unavailable("document.working", N_("意见书正在排版，请稍后再试。"), retry_after=5)
        time.sleep(STEP_S)
        sha256, name = document_copy(actor(), document_id, AskCopy(as_issued=as_issued))
    answer = Response(runtime.files().path(sha256).read_bytes(), mimetype="application/pdf")
    kind = "attachment" if request.args.get("download") else "inline"
    answer.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = SHOWN_HERE
    return answer
