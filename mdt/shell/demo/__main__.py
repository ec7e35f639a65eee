"""`make demo`: a house with made-up hospitals, people and cases, seeded once, then served.

Usage: python -m mdt.shell.demo [--images FOLDER] [--reset 1]
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from mdt.kernel.errors import Full, Refused
from mdt.kernel.settings import BadSetting, Settings, load
from mdt.shell.demo.people import ACCOUNTS, PASSWORD, SEEDED
from mdt.shell.serve import demand_free_port

ROOT = Path(__file__).parent.parent.parent.parent
ROLES = {
    "physician": "申请医师",
    "expert": "专家",
    "coordinator": "会诊秘书",
    "trainee": "学员",
    "township": "乡镇医师",
    "hospital_admin": "医院管理员",
    "admin": "系统管理员",
}


def main() -> None:
    """Seed if need be, print the accounts, become the server. One sentence and exit code 2 when it cannot."""
    options = _options()
    try:
        settings = load()
        demand_free_port(settings)
        _prepare(settings, options)
    except BadSetting as bad:
        sys.exit(f"mdt: {bad}")
    except Full:
        sys.exit("mdt: the disk is full; the demo needs about 600 MB")
    except Refused as refusal:
        sys.exit(f"mdt: the demo could not be made: {refusal.code}")
    except KeyboardInterrupt:
        sys.exit(130)
    _print_accounts(settings)
    os.execv(sys.executable, [sys.executable, str(ROOT / "app.py")])  # noqa: S606 - our own front door


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mdt demo")
    parser.add_argument("--images", default="", help="a folder of DICOM files to add as a case of `county`")
    parser.add_argument("--reset", default="", help="1: start afresh")
    options = parser.parse_args()
    if options.images and not Path(options.images).expanduser().is_dir():
        sys.exit(f"mdt: there is no folder {options.images}")
    return options


def _prepare(settings: Settings, options: argparse.Namespace) -> None:
    marker = settings.data_dir / SEEDED
    if settings.data_dir.exists() and (options.reset or not marker.exists()):
        shutil.rmtree(settings.data_dir)
    if not marker.exists():
        from mdt.shell.demo.seed import seed  # the whole house: a second start does without

        seed(settings, say=_say)
    if options.images:
        from mdt.shell.demo.images import add_folder

        add_folder(settings, Path(options.images).expanduser(), say=_say)


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def _print_accounts(settings: Settings) -> None:
    lines = [f"\n  {settings.base_url}/    password of all: {PASSWORD}\n"]
    for username, name, hospital, department, _title, _specialty, roles in ACCOUNTS[:9] + ACCOUNTS[18:]:
        words = "、".join(ROLES[role.value] for role in roles)
        lines.append(f"  {username:<14}{name} · {words} · {hospital} · {department}")
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
