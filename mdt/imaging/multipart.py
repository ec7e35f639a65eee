"""multipart/related bodies (RFC 2387): each part has exactly Content-Type and Content-Location."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mdt.kernel.clock import new_id


@dataclass(frozen=True, slots=True)
class BodyPart:
    """`content` comes block by block, `size` bytes in all."""

    media: str
    location: str
    content: Iterable[bytes]
    size: int

    def head(self, boundary: str) -> bytes:
        head = f"--{boundary}\r\nContent-Type: {self.media}\r\nContent-Location: {self.location}\r\n\r\n"
        return head.encode()


def new_boundary() -> str:
    """Letters and digits only: it never needs quotes."""
    return f"mdt{new_id().replace('-', '')}"


def body(parts: Iterable[BodyPart], boundary: str) -> Iterator[bytes]:
    """The parts one after the other, none held in memory."""
    for part in parts:
        yield part.head(boundary)
        yield from part.content
        yield b"\r\n"
    yield _end(boundary)


def length(parts: Sequence[BodyPart], boundary: str) -> int:
    """The bytes of the whole body."""
    return sum(len(part.head(boundary)) + part.size + 2 for part in parts) + len(_end(boundary))


def _end(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()
