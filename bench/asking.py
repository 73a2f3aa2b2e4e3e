"""Sends requests that were made beforehand: a flood over open connections, or a rush on the clock.

A process of its own (``python -m bench.asking``), like ``bench.load`` and for the same reasons.
Lines of JSON come in and go out: first what to send, then one line for each turn, answered by what
came of it.

A **flood** keeps so many connections busy, each with one request under way, until the time is up
or, where each request can be sent only once, until there are no more. A **rush** begins chains of
requests at even distances whatever the server does; each follows the redirects it is answered with,
as a browser would, and what it waits in the queue counts.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any

#: An answer that takes longer than this many seconds counts as a broken server.
PATIENCE = 60


class Connection:
    """One kept-open connection with one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.got = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes, bytes] | None:
        """Status, headers and body, once the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit("the server closed a connection")
        self.got += piece
        head, gap, body = self.got.partition(b"\r\n\r\n")
        if not gap:
            return None
        _, found, length = head.lower().partition(b"\r\ncontent-length:")
        if not found:
            raise SystemExit("an answer without a length")
        if len(body) < int(length.partition(b"\r\n")[0]):
            return None
        return int(head[9:12]), head, body


def flood(
    port: int,
    requests: Iterator[bytes],
    *,
    seconds: float,
    connections: int,
    status: int,
    expect: bytes,
) -> dict[str, Any]:
    """Keep every connection busy until the time is up or nothing is left to send."""
    selector = selectors.DefaultSelector()
    latencies: list[int] = []
    faults: Counter[str] = Counter()
    opened = [Connection(port) for _ in range(connections)]
    begin = now = time.perf_counter()
    waiting = 0

    def go_on(connection: Connection) -> bool:
        request = next(requests, None) if now - begin < seconds else None
        if request is not None:
            connection.send(request)
        return request is not None

    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        waiting += go_on(connection)
    while waiting:
        ready = selector.select(PATIENCE)
        if not ready:
            raise SystemExit("the server stopped answering")
        for key, _ in ready:
            connection = key.data
            answer = connection.receive()
            if answer is None:
                continue
            now = time.perf_counter()
            if answer[0] == status and expect in answer[1] + answer[2]:
                latencies.append(int((now - connection.sent_at) * 1_000_000))
            else:
                faults[_fault(answer)] += 1
            waiting -= not go_on(connection)
    for connection in opened:
        connection.socket.close()
    return {"seconds": now - begin, "microseconds": latencies, "faults": faults}


class Chain(Connection):
    """A candidate who starts and follows where the answer leads, until a page comes."""

    def __init__(self, port: int, request: bytes, head: bytes, due: float) -> None:
        super().__init__(port)
        self.head = head
        self.due = due
        self.steps: list[int] = []
        self.send(request)

    def follow(self, answer: tuple[int, bytes, bytes], now: float) -> bool:
        """Note how long the step took; whether another one follows."""
        status, headers, _ = answer
        self.steps.append(int((now - (self.due if not self.steps else self.sent_at)) * 1_000_000))
        if status == 302:
            _, _, place = headers.partition(b"\r\nlocation: ")
            path = place.partition(b"\r\n")[0]
            self.send(b"GET %s HTTP/1.1\r\n%s\r\n" % (path, self.head))
        return status == 302


def rush(port: int, chains: list[list[str]], *, seconds: float) -> dict[str, Any]:
    """Begin the chains at even distances within ``seconds`` and wait for the last of them.

    Each chain is its first request and the headers of those that follow. The first step counts
    from the moment it was due, not from when the server had time for it.
    """
    selector = selectors.DefaultSelector()
    started: list[list[int]] = []
    faults: Counter[str] = Counter()
    begin = time.perf_counter()
    due = [begin + seconds * i / len(chains) for i in range(len(chains))]
    at = running = 0
    while at < len(chains) or running:
        now = time.perf_counter()
        if at < len(chains) and now >= due[at]:
            request, head = (text.encode() for text in chains[at])
            chain = Chain(port, request, head, due[at])
            selector.register(chain.socket, selectors.EVENT_READ, chain)
            at, running = at + 1, running + 1
            continue
        patience = due[at] - now if at < len(chains) else PATIENCE
        ready = selector.select(patience)
        if not ready and at == len(chains):
            raise SystemExit("the server stopped answering")
        for key, _ in ready:
            chain = key.data
            answer = chain.receive()
            if answer is None or chain.follow(answer, time.perf_counter()):
                continue
            if answer[0] == 200:
                started.append(chain.steps)
            else:
                faults[_fault(answer)] += 1
            selector.unregister(chain.socket)
            chain.socket.close()
            running -= 1
    return {"seconds": time.perf_counter() - begin, "steps": started, "faults": faults}


def _fault(answer: tuple[int, bytes, bytes]) -> str:
    return f"{answer[0]} {answer[2][:200].decode(errors='replace')}"


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if order["kind"] == "rush":
            told = rush(order["port"], order["chains"], seconds=order["seconds"])
        else:
            requests = [request.encode() for request in order["requests"]]
            told = flood(
                order["port"],
                iter(requests) if order["once"] else cycle(requests),
                seconds=order["seconds"],
                connections=order["connections"],
                status=order["status"],
                expect=order["expect"].encode(),
            )
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
