"""One page in a new process: `python -m bench.firstpage <data folder> <database> <path>` prints the milliseconds of the
first call as `county`. Signing in comes before it, as it does for the first person of a morning."""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("MDT_ENV", "test")

from mdt.shell.app import create_app
from mdt.shell.pagesetup import warm_up
from tests.world.client import SignedIn
from tests.world.house import settings_for


def main() -> None:
    folder, database, path = sys.argv[1:]
    settings = settings_for(Path(folder), "" if database.startswith("sqlite") else database)
    app = create_app(settings)
    warm_up(app, settings.data_dir / "templates")
    reader = SignedIn(app.test_client(), "county")
    begun = time.perf_counter()
    answer = reader.get(path)
    took = time.perf_counter() - begun
    assert answer.status_code == 200, answer.status_code
    print(took * 1000)


if __name__ == "__main__":
    main()
