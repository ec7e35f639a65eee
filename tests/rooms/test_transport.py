"""What the stock transport gets wrong and ours does not, seen from a bare socket."""

import base64
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import pytest

from mdt.kernel.transaction import transaction
from mdt.rooms.operations import append
from tests.world.people import People
from tests.world.server import ServerProcess
from tests.world.socket import Browser


class Bare:
    """A WebSocket by hand, so that a test decides what is read when."""

    def __init__(self, server: ServerProcess, room_id: str, *, receive_bytes: int = 0) -> None:
        self.line = socket.socket()
        if receive_bytes:
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.line.connect(("127.0.0.1", server.port))
        self.line.settimeout(10)
        cookies = Browser(server.url, "county").cookies
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /socket.io/?EIO=4&transport=websocket&room={room_id} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Extensions: permessage-deflate\r\nOrigin: {server.url}\r\nCookie: {cookies}\r\n\r\n"
        )
        self.line.sendall(request.encode())
        self.answer = b""
        while not self.answer.endswith(b"\r\n\r\n"):
            self.answer += self.line.recv(1)

    def send(self, text: str) -> None:
        """One masked text frame."""
        sent = text.encode()
        mask = os.urandom(4)
        size = bytes([0x80 | len(sent)]) if len(sent) < 126 else b"\xfe" + struct.pack(">H", len(sent))
        self.line.sendall(b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(sent)))

    def claim(self, length: int) -> None:
        """The header of a frame of `length` bytes, without its bytes."""
        self.line.sendall(b"\x81\xff" + struct.pack(">Q", length) + os.urandom(4))

    def frame(self, *, piece: int = 1 << 16) -> str:
        """The next text frame, read in pieces; '' when the connection ends."""
        head = self._exactly(2, piece)
        if len(head) < 2 or head[0] & 0x0F == 8:
            return ""
        length = head[1] & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._exactly(2, piece))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._exactly(8, piece))
        return self._exactly(length, piece).decode()

    def _exactly(self, number: int, piece: int) -> bytes:
        read = bytearray()
        while len(read) < number:
            got = self.line.recv(min(piece, number - len(read)))
            if not got:
                break
            read += got
        return bytes(read)

    def enter(self, room_id: str) -> None:
        """Connect to the namespace and join; the acknowledgement is left unread."""
        assert self.frame().startswith("0{")
        self.send("40/room,")
        assert self.frame().startswith("40/room,{")
        self.send(f'42/room,1["join",{{"room":"{room_id}","after":0}}]')


def send_slowly(line: Bare, number: int) -> None:
    for _ in range(number >> 10):
        line.line.sendall(b"x" * 1024)
        time.sleep(0.01)


@contextmanager
def bare(server: ServerProcess, room_id: str, *, receive_bytes: int = 0) -> Iterator[Bare]:
    made = Bare(server, room_id, receive_bytes=receive_bytes)
    yield made
    made.line.close()


def test_compression_is_never_negotiated(served: ServerProcess, lobby: str) -> None:
    with bare(served, lobby) as line:
        assert line.answer.startswith(b"HTTP/1.1 101")
        assert b"permessage-deflate" not in line.answer


def test_a_megabyte_reaches_a_reader_with_a_tiny_buffer_whole(served: ServerProcess, lobby: str, crowd: People) -> None:
    with transaction(crowd["chair"]) as tx:
        for number in range(900):
            append(tx, lobby, "message", {"text": f"{number} " + "a" * 1200})
    with bare(served, lobby, receive_bytes=4096) as line:
        line.enter(lobby)
        time.sleep(0.5)  # the server's buffers fill while nobody reads
        acknowledged = line.frame(piece=4096)
        assert len(acknowledged) > 1_000_000
        answer = orjson.loads(acknowledged.removeprefix("43/room,1"))[0]
        assert [entry["seq"] for entry in answer["entries"]] == list(range(1, 901))


def test_a_frame_too_large_is_refused_before_it_has_arrived(served: ServerProcess, lobby: str) -> None:
    with bare(served, lobby) as line:
        line.enter(lobby)
        assert line.frame().startswith("43/room,1")
        line.claim(100 << 20)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_slowly(line, 200 << 10)


def test_who_never_says_who_they_are_is_cut_off(served: ServerProcess, lobby: str) -> None:
    with bare(served, lobby) as line:
        begun = time.monotonic()
        assert line.frame().startswith("0{")
        heard = line.frame()
        while heard in ("2", "1"):
            heard = line.frame()
        assert heard == ""
        assert time.monotonic() - begun < 9


@pytest.mark.long
def test_a_line_that_says_nothing_more_is_shown_as_lost_and_then_gone(served: ServerProcess, lobby: str) -> None:
    with Browser(served.url, "expert1").socket(lobby) as expert, bare(served, lobby) as silent:
        silent.enter(lobby)
        expert.wait_for(lambda: "lost" in str(expert.last("presence")), within_s=11)
        expert.wait_for(lambda: len((expert.last("presence") or {})["members"]) == 1, within_s=14)
