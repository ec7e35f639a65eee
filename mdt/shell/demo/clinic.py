"""The demo's free-clinic days: one open now at 白石镇, with A017 in the chair (the film of the tuberculosis story, for
the press that makes a case of it), and one planned next week. Everybody is made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from PIL import Image

from mdt.clinics.operations.days import PlanClinic, plan_clinic
from mdt.clinics.operations.encounters import TakeEncounter, take_encounter
from mdt.clinics.operations.photos import AddPhoto, add_photo
from mdt.imaging import phantom_more
from mdt.kernel import clock, runtime
from mdt.shell.demo.play import Cast

AUTHORITY = "青溪县卫生健康局"
EACH_MIN = 7
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌"

# sex, age, township, complaint chips, more, finding, advice, disposition, revisit in days
SEEN: tuple[tuple[str, int, str, str, str, str, str, str, int], ...] = (
    (
        "F",
        67,
        "白石镇",
        "咳嗽 体重下降",
        "2 月，消瘦约 4 kg",
        "右上肺斑片影",
        "3 日内到县医院做胸部 CT",
        "county_hospital",
        3,
    ),
    ("M", 52, "白石镇", "体检异常", "B 超肾囊肿", "右肾囊肿 2 cm,壁光滑", "一年后复查 B 超", "recheck", 365),
    ("F", 41, "杨柳乡", "体检异常", "乳房肿块 1 周", "左乳外上质硬结节", "到县医院做钼靶与超声", "county_hospital", 7),
    ("M", 70, "白石镇", "气促", "活动后,2 年", "桶状胸，两肺呼吸音低", "戒烟；到县医院做肺功能", "county_hospital", 14),
    ("F", 58, "石桥村", "腰痛", "3 月", "直腿抬高阴性", "局部热敷，少弯腰", "none", 0),
    ("M", 35, "杨柳乡", "关节痛", "颈肩痛", "颈椎活动略受限", "调整坐姿，做颈部操", "none", 0),
    ("F", 63, "白石镇", "头晕", "血压 168/96", "血压高，心律齐", "按时服药，监测血压", "recheck", 30),
    ("M", 49, "石桥村", "咳嗽", "吸烟 20 年", "两肺呼吸音粗", "戒烟；胸部低剂量 CT", "county_hospital", 14),
    ("F", 5, "白石镇", "咳嗽", "3 天，无热", "咽红，肺部阴性", "多饮水,3 天不好再看", "none", 0),
    (
        "M",
        72,
        "杨柳乡",
        "胸痛",
        "1 小时，压榨样，出汗",
        "心率 104 次/分，出冷汗",
        "立即送县医院胸痛中心",
        "emergency",
        0,
    ),
    ("F", 45, "石桥村", "体检异常", "肺结节 5 mm", "带 CT 片:右肺 5 mm 实性结节", "12 月后复查胸部 CT", "recheck", 365),
    ("M", 60, "白石镇", "腹痛", "上腹，半年", "上腹轻压痛", "到县医院做胃镜", "county_hospital", 14),
    ("F", 33, "白石镇", "体检异常", "甲状腺结节", "TI-RADS 3 类报告", "6 月后复查超声", "recheck", 180),
    ("M", 55, "杨柳乡", "咳痰", "肺结核已治愈", "右上肺陈旧纤维灶", "每年复查胸片", "recheck", 365),
    ("F", 76, "石桥村", "关节痛", "双膝,10 年", "双膝骨擦感", "控制体重，县医院骨科", "county_hospital", 30),
    ("M", 28, "白石镇", "头晕", "熬夜后", "血压 118/76,无异常", "规律作息", "none", 0),
)
# name is its place in STEMS; sex, age, township, complaint chips, more
WAITING = (
    ("F", 66, "白石镇", "咳嗽", "半月"),
    ("M", 44, "石桥村", "体检异常", "带胸片"),
    ("F", 71, "杨柳乡", "气促", "走平路也喘"),
    ("M", 38, "白石镇", "腰痛", "搬重物后"),
)


@dataclass(frozen=True, slots=True)
class ClinicDays:
    """Ids: today's day, next week's, and the encounter A017 that waits to become a case."""

    today: str
    next_week: str
    a017: str


def add_clinic_day(people: Cast) -> ClinicDays:
    """An open day today: sixteen seen, A017 in the chair with a film, four waiting; and a planned one next week.

    The worker prints the slips and looks at the film when it starts."""
    begun = timedelta(minutes=-EACH_MIN * (len(SEEN) + 1))
    with clock.shifted(begun):
        today = _plan(people, "白石镇冬季义诊", clock.now(), "义备〔2026〕117 号")
    for place, person in enumerate(SEEN):
        with clock.shifted(begun + timedelta(minutes=EACH_MIN * (place + 1))):
            who = people["county" if place % 3 == 2 else "township"]
            take_encounter(who, today, _seen(place, person))
    a017 = _a017(people, today)
    for place, (sex, age, township, chips, more) in enumerate(WAITING, start=len(SEEN) + 1):
        with clock.shifted(timedelta(minutes=-EACH_MIN + place - len(SEEN))):
            body = _body(place, sex, age, township, chips, more)
            take_encounter(people["township"], today, TakeEncounter.model_validate({**body, "state": "waiting"}))
    next_week = clock.now() + timedelta(days=7)
    planned = _plan(people, "杨柳乡义诊", next_week.replace(hour=0, minute=30, second=0, microsecond=0), "")
    return ClinicDays(today=today, next_week=planned, a017=a017)


def _plan(people: Cast, title: str, starts_at: Any, number: str) -> str:
    values = {
        "title": title,
        "place": "白石镇卫生院门诊楼" if number else "杨柳乡文化站",
        "starts_at": starts_at,
        "duration_min": 480,
        "filing": {"authority": AUTHORITY, "number": number} if number else None,
        "roster": [people.people[name] for name in ("township", "county", "expert1")],
        "content": "肺部疾病咨询、胸片阅片、慢病随访",
    }
    return plan_clinic(people["coordinator"], PlanClinic.model_validate(values)).id


def _body(place: int, sex: str, age: int, township: str, chips: str, more: str) -> dict[str, Any]:
    return {
        "name": f"演示{STEMS[place]}",
        "sex": sex,
        "age": age,
        "township": township,
        "chips": chips.split(),
        "complaint": more,
    }


def _seen(place: int, person: Sequence[Any]) -> TakeEncounter:
    sex, age, township, chips, more, finding, advice, disposition, days = person
    today = clock.now().astimezone(clock.SHANGHAI).date()
    body = _body(place, sex, age, township, chips, more)
    body |= {"finding": finding, "advice": advice, "disposition": disposition}
    if days:
        body["revisit_on"] = today + timedelta(days=days)
    if disposition in ("county_hospital", "emergency"):
        body["where_to_go"] = "青溪县人民医院"
    return TakeEncounter.model_validate(body)


def _a017(people: Cast, day: str) -> str:
    """A man of 66 with a film: what the township doctor does next is the demo's press."""
    today = clock.now().astimezone(clock.SHANGHAI).date()
    with clock.shifted(timedelta(minutes=-3)):
        body = _body(len(SEEN), "M", 66, "白石镇", "咳痰 体重下降", "3 周，盗汗，体重降 4 kg")
        body |= {
            "history": ["糖尿病"],
            "finding": "右上肺尖、后段斑片条索影，内见透亮区",
            "consent": {"given": True, "by": "本人", "at": today},
            "state": "in",
        }
        row = take_encounter(people["township"], day, TakeEncounter.model_validate(body))
        stored = runtime.files().put_bytes(film_photo())
        add_photo(people["township"], row.id, AddPhoto(sha256=stored.sha256, caption="胸片翻拍"))
    return row.id


def film_photo() -> bytes:
    """A photograph of the phantom's chest film on a light box, JPEG."""
    ((_name, content),) = phantom_more.chest_film()
    data = pydicom.dcmread(BytesIO(content))
    pixels = data.pixel_array.astype(float)
    low, high = np.percentile(pixels, (0.5, 99.5))
    grey = np.clip((pixels - low) / (high - low), 0, 1) * 235
    if data.PhotometricInterpretation == "MONOCHROME1":
        grey = 235 - grey
    film = Image.fromarray(grey.astype(np.uint8)).resize((1200, round(1200 * grey.shape[0] / grey.shape[1])))
    photo = Image.new("RGB", (1300, film.height + 100), (18, 22, 26))
    photo.paste(film.convert("RGB"), (50, 50))
    made = BytesIO()
    photo.save(made, "JPEG", quality=85)
    return made.getvalue()
