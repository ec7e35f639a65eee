"""Opens the house: settings → database → files → what the slices register with the kernel. Used by the web
application, the worker, the command line and the tests alike."""

import logging
import sys
from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from mdt.kernel import runtime
from mdt.kernel.database import Database
from mdt.kernel.files import FileStore
from mdt.kernel.settings import BadSetting, Settings, secret
from mdt.shell import wiring

ADDRESSES = {"public_url": ("http", "https"), "mail_url": ("smtp", "smtps")}
DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


def open_house(settings: Settings, *, pool_size: int = 8) -> None:
    """Bind the runtime of this process and wire the slices. Raises BadSetting."""
    demand_usable(settings)
    runtime.bind(settings, Database(settings, pool_size=pool_size), FileStore(settings.data_dir))
    secret(settings)
    wiring.register()


def demand_usable(settings: Settings) -> None:
    """Raises BadSetting, which names it, for an address, database or folder that cannot be used; makes the folder."""
    for name, schemes in ADDRESSES.items():
        if (value := getattr(settings, name)) and not _is_address(value, schemes):
            wanted = " or ".join(f"{scheme}://" for scheme in schemes)
            raise BadSetting(f"MDT_{name.upper()}: an address that begins with {wanted} and names a host")
    with suppress(ArgumentError):
        if make_url(settings.database).drivername in DATABASES:
            try:
                settings.data_dir.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise BadSetting(f"MDT_DATA_DIR: {error.strerror}: {settings.data_dir}") from None
            return
    raise BadSetting("MDT_DATABASE_URL: an address that begins with postgresql+psycopg:// or sqlite:///")


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def configure_logs(settings: Settings) -> None:
    """JSON lines on stderr in production, readable lines elsewhere. Ids only, no patient data."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.env != "production":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
