"""Free-clinic days for tests, made as the coordinator and the roster would."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from mdt.clinics.models import ClinicDay, Encounter
from mdt.clinics.operations.days import PlanClinic, plan_clinic
from mdt.clinics.operations.encounters import TakeEncounter, take_encounter
from mdt.kernel import clock
from tests.world.people import People

FILING = {"authority": "青溪县卫生健康局", "number": "义备〔2026〕117 号"}
ROSTER = ("township", "county", "expert1")


def make_day(people: People, *, filed: bool = True, roster: tuple[str, ...] = ROSTER, **values: Any) -> ClinicDay:
    """A day today at 白石镇, filed unless said otherwise."""
    wanted = {
        "title": "白石镇冬季义诊",
        "place": "白石镇卫生院",
        "starts_at": clock.now() + timedelta(minutes=10),
        "duration_min": 240,
        "filing": FILING if filed else None,
        "roster": [people[name].person_id for name in roster],
        **values,
    }
    return plan_clinic(people["coordinator"], PlanClinic.model_validate(wanted))


def make_encounter(people: People, day: ClinicDay, by: str = "township", **values: Any) -> Encounter:
    """Somebody with a cough, waiting."""
    wanted = {"name": "演示甲", "sex": "M", "age": 66, "complaint": "咳痰3周", **values}
    return take_encounter(people[by], day.id, TakeEncounter.model_validate(wanted))


def film(size: tuple[int, int] = (400, 300)) -> bytes:
    """A photograph as a telephone would send it: JPEG with EXIF."""
    drawing = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    Image.linear_gradient("L").resize(size).convert("RGB").save(drawing, "JPEG", exif=exif)
    return drawing.getvalue()
