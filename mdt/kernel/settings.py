"""Settings: environment variables `MDT_…` and a `.env` file, read once, frozen."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

IGNORED = ("MDT_REQUIRE_ALL",)
IGNORED_PREFIX = "MDT_TEST_"


class BadSetting(Exception):
    """A setting that stops the start; the text names it."""


class Settings(BaseSettings):
    """Every setting of the product; the descriptions are printed into docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="MDT_", env_file=".env", frozen=True, extra="ignore")

    env: Literal["production", "demo", "test"] = Field(
        default="production", description="production, demo or test; demo accounts exist only in demo and test"
    )
    data_dir: Path = Field(default=Path("var"), description="folder for files, the embedded database and the secret")
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty: SQLite in the data folder; postgresql+psycopg://… otherwise"
    )
    secret_key: str = Field(
        default="", description="at least 32 characters; required in production, else made and kept in the data folder"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    public_url: str = Field(default="", description="address that people use, e.g. https://mdt.example.org")
    mail_url: str = Field(default="", description="smtp://user:password@host:port; empty: no mail leaves")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        """A relative folder is meant from where the command was given."""
        return value.expanduser().absolute()

    @property
    def database(self) -> str:
        """The effective database URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'mdt.sqlite3'}"

    @property
    def secure(self) -> bool:
        """True when people reach us by HTTPS: cookies become `Secure`, the session's takes the `__Host-` prefix."""
        return self.public_url.startswith("https://")

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load() -> Settings:
    """Read the environment.

    Raises:
        BadSetting: an unknown `MDT_` variable, a value of the wrong kind, or a missing secret.
    """
    _demand_known([*os.environ, *dotenv_values(Settings.model_config.get("env_file"))])  # type: ignore[arg-type]
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        where = "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(f"MDT_{where.removeprefix('MDT_')}: {first['msg']}") from None
    if settings.secret_key and len(settings.secret_key) < 32:
        raise BadSetting("MDT_SECRET_KEY: at least 32 characters")
    if settings.env == "production" and not settings.secret_key:
        raise BadSetting("MDT_SECRET_KEY is required in production: at least 32 characters that nobody knows")
    return settings


def _demand_known(names: Iterable[str]) -> None:
    known = {f"MDT_{name.upper()}" for name in Settings.model_fields} | set(IGNORED)
    for name in names:
        if name.startswith("MDT_") and name not in known and not name.startswith(IGNORED_PREFIX):
            raise BadSetting(f"unknown setting {name}; docs/settings.md lists all of them")


def secret(settings: Settings) -> bytes:
    """The key for keyed hashes: the setting, else one made once and kept in the data folder (mode 0600)."""
    if settings.secret_key:
        return settings.secret_key.encode()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    kept = settings.data_dir / "secret"
    if not kept.exists():
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_hex(32))
    return kept.read_text().encode()
