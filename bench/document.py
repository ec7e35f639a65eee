"""Printing an opinion and a clinic slip with the compiler that the worker keeps alive, against `typst.compile` made
afresh for each sheet: the same template, content and fonts. Each print has another text, as in the worker; the first
one of the process stands apart."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from bench.rows import Row, quantile
from mdt.clinics.slip import _content as slip_content
from mdt.clinics.slip import render_slip
from mdt.consensus.opinion import QR, qr_svg, render_opinion
from mdt.consensus.opinion import _content as opinion_content
from mdt.press.typst import FACES, FONTS, STANDARD, TEMPLATES, Json, picture_name
from tests.clinics.test_slip import SLIP
from tests.consensus.sheets import SHEET

FOLDERS = tuple(FONTS / Path(face).parent for face in FACES)
OURS, PEERS = 30, 5
"""How often each is timed; the peer takes long."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One sheet: how we print it, and what the peer gets."""

    by_us: Callable[[], bytes]
    template: str
    content: Mapping[str, Json]
    files: Mapping[str, bytes]
    at: datetime

    def by_peer(self) -> bytes:
        """The same by `typst.compile`, which reads the fonts anew."""
        template = (TEMPLATES / f"{self.template}.typ").read_bytes()
        with TemporaryDirectory() as folder:
            for name, content in {**self.files, "sheet.typ": template}.items():
                (Path(folder) / name).write_bytes(content)
            pdf = typst.compile(
                input=Path(folder) / "sheet.typ",
                root=Path(folder),
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=list(FOLDERS)),
                format="pdf",
                sys_inputs={"sheet": json.dumps(self.content, ensure_ascii=False)},
                pdf_standards=STANDARD,
                timestamp=int(self.at.timestamp()),
            )
        assert isinstance(pdf, bytes)
        return pdf


def _opinion(number: int) -> Printed:
    sheet = replace(SHEET, narrative=f"{SHEET.narrative}第 {number} 次打印。")
    files = {picture_name(n, one.picture): one.picture for n, one in enumerate(sheet.key_images)}
    files[QR] = qr_svg(sheet.verify_url)
    return Printed(partial(render_opinion, sheet), "consensus/opinion", opinion_content(sheet), files, sheet.issued_at)


def _slip(number: int) -> Printed:
    slip = replace(SLIP, advice=f"{SLIP.advice}第 {number} 次打印。")
    files = {picture_name(n, one.picture): one.picture for n, one in enumerate(slip.photos)}
    return Printed(partial(render_slip, slip), "clinics/slip", slip_content(slip), files, slip.at)


def _took_ms(call: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def run() -> list[Row]:
    """First print, then median and 95th percentile of both sheets, in milliseconds."""
    rows, numbers = [], count()
    for name, make in (("opinion", _opinion), ("slip", _slip)):
        first = make(next(numbers))
        rows.append(Row(f"{name}: first print, compiler and fonts included", _took_ms(first.by_us), "ms"))
        assert first.by_us() == first.by_peer(), "the peer prints something else"
        ours = [_took_ms(make(next(numbers)).by_us) for _each in range(OURS)]
        peers = [_took_ms(make(next(numbers)).by_peer) for _each in range(PEERS)]
        for figure, share in (("median", 0.5), ("p95", 0.95)):
            peer = round(quantile(peers, share), 1)
            rows.append(Row(f"{name}: {figure} (peer: typst.compile afresh)", quantile(ours, share), "ms", peer))
    return rows
