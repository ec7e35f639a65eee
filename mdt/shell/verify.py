"""Is every stored byte there and what its name says?"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, select

from mdt.kernel import runtime
from mdt.kernel.database import Base
from mdt.kernel.files import hash_of
from mdt.kernel.transaction import refusing_database_errors


@dataclass(frozen=True, slots=True)
class Verdict:
    """`damaged` and `missing` hold the hashes of objects; `checked` counts the objects read."""

    checked: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return not self.damaged and not self.missing


def verify_files() -> Verdict:
    """Hash every object of the bound store anew, and look for each object that a row names."""
    files = runtime.files()
    checked, damaged = 0, []
    for place in sorted(files.objects.rglob("*")):
        if not place.is_file():
            continue
        name = place.parent.name + place.name
        checked += 1
        if hash_of(place)[0] != name:
            damaged.append(name)
    missing = sorted({digest for digest in named() if not files.has(digest)})
    return Verdict(checked, tuple(damaged), tuple(missing))


def named(beginning: str = "") -> Iterator[str]:
    """Every hash (with this beginning) in a column called `sha256` or `…_sha256`, of whatever table."""
    with refusing_database_errors(), runtime.database().reading() as session:
        for table in Base.metadata.sorted_tables:
            columns: list[Column[str]] = [column for column in table.columns if column.name.endswith("sha256")]
            for column in columns:
                yield from session.execute(select(column).where(column.startswith(beginning), column != "")).scalars()
