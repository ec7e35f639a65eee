"""What `make check` asks beyond the linters: migrations in step with the models, texts translated, generated
documents up to date. `python -m mdt.shell.checks` prints what is wrong and exits 1."""

import os
import sys
import tempfile
from pathlib import Path

from mdt.kernel import runtime
from mdt.kernel.settings import Settings
from mdt.shell.house import open_house
from mdt.shell.migrate import differences, upgrade


def migration_problems() -> list[str]:
    """Differences between a freshly migrated SQLite database and the models."""
    with tempfile.TemporaryDirectory() as folder:
        open_house(Settings(env="test", data_dir=Path(folder), secret_key="k" * 32, _env_file=None))  # type: ignore[call-arg]
        upgrade()
        found = [f"migrations: {each}" for each in differences()]
        runtime.database().close()
    return found


def main() -> None:
    os.environ["MDT_ENV"] = "test"
    problems = migration_problems()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
