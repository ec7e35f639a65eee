"""Passwords: argon2id, computed off the event loop; random tokens and their hashes."""

import hashlib
import hmac
import os
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mdt.kernel import runtime, settings
from mdt.kernel.hub import off_loop

MIN_LENGTH = 10


@cache
def _hasher() -> PasswordHasher:
    if os.environ.get("MDT_ENV") == "test":
        return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    return PasswordHasher()


@cache
def _dummy() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """argon2id with the library's parameters (64 MiB, t=3, p=4)."""
    return off_loop(lambda: _hasher().hash(password))


def is_password(kept: str, password: str) -> bool:
    """Whether `password` belongs to `kept`; takes the same time when there is no account (`kept` empty)."""

    def compare() -> bool:
        try:
            return _hasher().verify(kept or _dummy(), password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False

    return off_loop(compare)


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(purpose: str, text: str) -> str:
    """A keyed hash (HMAC-SHA-256, hex) of `text` for one purpose, under the house's secret."""
    key = settings.secret(runtime.settings())
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
