"""The limited process that looks at one photograph of a film: `python -m mdt.clinics.film SOURCE TARGET FONT NOTE`.

Untrusted bytes are decoded here and nowhere else, under limits of memory, time and file size. What comes out is a JPEG
of our own making: upright, at most `LONGEST` pixels, without any metadata, with a strip below that says NOTE
(非诊断级图像): it cannot be cropped into the picture, and hides nothing of it.

Exit code 0: written; anything else: refused.
"""

import resource
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

LONGEST = 2600
"""Pixels of the longer side: a film's structures of half a millimetre stay visible."""
PIXELS = 60_000_000
MEMORY_BYTES = 1 << 30
CPU_S = 15
WALL_S = 40
OUTPUT_BYTES = 12 << 20
QUALITY = 88
PLUGINS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP")


def clean_film(source: Path, target: Path, font: Path, note: str) -> bool:
    """Have a child write the stamped copy of `source` to `target`; False when it is no picture or cost too much."""
    command = [sys.executable, "-m", "mdt.clinics.film", str(source), str(target), str(font), note]
    root = str(Path(__file__).resolve().parents[2])
    try:
        done = subprocess.run(  # noqa: S603 - our own module, paths of our own making
            command,
            check=False,
            cwd=root,
            timeout=WALL_S,
            env={"PYTHONPATH": root},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and target.exists()


def take_limits() -> None:
    """Memory, time, size of the output, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_copy(source: Path, target: Path, font: Path, note: str) -> None:
    """Decode, turn upright, shrink, stamp, encode."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    stamped(upright, font, note).save(target, "JPEG", quality=QUALITY)


def stamped(picture: Image.Image, font: Path, note: str) -> Image.Image:
    """The picture with a white strip below it, a thirtieth of its longer side high, that says `note`."""
    height = max(18, max(picture.size) // 30)
    made = Image.new("RGB", (picture.width, picture.height + height), "white")
    made.paste(picture, (0, 0))
    letters = ImageFont.truetype(str(font), int(height * 0.62))
    ImageDraw.Draw(made).text((height // 3, picture.height + height * 0.12), note, fill=(173, 35, 28), font=letters)
    return made


if __name__ == "__main__":
    take_limits()
    write_copy(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
