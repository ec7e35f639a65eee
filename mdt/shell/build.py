"""Builds the front end when its sources changed: `python -m mdt.shell.build`."""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BUILD = ROOT / "mdt" / "static" / "build"
STAMP = BUILD / ".sources"
SOURCES = ("package-lock.json", "vite.config.ts", "tsconfig.json")


def sources_hash() -> str:
    """SHA-256 over everything that the build reads."""
    digest = hashlib.sha256()
    places = [ROOT / name for name in SOURCES]
    places += [place for place in sorted((ROOT / "frontend").rglob("*")) if place.is_file()]
    for place in places:
        digest.update(str(place.relative_to(ROOT)).encode() + b"\0" + place.read_bytes())
    return digest.hexdigest()


def build() -> bool:
    """Run the build unless it is up to date; True when it ran. Raises CalledProcessError with Vite's own message."""
    wanted = sources_hash()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return False
    node = str(Path(sys.executable).parent / "node")
    vite = str(ROOT / "node_modules" / "vite" / "bin" / "vite.js")
    subprocess.run([node, vite, "build", "--logLevel", "warn"], cwd=ROOT, check=True)  # noqa: S603 - our own build
    STAMP.write_text(wanted)
    return True


if __name__ == "__main__":
    try:
        build()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
