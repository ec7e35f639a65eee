"""The demo's hospitals and accounts (all made up), made by calling operations. Tests use the same."""

from datetime import timedelta

from mdt.identity.models import Hospital
from mdt.identity.operations import (
    AddAgreement,
    AddAlliance,
    AddHospital,
    AddPerson,
    add_agreement,
    add_alliance,
    add_hospital,
    add_person,
)
from mdt.identity.terms import HospitalKind, Role
from mdt.kernel import clock
from mdt.kernel.actor import SYSTEM

PASSWORD = "huizhen-demo"  # noqa: S105 - of made-up people

SEEDED = "seeded"
"""The file in the data folder that says that the demo is whole."""

HOSPITALS = (
    ("jiangzhou", "江州省立医院", HospitalKind.PROVINCIAL, "JZ", None),
    ("qingxi", "青溪县人民医院", HospitalKind.COUNTY, "QX", None),
    ("nanping", "南屏县中医院", HospitalKind.COUNTY, "NP", None),
    ("baishi", "白石镇卫生院", HospitalKind.TOWNSHIP, "BS", "qingxi"),
)

P, E, C, T, TW, HA, AD = (
    Role.PHYSICIAN,
    Role.EXPERT,
    Role.COORDINATOR,
    Role.TRAINEE,
    Role.TOWNSHIP,
    Role.HOSPITAL_ADMIN,
    Role.ADMIN,
)
# username, name, hospital, department, title, specialty, roles
ACCOUNTS = (
    ("county", "陈立", "qingxi", "呼吸内科", "主治医师", "呼吸", (P,)),
    ("county2", "刘芳", "qingxi", "妇产科", "主治医师", "妇产", (P,)),
    ("outsider", "罗静", "nanping", "内科", "主治医师", "内科", (P,)),
    ("coordinator", "徐婷", "jiangzhou", "远程医学中心", "主管护师", "协调", (C,)),
    ("chair", "周明远", "jiangzhou", "呼吸与危重症医学科", "主任医师", "呼吸", (E,)),
    ("expert1", "林静", "jiangzhou", "影像科", "主任医师", "影像", (E,)),
    ("expert2", "何志刚", "jiangzhou", "胸外科", "副主任医师", "胸外", (E,)),
    ("expert3", "沈岚", "jiangzhou", "肿瘤科", "主任医师", "肿瘤", (E,)),
    ("expert4", "高原", "jiangzhou", "病理科", "副主任医师", "病理", (E,)),
    ("urology", "蒋文", "jiangzhou", "泌尿外科", "主任医师", "泌尿", (E,)),
    ("nephrology", "范雪", "jiangzhou", "肾内科", "副主任医师", "肾内", (E,)),
    ("obstetrics", "许敏", "jiangzhou", "妇产科", "主任医师", "妇产", (E,)),
    ("interventional", "邱实", "jiangzhou", "介入科", "副主任医师", "介入", (E,)),
    ("hepatobiliary", "顾诚", "jiangzhou", "肝胆外科", "主任医师", "肝胆", (E,)),
    ("gastroenterology", "康宁", "jiangzhou", "消化内科", "主任医师", "消化", (E,)),
    ("infectious", "邵华", "jiangzhou", "感染科", "主任医师", "感染", (E,)),
    ("neurology", "温然", "jiangzhou", "神经内科", "主任医师", "神经", (E,)),
    ("cardiology", "石磊", "jiangzhou", "心内科", "主任医师", "心内", (E,)),
    ("trainee", "谢颖", "nanping", "影像科", "住院医师", "影像", (T,)),
    ("township", "邱斌", "baishi", "全科", "执业医师", "全科", (TW,)),
    ("qingxi_admin", "黄敏", "qingxi", "信息科", "工程师", "", (HA,)),
    ("admin", "方正", "jiangzhou", "信息中心", "工程师", "", (AD,)),
)


def add_demo_people() -> dict[str, str]:
    """Hospitals, the alliance, agreements and accounts; username → person id."""
    hospitals: dict[str, Hospital] = {}
    for code, name, kind, prefix, parent in HOSPITALS:
        parent_id = hospitals[parent].id if parent else None
        change = AddHospital(code=code, name=name, kind=kind, number_prefix=prefix, parent_id=parent_id)
        hospitals[code] = add_hospital(SYSTEM, change)
    ids = [hospital.id for hospital in hospitals.values()]
    add_alliance(SYSTEM, AddAlliance(name="江州专科联盟", hospital_ids=ids))
    today = clock.now().date()
    for number, code in enumerate(("qingxi", "nanping"), start=1):
        agreement = AddAgreement(
            requesting_id=hospitals[code].id,
            invited_id=hospitals["jiangzhou"].id,
            number=f"JZ-XY-{number:03}",
            valid_from=today - timedelta(days=200),
            valid_to=today + timedelta(days=530),
            liability="会诊意见供邀请方参考，诊断与治疗方案由邀请方决定。",
        )
        add_agreement(SYSTEM, agreement)
    return {account[0]: _add_account(account, hospitals) for account in ACCOUNTS}


def _add_account(account: tuple[str, str, str, str, str, str, tuple[Role, ...]], hospitals: dict[str, Hospital]) -> str:
    username, name, code, department, title, specialty, roles = account
    change = AddPerson(
        username=username,
        name=name,
        hospital_id=hospitals[code].id,
        department=department,
        title=title,
        specialty=specialty,
        roles=list(roles),
        password=PASSWORD,
    )
    return add_person(SYSTEM, change).id
