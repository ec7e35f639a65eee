"""Opens the house: settings → database → files → what the slices register with the kernel. Used by the web
application, the worker, the command line and the tests alike."""

import logging
import sys

import structlog

from mdt.kernel import runtime
from mdt.kernel.database import Database
from mdt.kernel.files import FileStore
from mdt.kernel.settings import Settings, secret
from mdt.shell import wiring


def open_house(settings: Settings, *, pool_size: int = 8) -> None:
    """Bind the runtime of this process and wire the slices."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    runtime.bind(settings, Database(settings, pool_size=pool_size), FileStore(settings.data_dir))
    secret(settings)
    wiring.register()


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
