"""JSON doors of imaging: batches, linked studies, prepared series and their frames."""

from pathlib import Path
from urllib.parse import quote

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from mdt.imaging.drawing import draw
from mdt.imaging.filestream import zip_blocks
from mdt.imaging.ingest.poster import POSTER_SIDE, THUMBNAIL_SIDE
from mdt.imaging.operations.arrange import confirm_patient
from mdt.imaging.operations.receive import Nothing, close_batch
from mdt.imaging.operations.undo import Move, move_batch, undo_batch
from mdt.imaging.prepared import Frame
from mdt.imaging.queries.archive import archive_of
from mdt.imaging.queries.batches import BatchAsk, BatchView, batch_key, batch_view
from mdt.imaging.queries.pictures import FrameAsk, PreparedAsk, frame_file, poster_file, prepared_series
from mdt.imaging.queries.studies import StudyOfSubject, StudyView, link_key, linked_studies
from mdt.kernel.hub import off_loop
from mdt.kernel.policy import Subject
from mdt.kernel.web import actor, door, once, reply, run

api = APIBlueprint("imaging_api", __name__, url_prefix="/api/v1")
FOREVER = "private, max-age=31536000, immutable"


class BatchPath(BaseModel):
    batch_id: str = Field(max_length=64)


class SeriesPath(BaseModel):
    series_id: str = Field(max_length=64)


class FramePath(BaseModel):
    series_id: str = Field(max_length=64)
    version: int = Field(ge=1, le=100000)
    name: str = Field(pattern=r"^[0-9]{6}-[0-9]{5}\.raw$")


class CasePath(BaseModel):
    case_id: str = Field(max_length=64)


class CaseStudyPath(CasePath):
    study_uid: str = Field(max_length=64)


class CaseStudies(BaseModel):
    items: list[StudyView]


def _batch_answer(batch_id: str, ask: BatchAsk | None = None) -> Response:
    return reply(batch_view(actor(), batch_key(actor(), batch_id), ask or BatchAsk()))


@api.get("/batches/<batch_id>", responses={200: BatchView})
@door(batch_view, batch_key)
def get_batch(path: BatchPath, query: BatchAsk) -> Response:
    """A drop of files with the verdict on each."""
    return _batch_answer(path.batch_id, query)


@api.post("/batches/<batch_id>/close", responses={200: BatchView})
@door(close_batch, batch_view, batch_key)
@once
def post_close(path: BatchPath) -> Response:
    """No file follows."""
    run(close_batch, batch_key(actor(), path.batch_id), Nothing())
    return _batch_answer(path.batch_id)


@api.post("/batches/<batch_id>/undo")
@door(undo_batch, batch_key)
@once
def post_undo(path: BatchPath) -> Response:
    """A wrong folder: take back what this drop brought."""
    run(undo_batch, batch_key(actor(), path.batch_id), Nothing())
    return Response(status=204)


@api.post("/batches/<batch_id>/move", responses={200: BatchView})
@door(move_batch, batch_view, batch_key)
@once
def post_move(path: BatchPath, body: Move) -> Response:
    """The drop belongs to another case."""
    run(move_batch, batch_key(actor(), path.batch_id), body)
    return _batch_answer(path.batch_id)


def _studies_answer(case_id: str) -> Response:
    return reply(CaseStudies(items=linked_studies(actor(), Subject("case", case_id))))


def _link_key(path: CaseStudyPath) -> str:
    return link_key(actor(), StudyOfSubject(kind="case", id=path.case_id, study_uid=path.study_uid))


@api.get("/cases/<case_id>/studies", responses={200: CaseStudies})
@door(linked_studies)
def get_case_studies(path: CasePath) -> Response:
    """The studies shown with a case, newest first."""
    return _studies_answer(path.case_id)


@api.post("/cases/<case_id>/studies/<study_uid>/same-patient", responses={200: CaseStudies})
@door(confirm_patient, linked_studies, link_key)
@once
def post_same_patient(path: CaseStudyPath) -> Response:
    """A person compared both and says that the study is of the case's patient."""
    run(confirm_patient, _link_key(path), Nothing())
    return _studies_answer(path.case_id)


@api.get("/cases/<case_id>/images.zip")
@door(archive_of)
def get_images_zip(path: CasePath) -> Response:
    """Every image of a case as it came, for the requesting team: a ZIP that is written while it is sent."""
    archive = archive_of(actor(), Subject("case", path.case_id))
    answer = Response(zip_blocks(archive.entries), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(archive.title)}.zip"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@api.get("/series/<series_id>/prepared")
@door(prepared_series)
def get_prepared(path: SeriesPath, query: PreparedAsk) -> Response:
    """The series as the viewer takes it, as far as the person (and `case`, if named) sees it; 503 with Retry-After
    while its frames are being written."""
    return reply(prepared_series(actor(), path.series_id, query))


@api.get("/series/<series_id>/frames/<int:version>/<name>")
@door(frame_file)
def get_frame(path: FramePath) -> Response:
    """The pixels of one normalised frame: 16-bit little-endian mono or 8-bit RGB, row-major."""
    ask = FrameAsk(version=path.version, name=path.name)
    return picture(frame_file(actor(), path.series_id, ask), "application/octet-stream")


@api.get("/series/<series_id>/poster")
@door(poster_file)
def get_poster(path: SeriesPath) -> Response:
    """The middle frame as JPEG, at most 512 px."""
    return _poster(poster_file(actor(), path.series_id, "poster.jpg"), POSTER_SIDE)


@api.get("/series/<series_id>/thumbnail")
@door(poster_file)
def get_thumbnail(path: SeriesPath) -> Response:
    """The middle frame as a small JPEG."""
    return _poster(poster_file(actor(), path.series_id, "thumb.jpg"), THUMBNAIL_SIDE)


def _poster(found: Path | Frame, side: int) -> Response:
    """The kept picture, or one drawn for who sees a part of the series: that one is not kept, the part may change."""
    if isinstance(found, Path):
        return picture(found, "image/jpeg")
    answer = Response(off_loop(lambda: draw(found, size=(side, side))), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def picture(place: Path, mimetype: str) -> Response:
    """An immutable file with strong ETag and Range; the right to it was asked before, so a 304 tells nothing."""
    etag = f"{place.parent.name}-{place.parent.parent.name}-{place.name}"
    answer = send_file(place, mimetype=mimetype, conditional=True, etag=etag, max_age=31536000)
    answer.headers["Cache-Control"] = FOREVER
    answer.headers["Vary"] = "Cookie"
    if request.range and answer.status_code == 200:
        answer.headers["Accept-Ranges"] = "bytes"
    return answer
