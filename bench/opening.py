"""The other heavy moments of an exam: everybody starts, pages are asked for, queues are flushed."""

import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from bench.databases import Database
from bench.inside import noted
from bench.overhearing import overheard_readers
from bench.room import Room
from bench.serving import ROOT, Server, cpu_seconds
from bench.starters import (
    Starter,
    batch_requests,
    make_starters,
    page_requests,
    started,
)

#: Candidates who start in each second of the rush: 300 within ten.
RUSH_RATE = 30
#: Turns of each side, and starts in each turn for each second of a turn of pages; a start can be
#: measured only once, so they are counted out beforehand.
TURNS, STARTS = 3, 75
CONNECTIONS = 32
#: Candidates whose pages are asked for and whose queues are flushed.
SITTING = 100


@dataclass
class Load:
    """What one side did in its counted turns."""

    seconds: float = 0.0
    microseconds: list[int] = field(default_factory=list)
    cpu_seconds: float = 0.0
    database_cpu_seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)

    def row(self, statements: int) -> dict[str, float]:
        """The figures as printed."""
        count = len(self.microseconds)
        if not count:
            raise SystemExit(f"nothing was answered as it should be: {self.faults}")
        return {
            "per_second": round(count / self.seconds, 1),
            **percentiles(self.microseconds),
            "cpu_ms": round(self.cpu_seconds * 1000 / count, 3),
            "database_cpu_ms": round(self.database_cpu_seconds * 1000 / count, 3),
            "statements": statements,
            "count": count,
        }


@dataclass(frozen=True)
class Opening:
    """One database's part of the run."""

    #: Who started in the rush, and the latencies: of the start itself, of the first question after it, and of both.
    candidates: int
    rush: dict[str, dict[str, float]]
    #: For starts, pages and batches the rows of the whole stack and of the bare route.
    rows: dict[str, dict[str, dict[str, float]]]
    faults: dict[str, int]

    @property
    def ratios(self) -> dict[str, float]:
        """The whole stack's rate as a share of the bare route's."""
        return {
            name: round(sides["whole"]["per_second"] / sides["bare"]["per_second"], 3)
            for name, sides in self.rows.items()
            if "bare" in sides
        }


def percentiles(microseconds: list[int]) -> dict[str, float]:
    """Half, 95 and 99 of a hundred were quicker than this."""
    ordered = sorted(microseconds)
    return {f"p{p}_ms": ordered[len(ordered) * p // 100] / 1000 for p in (50, 95, 99)}


class Asker:
    """The process that sends the requests (see ``bench.asking``)."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.asking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order: Any) -> Any:
        """Give an order and wait for what came of it."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the load generator broke off")
        return json.loads(line)


@contextmanager
def asker() -> Iterator[Asker]:
    """The load generator, until the block ends."""
    running = Asker()
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


@dataclass(frozen=True)
class Stage:
    """Everything a turn needs: who asks, who answers, and whose processor time is counted."""

    asker: Asker
    servers: Mapping[str, Server]
    database: Database
    loads: dict[tuple[str, str], Load]

    def turn(self, kind: str, side: str, requests: list[str], **order: Any) -> None:
        """Send the requests of one side; add what came of them to its figures."""
        server = self.servers["save" if side == "whole" else "bare"]
        before = cpu_seconds(server.pid), self._database_seconds()
        told = self.asker.ask(
            kind="flood", port=server.port, requests=requests, connections=CONNECTIONS, **order
        )
        load = self.loads.setdefault((kind, side), Load())
        load.cpu_seconds += cpu_seconds(server.pid) - before[0]
        load.database_cpu_seconds += self._database_seconds() - before[1]
        load.seconds += told["seconds"]
        load.microseconds += told["microseconds"]
        load.faults.update(told["faults"])

    def _database_seconds(self) -> float:
        return cpu_seconds(self.database.pid) if self.database.pid else 0.0


def measure_opening(
    database: Database,
    servers: Mapping[str, Server],
    app: Flask,
    room: Room,
    *,
    seconds: float,
    rush: int,
    save_statements: int,
) -> Opening:
    """Let ``rush`` candidates start, then find out how many could.

    A batch costs as many statements as a save of one answer.
    """
    starts = max(CONNECTIONS, round(STARTS * seconds))
    starters = make_starters(app, rush + starts * (TURNS + 1) + 1)
    rushing, spare, flooding = starters[:rush], starters[rush], starters[rush + 1 :]
    statements = _count_statements(app, spare) | {"batches": save_statements}
    with asker() as asking:
        stage = Stage(asking, servers, database, {})
        _start(stage, flooding[:starts])
        stage.loads.clear()  # that was the warm-up
        told = asking.ask(
            kind="rush",
            port=servers["save"].port,
            chains=[[one.start, one.head] for one in rushing],
            seconds=rush / RUSH_RATE,
        )
        for turn in range(TURNS):
            _start(stage, flooding[starts * (turn + 1) :][:starts])
        attempts = started(app, rushing)[:SITTING]
        batches = batch_requests(servers["save"].port, room, attempts)
        stage.turn("batches", "whole", batches, seconds=seconds * TURNS, once=True, **SAVED)
        _ask_pages(stage, page_requests(attempts, len(room.saves)), seconds)
    loads = stage.loads
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for (kind, side), load in loads.items():
        count = statements[kind] if side == "whole" else 1
        rows.setdefault(kind, {})[side] = load.row(count)
    faults = sum((load.faults for load in loads.values()), Counter(told["faults"]))
    return Opening(rush, _rush_rows(told["steps"]), rows, dict(faults))


SAVED = {"status": 200, "expect": '"fate":"saved"'}


def _start(stage: Stage, starters: list[Starter]) -> None:
    """One turn of starts on each side."""
    order = {"seconds": 60, "once": True, "status": 302}
    stage.turn("starts", "whole", [one.start for one in starters], expect="/ujian/", **order)
    bare = [
        f"POST /start/{uuid.uuid4()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        for _ in starters
    ]
    stage.turn("starts", "bare", bare, expect="/page/", **order)


def _ask_pages(stage: Stage, requests: list[str], seconds: float) -> None:
    """Turns of question pages, and of pages of the same size, which need one row."""
    known = uuid.uuid4()
    head = "HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    first = [f"POST /start/{known} {head}Content-Length: 0\r\n\r\n"]
    stage.asker.ask(
        kind="flood", port=stage.servers["bare"].port, requests=first, connections=1,
        seconds=60, once=True, status=302, expect="",
    )  # fmt: skip
    bare = [f"GET /page/{known} {head}\r\n"]
    order = {"once": False, "status": 200, "expect": ""}
    for turn in range(TURNS + 1):
        stage.turn("pages", "whole", requests, seconds=seconds, **order)
        stage.turn("pages", "bare", bare, seconds=seconds, **order)
        if turn == 0:  # that was the warm-up
            del stage.loads["pages", "whole"], stage.loads["pages", "bare"]


def _rush_rows(steps: list[list[int]]) -> dict[str, dict[str, float]]:
    return {
        "start": percentiles([chain[0] for chain in steps]),
        "first question": percentiles([sum(chain[1:]) for chain in steps]),
        "both": percentiles([sum(chain) for chain in steps]),
    }


# --- Statements -----------------------------------------------------------------------------------


def _count_statements(app: Flask, spare: Starter) -> dict[str, int]:
    """SQL statements of a start and of a page, without BEGIN and COMMIT, once warm."""
    browser = app.test_client(use_cookies=False)
    headers = {"Cookie": spare.cookie}
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}

    def start() -> None:
        path = f"/ujian/{spare.seat_id}/mulai"
        answer = browser.post(path, data=spare.body, headers=form)
        assert answer.status_code == 302, answer.text[:500]

    counts = {"starts": _counted(app, start)}
    ((attempt_id, _),) = started(app, [spare])

    def page() -> None:
        answer = browser.get(f"/ujian/{attempt_id}/soal/1", headers=headers)
        assert answer.status_code == 200, answer.text[:500]

    page()
    return counts | {"pages": _counted(app, page)}


def _counted(app: Flask, ask: Callable[[], None]) -> int:
    parts = app.extensions["lsp"]
    with noted(parts.engine) as sent, overheard_readers(parts.straight) as read:
        ask()
    return len(sent) + len(read)
