"""Sends saves as quickly as they are answered, over connections that stay open.

A process of its own (``python -m bench.load``), so that its work is not counted to a server's, and
plain sockets, so that there is little of it. Lines of JSON come in and go out: first the job with
everything to send, then one line for each turn (``side`` and ``seconds``), answered by what came of
it; ``"report"`` asks for the newest acknowledged number of each question.
"""

import itertools
import json
import selectors
import socket
import sys
import time
from collections import Counter
from typing import Any

#: Where a save carries its number; the same length as the numbers of a first window.
SEQ = b"9999999"
#: An answer that takes longer than this many seconds counts as a broken server.
PATIENCE = 60


class Candidate:
    """One sitting: the questions in turn, over and over, with growing numbers."""

    def __init__(self, head: str, first_seq: int, saves: list[bytes]) -> None:
        self.head = head.encode()
        self.seq = first_seq - 1
        self.saves = itertools.cycle(enumerate(saves, 1))
        self.position = 0
        self.acknowledged: dict[int, int] = {}

    def next_request(self) -> bytes:
        self.seq += 1
        self.position, save = next(self.saves)
        body = save.replace(SEQ, b"%d" % self.seq)
        return b"%sContent-Length: %d\r\n\r\n%s" % (self.head, len(body), body)


class Side:
    """The candidates of one application and the answer they hope for."""

    def __init__(
        self, *, port: int, expect: str, saves: list[str], heads: list[str], first_seq: int
    ) -> None:
        self.port = port
        self.expect = expect.encode()
        bodies = [save.encode() for save in saves]
        self.candidates = [Candidate(head, first_seq, bodies) for head in heads]


class Connection:
    """One kept-open connection that a few candidates share, one request at a time."""

    def __init__(self, side: Side, candidates: list[Candidate]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", side.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.turns = itertools.cycle(candidates)
        self.got = b""

    def send(self) -> None:
        self.candidate = next(self.turns)
        self.got = b""
        request = self.candidate.next_request()
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body, once the whole answer is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit("the server closed a connection")
        self.got += piece
        head, gap, body = self.got.partition(b"\r\n\r\n")
        if not gap:
            return None
        _, found, length = head.lower().partition(b"content-length:")
        if not found:
            raise SystemExit("an answer without a length")
        if len(body) < int(length.partition(b"\r\n")[0]):
            return None
        return int(head[9:12]), body


def take_turn(side: Side, seconds: float, connections: int) -> dict[str, Any]:
    """Keep every connection busy for so long, then wait for what is under way."""
    selector = selectors.DefaultSelector()
    count = min(connections, len(side.candidates))
    opened = [Connection(side, side.candidates[i::count]) for i in range(count)]
    latencies: list[int] = []
    faults: Counter[str] = Counter()
    begin = now = time.perf_counter()
    for connection in opened:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    waiting = count
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
            status, body = answer
            if status == 200 and side.expect in body:
                candidate = connection.candidate
                candidate.acknowledged[candidate.position] = candidate.seq
                latencies.append(int((now - connection.sent_at) * 1_000_000))
            else:
                faults[f"{status} {body[:200].decode(errors='replace')}"] += 1
            if now - begin < seconds:
                connection.send()
            else:
                waiting -= 1
    for connection in opened:
        connection.socket.close()
    return {"seconds": now - begin, "microseconds": latencies, "faults": faults}


def main() -> None:
    job = json.loads(sys.stdin.readline())
    sides = {name: Side(**side) for name, side in job["sides"].items()}
    for line in sys.stdin:
        order = json.loads(line)
        side = sides[order["side"]]
        if order.get("report"):
            told: Any = [candidate.acknowledged for candidate in side.candidates]
        else:
            told = take_turn(side, order["seconds"], job["connections"])
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
