"""The DICOMweb door at /dicomweb: QIDO-RS and WADO-RS as PS3.18 has them. No rule lives here."""

import hashlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import orjson
from flask import Blueprint, Response, request, send_file

from mdt.imaging.accept import NotAcceptable, Wish, wishes
from mdt.imaging.drawing import draw
from mdt.imaging.filestream import blocks, plain_blocks
from mdt.imaging.ingest.syntaxes import EXPLICIT_LITTLE, SYNTAXES
from mdt.imaging.multipart import BodyPart, body, length, new_boundary
from mdt.imaging.queries.retrieve import (
    Address,
    Drawing,
    Part,
    frame_to_draw,
    frames_to_draw,
    metadata,
    parts,
    study_key,
    study_poster,
)
from mdt.imaging.queries.search import BadSearch, Search, search
from mdt.imaging.storedframes import frames_folder
from mdt.kernel import runtime
from mdt.kernel.errors import NotFound
from mdt.kernel.hub import off_loop
from mdt.kernel.web import actor, door

dicomweb = Blueprint("dicomweb", __name__, url_prefix="/dicomweb")

FOREVER = "private, max-age=31536000, immutable"
OCTETS, DICOM, JSON = "application/octet-stream", "application/dicom", "application/dicom+json"
CODEC_MEDIA = {
    "jpeg": "image/jpeg",
    "jpeg-lossless": "image/jpeg",
    "jpeg-ls": "image/jls",
    "jpeg2000": "image/jp2",
    "htj2k": "image/jphc",
    "rle": "image/dicom-rle",
}
NOT_ATTRIBUTES = frozenset({"limit", "offset", "includefield", "fuzzymatching", "accept", "lang"})
SERIES = "/studies/<study_uid>/series/<series_uid>"
INSTANCE = f"{SERIES}/instances/<instance_uid>"


def _root() -> str:
    """The absolute address. Some clients send a Host without its port: then it is the one that we listen on."""
    base = runtime.settings().public_url.rstrip("/") or request.host_url.rstrip("/")
    port = request.environ.get("SERVER_PORT", "80")
    if not runtime.settings().public_url and base.count(":") == 1 and port not in ("80", "443"):
        base = f"{base}:{port}"
    return f"{base}/dicomweb"


def _wishes() -> list[Wish]:
    return wishes(request.args.get("accept", "") or request.headers.get("Accept", ""))


def _refuse(*offers: str) -> NoReturn:
    raise NotAcceptable(offers=list(offers))


def _json(items: Any) -> Response:
    """DICOM JSON, under the name that was asked for."""
    for wish in _wishes():
        if wish.media in (JSON, "*/*", "application/*"):
            return Response(orjson.dumps(items), mimetype=JSON)
        if wish.media == "application/json":
            return Response(orjson.dumps(items), mimetype="application/json")
    _refuse(JSON, "application/json")


def _kept(answer: Response, etag: str, size: int) -> Response:
    """Immutable: strong ETag, 304 and ranges. The right to it was asked before, so a 304 tells nothing."""
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = FOREVER
    answer.headers["Vary"] = "Accept, Cookie"
    answer.content_length = size
    is_plain = _is_plain(request.headers.get("Range", ""))
    answer.make_conditional(request, accept_ranges=is_plain, complete_length=size if is_plain else None)
    return answer


def _is_plain(asked: str) -> bool:
    """Whether `Range` asks for one range of bytes; whatever else it says is passed over (RFC 9110, section 14.2)."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", asked.strip())
    if found is None or not any(found.groups()):
        return not asked
    first, last = found.groups()
    return not (first and last) or int(first) <= int(last)


# ---------- search


@dicomweb.get("/studies")
@door(search)
def search_studies() -> Response:
    return _search("study")


@dicomweb.get("/series")
@dicomweb.get("/studies/<study_uid>/series")
@door(search)
def search_series(study_uid: str = "") -> Response:
    return _search("series", study_uid)


@dicomweb.get("/instances")
@dicomweb.get("/studies/<study_uid>/instances")
@dicomweb.get(f"{SERIES}/instances")
@door(search)
def search_instances(study_uid: str = "", series_uid: str = "") -> Response:
    return _search("instance", study_uid, series_uid)


def _search(level: str, study_uid: str = "", series_uid: str = "") -> Response:
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in NOT_ATTRIBUTES]
    fields = [name for text in request.args.getlist("includefield") for name in text.split(",") if name]
    found = search(
        actor(),
        Search(
            level=level,
            root=_root(),
            study_uid=study_uid,
            series_uid=series_uid,
            terms=pairs,
            fields=fields,
            limit=_count("limit"),
            offset=_count("offset") or 0,
            fuzzy=request.args.get("fuzzymatching", "").lower() == "true",
        ),
    )
    answer = _json(found.items)
    for sentence in found.warnings:
        answer.headers.add("Warning", f'299 {request.host} "{sentence}"')
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _count(name: str) -> int | None:
    raw = request.args.get(name, "")
    if not raw:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", raw):
        raise BadSearch
    return int(raw)


# ---------- whole instances


@dicomweb.get("/studies/<study_uid>")
@dicomweb.get(SERIES)
@dicomweb.get(INSTANCE)
@door(parts, study_key)
def retrieve(study_uid: str, series_uid: str = "", instance_uid: str = "") -> Response:
    """Instances as they came, in one multipart answer; a single one bare if only so asked."""
    found = _parts(study_uid, series_uid, instance_uid)
    for wish in _wishes():
        if wish.media == DICOM and instance_uid and _fits(wish, found):
            answer = Response(blocks(found[0].place), mimetype=DICOM)
            return _kept(answer, f"{found[0].sha256}-part10", found[0].size)
        if _is_multipart(wish, DICOM) and _fits(wish, found):
            return _multipart([_instance_part(part) for part in found], DICOM)
    _refuse(f'multipart/related; type="{DICOM}"; transfer-syntax=*', DICOM)


def _parts(study_uid: str, series_uid: str = "", instance_uid: str = "") -> list[Part]:
    ask = Address(study_uid=study_uid, series_uid=series_uid, instance_uid=instance_uid)
    return parts(actor(), study_key(actor(), study_uid), ask)


def _is_multipart(wish: Wish, media: str) -> bool:
    if wish.media == "*/*":
        return True
    return wish.media in ("multipart/related", "multipart/*") and wish.type in ("", media, "*/*")


def _fits(wish: Wish, found: list[Part]) -> bool:
    """Nothing is recoded: without a syntax, or with `*`, instances leave as they are stored."""
    return wish.syntax in ("", "*") or all(part.syntax == wish.syntax for part in found)


def _instance_part(part: Part) -> BodyPart:
    media = f"{DICOM}; transfer-syntax={part.syntax}"
    return BodyPart(media=media, location=_location(part), content=blocks(part.place), size=part.size)


def _location(part: Part) -> str:
    study = (request.view_args or {}).get("study_uid", "")
    return f"{_root()}/studies/{study}/series/{part.series_uid}/instances/{part.sop_uid}"


def _multipart(found: list[BodyPart], media: str) -> Response:
    boundary = new_boundary()
    answer = Response(body(found, boundary))
    answer.content_length = length(found, boundary)
    answer.headers["Content-Type"] = f'multipart/related; type="{media}"; boundary={boundary}'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


# ---------- headers


@dicomweb.get("/studies/<study_uid>/metadata")
@dicomweb.get(f"{SERIES}/metadata")
@dicomweb.get(f"{INSTANCE}/metadata")
@door(metadata, study_key)
def retrieve_metadata(study_uid: str, series_uid: str = "", instance_uid: str = "") -> Response:
    ask = Address(study_uid=study_uid, series_uid=series_uid, instance_uid=instance_uid)
    answer = _json(metadata(actor(), study_key(actor(), study_uid), (ask, _root())))
    whole = answer.get_data()
    return _kept(answer, hashlib.sha256(whole).hexdigest(), len(whole))


# ---------- frames


@dicomweb.get(f"{INSTANCE}/frames/<numbers>")
@door(parts, study_key)
def retrieve_frames(study_uid: str, series_uid: str, instance_uid: str, numbers: str) -> Response:
    """Frames in the order asked for: plain (explicit little endian) unless `*` or the stored syntax is wished."""
    if not re.fullmatch(r"[0-9]{1,6}(,[0-9]{1,6})*", numbers):
        raise NotFound
    part = _parts(study_uid, series_uid, instance_uid)[0]
    wanted = [int(number) for number in numbers.split(",")]
    if not all(1 <= number <= part.frames for number in wanted):
        raise NotFound
    return _frames(part, wanted)


@dicomweb.get(f"{INSTANCE}/bulk/7FE00010")
@door(parts, study_key)
def retrieve_pixels(study_uid: str, series_uid: str, instance_uid: str) -> Response:
    """The pixel data that the metadata names: every frame."""
    part = _parts(study_uid, series_uid, instance_uid)[0]
    return _frames(part, list(range(1, part.frames + 1)))


def _frames(part: Part, wanted: list[int]) -> Response:
    for wish in _wishes():
        form = _form(wish, part)
        if form is None:
            continue
        suffix, media, syntax = form
        folder = frames_folder(part.series_id, part.id, part.sha256)
        places = [folder / f"{number}.{suffix}" for number in wanted]
        if not all(place.exists() for place in places):
            raise NotFound
        etag = f"{part.sha256}-{suffix}-{'.'.join(map(str, wanted))}"
        if not wish.media.startswith(("multipart", "*")):
            if len(places) != 1:
                continue
            bare = Response(plain_blocks(places[0]), mimetype=media)
            return _kept(bare, f"{etag}-bare", places[0].stat().st_size)
        named = f"{media}; transfer-syntax={syntax}"
        found = [
            BodyPart(named, f"{_location(part)}/frames/{number}", plain_blocks(place), place.stat().st_size)
            for number, place in zip(wanted, places, strict=True)
        ]
        boundary = f"mdt{part.sha256[:32]}"
        answer = Response(body(found, boundary))
        answer.headers["Content-Type"] = f'multipart/related; type="{media}"; boundary={boundary}'
        return _kept(answer, etag, length(found, boundary))
    _refuse(f'multipart/related; type="{OCTETS}"', f'multipart/related; type="{OCTETS}"; transfer-syntax=*', OCTETS)


def _form(wish: Wish, part: Part) -> tuple[str, str, str] | None:
    """(file suffix, media type, transfer syntax) that fits a wish, or None."""
    packed = SYNTAXES[part.syntax].codec if part.syntax in SYNTAXES else ""
    media = wish.type if wish.media.startswith("multipart") else wish.media
    if media in ("", "*/*", "multipart/*", "application/*"):
        media = OCTETS
    if media == OCTETS:
        if wish.syntax in ("", EXPLICIT_LITTLE) or (wish.syntax == "*" and not packed):
            return "raw", OCTETS, EXPLICIT_LITTLE
        return ("bin", OCTETS, part.syntax) if packed and wish.syntax in ("*", part.syntax) else None
    if packed and media == CODEC_MEDIA.get(packed) and wish.syntax in ("", "*", part.syntax):
        return "bin", media, part.syntax
    return None


# ---------- pictures


@dicomweb.get(f"{INSTANCE}/rendered")
@dicomweb.get(f"{INSTANCE}/frames/<int:number>/rendered")
@door(frame_to_draw, study_key)
def rendered(study_uid: str, series_uid: str, instance_uid: str, number: int = 1) -> Response:
    """One frame as a picture: parameters `window`, `viewport`, `quality`."""
    return _picture(study_uid, series_uid, instance_uid, number, _viewport())


@dicomweb.get("/studies/<study_uid>/rendered")
@dicomweb.get(f"{SERIES}/rendered")
@door(frames_to_draw, study_key)
def rendered_all(study_uid: str, series_uid: str = "") -> Response:
    """Every frame of a study or series as a picture of its own, drawn while the answer leaves (PS3.18 section 10.4)."""
    form, window, size, quality = _picture_form(in_parts=True), _window(), _viewport(), _quality()
    address = Address(study_uid=study_uid, series_uid=series_uid)
    found = frames_to_draw(actor(), study_key(actor(), study_uid), address)
    media, root = f"image/{form.lower()}", f"{_root()}/studies/{study_uid}/series"

    def drawn() -> Iterator[BodyPart]:
        for series, frame in found:
            raw = off_loop(partial(draw, frame, window, size=size, form=form, quality=quality))
            place = f"{root}/{series}/instances/{frame.facts['instance_uid']}/frames/{frame.facts['frame']}/rendered"
            yield BodyPart(media, place, [raw], len(raw))

    boundary = new_boundary()
    answer = Response(body(drawn(), boundary))
    answer.headers["Content-Type"] = f'multipart/related; type="{media}"; boundary={boundary}'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@dicomweb.get(f"{INSTANCE}/thumbnail")
@dicomweb.get(f"{INSTANCE}/frames/<int:number>/thumbnail")
@door(frame_to_draw, study_key)
def thumbnail(study_uid: str, series_uid: str, instance_uid: str, number: int = 1) -> Response:
    return _picture(study_uid, series_uid, instance_uid, number, _viewport() or (128, 128))


def _picture(study_uid: str, series_uid: str, instance_uid: str, number: int, size: tuple[int, int] | None) -> Response:
    address = Address(study_uid=study_uid, series_uid=series_uid, instance_uid=instance_uid)
    form, window, quality = _picture_form(), _window(), _quality()
    frame = frame_to_draw(actor(), study_key(actor(), study_uid), Drawing(address=address, frame=number))
    raw = off_loop(lambda: draw(frame, window, size=size, form=form, quality=quality))
    answer = Response(raw, mimetype=f"image/{form.lower()}")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@dicomweb.get("/studies/<study_uid>/thumbnail")
@dicomweb.get(f"{SERIES}/thumbnail")
@door(study_poster, study_key)
def poster(study_uid: str, series_uid: str = "") -> Response:
    found = study_poster(actor(), study_key(actor(), study_uid), series_uid)
    if isinstance(found, Path):
        return send_file(found, mimetype="image/jpeg", conditional=True, max_age=0)
    return Response(off_loop(lambda: draw(found, size=(128, 128))), mimetype="image/jpeg")


def _picture_form(*, in_parts: bool = False) -> str:
    for wish in _wishes():
        is_parts = in_parts and wish.media.startswith("multipart/")
        media = (wish.type or "*/*") if is_parts else wish.media
        if media in ("image/jpeg", "image/*", "*/*"):
            return "JPEG"
        if media == "image/png":
            return "PNG"
    _refuse("image/jpeg", "image/png")


def _window() -> tuple[float, float] | None:
    """`window=centre,width,function`; only the linear functions are drawn."""
    raw = request.args.get("window", "")
    if not raw:
        return None
    match = re.fullmatch(r"(-?[0-9.]{1,12}),([0-9.]{1,12})(?:,(?:linear|linear-exact))?", raw)
    try:
        centre, width = (float(text) for text in match.groups()) if match else (0.0, 0.0)
    except ValueError:
        raise BadSearch from None
    if width <= 0:
        raise BadSearch
    return centre, width


def _viewport() -> tuple[int, int] | None:
    raw = request.args.get("viewport", "")
    if not raw:
        return None
    match = re.fullmatch(r"([1-9][0-9]{0,3}),([1-9][0-9]{0,3})(,.*)?", raw)
    if not match:
        raise BadSearch
    return int(match[1]), int(match[2])


def _quality() -> int:
    raw = request.args.get("quality", "88")
    if not re.fullmatch(r"[1-9][0-9]?|100", raw):
        raise BadSearch
    return int(raw)
