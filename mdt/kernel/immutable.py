"""Rows that the database itself refuses to change: declared beside the model, made as triggers by the shell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Protected:
    """`table` refuses DELETE, and UPDATE of `columns` (all if empty), in rows where `when` holds (SQL over OLD)."""

    table: str
    when: str = ""
    columns: tuple[str, ...] = ()


protected: dict[str, Protected] = {}


def append_only(table: str, *, when: str = "", columns: tuple[str, ...] = ()) -> None:
    """Declare the protection of a table; models call it beside the class."""
    protected[table] = Protected(table, when, columns)
