"""Verify codes: 80 random bits as a person reads, types and dictates them."""

import re
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH: Final = 16  # × 5 bits = 80: guessing one takes longer than the rate limit ever allows
GROUP: Final = 4
_LOOKALIKES: Final = str.maketrans("OIL", "011")


def new_verify_code() -> str:
    """A fresh code, ``7K4M-QX2P-9D3R-V0ZT``, from the system's random source."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def parse_verify_code(typed: str) -> str | None:
    """The code as we write it, or None.

    Forgives case, spaces, missing or odd dashes, full-width forms, and O for 0, I or L for 1.
    """
    folded = unicodedata.normalize("NFKC", typed).upper()
    symbols = re.sub(r"[\s\-_‐‑‒–—−]", "", folded).translate(_LOOKALIKES)
    if len(symbols) != LENGTH or not set(symbols) <= set(ALPHABET):
        return None
    return _grouped(symbols)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + GROUP] for at in range(0, LENGTH, GROUP))
