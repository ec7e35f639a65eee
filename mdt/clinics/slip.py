"""The 义诊单: what a person takes home from a free-clinic day, one A5 sheet."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from mdt.press import typst

TEMPLATE: Final = "clinics/slip"
SHOWN_IN: Final = ZoneInfo("Asia/Shanghai")
NOT_DIAGNOSTIC: Final = "非诊断级图像"
LAW: Final = "本单为义诊健康咨询意见，供进一步就诊参考，不作为诊断证明。"

SEX_WORDS: Final = {"M": "男", "F": "女", "O": "其他"}
DISPOSITION_WORDS: Final = {
    "none": "无需处理",
    "recheck": "复查",
    "county_hospital": "到县医院就诊",
    "refer_up": "转上级医院",
    "case": "已立为会诊病例",
    "emergency": "立即急诊",
}


@dataclass(frozen=True, kw_only=True)
class FilmPhoto:
    """A photograph of a film as PNG or JPEG; printed with the stamp 非诊断级图像."""

    picture: bytes
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Who gave the advice."""

    name: str
    title: str = ""
    department: str = ""
    hospital: str = ""


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One encounter as printed. `disposition` is a code of `DISPOSITION_WORDS`, `at` aware.

    `where_to_go` is hospital, department and until when, in words; `age` has its unit.
    """

    ticket: str
    name: str
    sex: str
    at: datetime
    day_title: str
    place: str
    filing_authority: str
    filing_number: str
    doctor: Doctor
    disposition: str
    age: str = ""
    complaint: str = ""
    finding: str = ""
    advice: str = ""
    revisit_on: date | None = None
    where_to_go: str = ""
    photos: tuple[FilmPhoto, ...] = ()


def render_slip(slip: Slip) -> bytes:
    """The slip as PDF/A; the same slip gives the same bytes.

    Raises `mdt.press.typst.MissingGlyphs` before anything is drawn.
    """
    files = {typst.picture_name(n, one.picture): one.picture for n, one in enumerate(slip.photos)}
    return typst.press(TEMPLATE).pdf(_content(slip), files, slip.at)


def _content(slip: Slip) -> dict[str, typst.Json]:
    doctor = slip.doctor
    return {
        "law": LAW,
        "ticket": slip.ticket,
        "name": slip.name,
        "sex": SEX_WORDS[slip.sex],
        "age": slip.age,
        "at": slip.at.astimezone(SHOWN_IN).strftime("%Y-%m-%d %H:%M"),
        "day_title": slip.day_title,
        "place": slip.place,
        "filing": " ".join(filter(None, (slip.filing_authority, slip.filing_number))),
        "complaint": slip.complaint,
        "finding": slip.finding,
        "advice": slip.advice,
        "disposition": DISPOSITION_WORDS[slip.disposition],
        "is_urgent": slip.disposition == "emergency",
        "revisit_on": str(slip.revisit_on or ""),
        "where_to_go": slip.where_to_go,
        "doctor": doctor.name,
        "doctor_about": " ".join(filter(None, (doctor.hospital, doctor.department, doctor.title))),
        "not_diagnostic": NOT_DIAGNOSTIC,
        "photos": [
            {"file": typst.picture_name(n, one.picture), "caption": one.caption} for n, one in enumerate(slip.photos)
        ],
    }
