"""Serving: `python app.py` and `flask mdt serve`. Role `all` is one gevent process with a worker child; `web` and
`worker` are the two alone. The web process must be monkey-patched before anything else is imported."""

import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

from mdt.kernel.settings import BadSetting, Settings, load

DRAIN_S = 15


def main(role: str = "all", name: str = "", parent: str = "0") -> None:
    """Serve until SIGTERM or Ctrl-C; exits with a sentence and code 1 when it cannot start. A worker that a web
    process begins gets a name and that process's id."""
    try:
        settings = load()
        if role == "worker":
            run_worker(settings, name, int(parent))
            return
        demand_free_port(settings)
        prepare(settings)
    except BadSetting as bad:
        sys.exit(f"mdt: {bad}")
    if role == "web":
        run_web(settings)
        return
    from mdt.shell.keeper import Keeper

    with Keeper() as keeper:
        run_web(settings, keeper.let_go)


def demand_free_port(settings: Settings) -> None:
    """Exit with a sentence and code 1 when the port is taken, or the address not this machine's."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sys.exit(f"mdt: port {settings.port} is in use; choose another with MDT_PORT (make demo PORT=…)")
            sys.exit(f"mdt: MDT_HOST, MDT_PORT: {settings.host}:{settings.port}: {error.strerror}")


def prepare(settings: Settings) -> None:
    """Migrate the database before anybody is served. Raises BadSetting."""
    from sqlalchemy.exc import OperationalError

    from mdt.shell.house import open_house
    from mdt.shell.migrate import upgrade

    open_house(settings)
    try:
        upgrade()
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        raise BadSetting(f"MDT_DATABASE_URL: the database does not answer: {reason}") from None


def run_worker(settings: Settings, name: str = "", parent: int = 0) -> None:
    """Run due jobs until told to stop or orphaned, if there was a parent; the job in hand is finished first."""
    from mdt.kernel.work import every, work_forever
    from mdt.shell.alive import beat
    from mdt.shell.house import configure_logs, open_house

    configure_logs(settings)
    every("alive", 10)(beat)
    open_house(settings, pool_size=2)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    work_forever(lambda: stop.is_set() or parent not in (0, os.getppid()), name)


def run_web(settings: Settings, on_stop: Callable[[], None] = lambda: None) -> None:
    """Pages, API, images and sockets in this one gevent process; `on_stop` is called before it drains."""
    import gevent
    import structlog

    from mdt.rooms.socket import start
    from mdt.rooms.transport import Server
    from mdt.shell.app import create_app
    from mdt.shell.pagesetup import warm_up

    app = create_app(settings)
    warm_up(app, settings.data_dir / "templates")
    rooms = start(app)
    server = Server((settings.host, settings.port), app, log=None)

    def on_signal() -> None:
        on_stop()
        rooms.stop()
        server.stop(timeout=DRAIN_S)

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, on_signal)
    if settings.env == "production":
        structlog.get_logger().info("serving", url=settings.base_url)
    else:
        sys.stderr.write(f"mdt: serving {settings.base_url}/\n")
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:4])
