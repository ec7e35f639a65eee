"""Run benchmarks: all of `bench/*.py` that have a `run`, or those named; a table, and JSON in `bench/results/`."""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("MDT_ENV", "test")

from bench.rows import Row

HERE = Path(__file__).parent


def benchmarks() -> dict[str, Callable[[], list[Row]]]:
    """Name → what runs it."""
    found = {}
    for place in sorted(HERE.glob("*.py")):
        if place.stem.startswith("_") or place.stem == "rows":
            continue
        module = importlib.import_module(f"bench.{place.stem}")
        if hasattr(module, "run"):
            found[place.stem] = module.run
    return found


def show(name: str, rows: list[Row]) -> None:
    print(f"\n{name}")
    for row in rows:
        peer = "" if row.peer is None else f"   peer: {row.peer}"
        ratio = "" if row.ratio is None else f"   × {row.ratio}"
        print(f"  {row.what:<58} {row.ours:>10.2f} {row.unit}{peer}{ratio}")


def keep(name: str, rows: list[Row]) -> None:
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    kept = [{"what": r.what, "ours": r.ours, "peer": r.peer, "ratio": r.ratio, "unit": r.unit} for r in rows]
    text = json.dumps({"name": name, "rows": kept}, ensure_ascii=False, indent=2)
    (folder / f"{name}.json").write_text(text + "\n")


def main() -> None:
    known = benchmarks()
    wanted = sys.argv[1:] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    for name in wanted:
        rows = known[name]()
        show(name, rows)
        keep(name, rows)


if __name__ == "__main__":
    main()
