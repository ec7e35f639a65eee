"""multipart/related bodies (RFC 2387): each part has exactly Content-Type and Content-Location."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mdt.kernel.clock import new_id


@dataclass(frozen=True, slots=True)
class BodyPart:
    media: str
    location: str
    content: Iterable[bytes]


def new_boundary() -> str:
    """Letters and digits only: it never needs quotes."""
    return f"mdt{new_id().replace('-', '')}"


def body(parts: Iterable[BodyPart], boundary: str) -> Iterator[bytes]:
    """The parts one after the other, none held in memory."""
    for part in parts:
        head = f"--{boundary}\r\nContent-Type: {part.media}\r\nContent-Location: {part.location}\r\n\r\n"
        yield head.encode()
        yield from part.content
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
