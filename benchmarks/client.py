"""Asks a server on this machine for pages over a few connections that stay open, and counts what comes.

One thread and plain sockets: it uses less of the machine than a library for HTTP, but it has a limit of its own
(about 15,000 answers a second on one core), which the bytes from memory and nginx reach.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

HOST = "127.0.0.1"
LONGEST_WAIT = 20.0
CHUNK = 262_144
ACCEPTED = "br, gzip"
"""What readers' browsers take, so compressing is part of what is measured."""
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


class BadAnswer(Exception):
    """The server answered with an error, closed the connection or answered nothing."""


@dataclass
class Outcome:
    """What one run brought."""

    number: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return self.number / self.seconds


@dataclass
class _Connection:
    socket: socket.socket
    data: bytearray = field(default_factory=bytearray)
    length: int = 0
    """Bytes of the whole answer, once its head is there."""

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is complete."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise BadAnswer("The server closed the connection.")
        self.data += part
        if not self.length:
            self.length = _length(self.data)
        return bool(self.length) and len(self.data) >= self.length

    def send(self, message: bytes) -> None:
        self.data.clear()
        self.length = 0
        self.socket.sendall(message)


def message(path: str, headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes that ask for ``path``."""
    lines = {"Host": "localhost", "Accept-Encoding": ACCEPTED, **(headers or {})}
    fields = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    return f"GET {path} HTTP/1.1\r\n{fields}\r\n".encode()


def run(
    port: int, messages: Sequence[bytes], *, connections: int, seconds: float, limit: int = 100_000
) -> Outcome:
    """Send ``messages`` in turn for so many seconds, at most ``limit`` of them."""
    turn = (messages[number % len(messages)] for number in count())
    with selectors.DefaultSelector() as selector:
        opened = [
            _Connection(socket.create_connection((HOST, port), LONGEST_WAIT)) for _ in range(connections)
        ]
        try:
            return _talk(selector, opened, turn, seconds, limit)
        finally:
            for one in opened:
                one.socket.close()


def _talk(
    selector: selectors.BaseSelector,
    opened: Sequence[_Connection],
    turn: Iterator[bytes],
    seconds: float,
    limit: int,
) -> Outcome:
    for one in opened:
        one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send(next(turn))
    outcome, start = Outcome(), time.perf_counter()
    while (outcome.seconds < seconds or not outcome.number) and outcome.number < limit:
        ready = selector.select(LONGEST_WAIT)
        if not ready:
            raise BadAnswer("The server does not answer.")
        for key, _events in ready:
            if key.data.receive():
                outcome.number += 1
                key.data.send(next(turn))
        outcome.seconds = time.perf_counter() - start
    return outcome


def fetch(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[dict[str, str], bytes]:
    """Return the headers (names in small letters) and the body of one page."""
    one = _Connection(socket.create_connection((HOST, port), LONGEST_WAIT))
    with one.socket:
        one.send(message(path, headers))
        while not one.receive():
            pass
    head, _end, body = bytes(one.data).partition(END_OF_HEAD)
    lines = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, _colon, value in lines}, body


def _length(data: bytearray) -> int:
    """Return the bytes of the whole answer that begins with ``data``; 0 while its head is incomplete."""
    end = data.find(END_OF_HEAD)
    if end < 0:
        return 0
    status = bytes(data[9:12])
    if status == b"304":
        return end + len(END_OF_HEAD)
    head = bytes(data[: end + 2]).lower()
    at = head.find(LENGTH)
    if status != b"200" or at < 0:
        raise BadAnswer(bytes(data[:end]).decode(errors="replace"))
    value = head[at + len(LENGTH) : head.find(b"\r\n", at + 2)]
    return end + len(END_OF_HEAD) + int(value)
