"""A line to the database that a test can cut or hold up, as networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from graph.connection import Address
from served import free_port


@dataclass(slots=True)
class Line:
    """A port that leads to a database, as long as it is not cut."""

    there: tuple[str, int]
    port: int = field(default_factory=free_port)
    flows: threading.Event = field(default_factory=threading.Event)
    _listening: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)

    def mend(self) -> None:
        """Take connections again."""
        self.flows.set()
        self._listening = listening = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._take, args=[listening], daemon=True).start()

    def cut(self) -> None:
        """End every connection and take no more."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _take(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(self.there)
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.flows.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(address: Address) -> Iterator[tuple[Line, Address]]:
    """Give a line to a database and the address at its near end."""
    far = urlsplit(address.uri)
    line = Line((far.hostname or "127.0.0.1", far.port or 7687))
    line.mend()
    try:
        yield line, replace(address, uri=f"bolt://127.0.0.1:{line.port}")
    finally:
        line.flows.set()
        line.cut()
