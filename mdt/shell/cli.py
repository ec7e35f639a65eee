"""`flask --app app mdt …`: the commands of whoever runs the house."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from mdt.identity.models import Alliance, Hospital
from mdt.identity.operations import (
    AddAlliance,
    AddHospital,
    AddPerson,
    Nothing,
    add_alliance,
    add_hospital,
    add_person,
    make_join_link,
)
from mdt.identity.passwords import MIN_LENGTH
from mdt.identity.terms import HospitalKind, Role
from mdt.kernel import runtime
from mdt.kernel.actor import SYSTEM
from mdt.kernel.errors import Refused
from mdt.kernel.web import fields, sentence
from mdt.shell.backup import BackupFailed, back_up, restore
from mdt.shell.migrate import ROOT, is_up_to_date, upgrade
from mdt.shell.verify import verify_files

mdt = AppGroup("mdt", help="Serve, make accounts and hospitals, check files, back up and restore.")
SHOWN = 20


def install(app: Flask) -> None:
    app.cli.add_command(mdt)


@contextmanager
def saying_why() -> Iterator[None]:
    """Turn refusals and what the system refuses into one sentence on stderr and exit code 1."""
    try:
        yield
    except BackupFailed as failed:
        raise click.ClickException(str(failed)) from None
    except Refused as refusal:
        named = [f"{name}: {' '.join(texts)}" for name, texts in fields(refusal).items()]
        raise click.ClickException("; ".join([sentence(refusal), *named])) from None
    except OSError as error:
        raise click.ClickException(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")) from None


@mdt.command()
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True)
def serve(role: str) -> None:
    """Serve until SIGTERM. `all`: pages and a worker in one command; `web` and `worker`: the two alone."""
    # a new process image: the web process must be patched by gevent before anything else is imported
    start = ["-m", "mdt.shell.serve", "worker"] if role == "worker" else [str(ROOT / "app.py"), role]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *start])  # noqa: S606 - ourselves


@mdt.command()
@click.option("--images", default="", help="a folder of DICOM files to add as a case of `county`")
@click.option("--reset", is_flag=True, help="start afresh")
def demo(images: str, reset: bool) -> None:
    """Make a house with made-up hospitals, people and cases once, then serve it. Not in production."""
    if runtime.settings().env == "production":
        raise click.ClickException("the demo is made only where MDT_ENV is demo or test")
    start = ["-m", "mdt.shell.demo", "--images", images, "--reset", "1" if reset else ""]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *start])  # noqa: S606 - ourselves


@mdt.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="the person's name")
@click.option("--hospital", required=True, help="code of their hospital")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--department", default="")
@click.option("--title", default="")
@click.option("--password", default="", help="left out: a one-time link to set it is printed")
def add_user(  # noqa: PLR0913, PLR0917 - the options of one command
    username: str, name: str, hospital: str, roles: tuple[str, ...], department: str, title: str, password: str
) -> None:
    """Make an account; the first one of a house is usually `--role admin`."""
    if password and len(password) < MIN_LENGTH:
        raise click.ClickException(f"the password needs {MIN_LENGTH} characters")
    with saying_why():
        upgrade()
        change = AddPerson.model_validate(
            {
                "username": username,
                "name": name,
                "hospital_id": _hospital_id(hospital),
                "roles": roles,
                "department": department,
                "title": title,
                "password": password,
            }
        )
        person = add_person(SYSTEM, change)
        click.echo(f"{person.username} {person.id}")
        if not password:
            link = make_join_link(SYSTEM, person.id, Nothing())
            click.echo(f"{runtime.settings().base_url}/join/{link.token}")


def _hospital_id(code: str) -> str:
    with runtime.database().reading() as session:
        found = session.execute(select(Hospital.id).where(Hospital.code == code)).scalar()
        known = session.execute(select(Hospital.code).order_by(Hospital.code)).scalars().all()
    if found is None:
        raise click.ClickException(f"no hospital has the code {code}; there are: {', '.join(known) or 'none'}")
    return found


@mdt.group()
def hospital() -> None:
    """Hospitals."""


@hospital.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in HospitalKind]))
@click.option("--prefix", required=True, help="capital letters that begin its case numbers")
@click.option("--parent", default="", help="code of the superior hospital")
@click.option("--alliance", default="", help="name of the alliance to join; made if there is none of that name")
@click.option("--phone", default="")
def add_one_hospital(  # noqa: PLR0913, PLR0917 - the options of one command
    code: str, name: str, kind: str, prefix: str, parent: str, alliance: str, phone: str
) -> None:
    """Take a hospital into the house."""
    with saying_why():
        upgrade()
        alliance_id = _alliance_id(alliance)
        change = AddHospital.model_validate(
            {
                "code": code,
                "name": name,
                "kind": kind,
                "number_prefix": prefix,
                "parent_id": _hospital_id(parent) if parent else None,
                "alliance_id": alliance_id,
                "phone": phone,
            }
        )
        made = add_hospital(SYSTEM, change)
        if alliance and alliance_id is None:
            add_alliance(SYSTEM, AddAlliance(name=alliance, hospital_ids=[made.id]))
        click.echo(f"{made.code} {made.id}")


def _alliance_id(name: str) -> str | None:
    with runtime.database().reading() as session:
        return session.execute(select(Alliance.id).where(Alliance.name == name)).scalar()


@mdt.group()
def files() -> None:
    """The file store."""


@files.command("verify")
def verify() -> None:
    """Read every stored object again and compare its hash; exit code 1 when one is damaged or missing."""
    with saying_why():
        if not is_up_to_date():
            raise click.ClickException("the database is not of this release yet: start the product once")
        verdict = verify_files()
    click.echo(f"{verdict.checked} objects read, {len(verdict.damaged)} damaged, {len(verdict.missing)} missing")
    for word, hashes in (("damaged", verdict.damaged), ("missing", verdict.missing)):
        for digest in hashes[:SHOWN]:
            click.echo(f"{word} {digest}")
    if not verdict.is_good:
        sys.exit(1)


@mdt.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def back_up_house(file: Path) -> None:
    """Write database and files into the tar FILE, while the house is running. FILE appears when it is whole."""
    with saying_why():
        contents = back_up(file)
    click.echo(f"{file}: database and {contents.files} files, {contents.size / 1e6:.1f} MB")


@mdt.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_house(file: Path) -> None:
    """Bring the backup FILE into an empty data folder (and, on PostgreSQL, an empty database).

    Every file is checked by its hash before anything takes its place. Everybody must sign in again; tokens and
    one-time links are dead.
    """
    with saying_why():
        contents = restore(file)
        upgrade()
    click.echo(f"restored: database and {contents.files} files, {contents.size / 1e6:.1f} MB")
