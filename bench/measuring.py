"""Lets the whole stack and the bare route take turns on one database, and counts what is there."""

import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bench.bare import BARE_ANSWERS
from bench.crowd import Crowd, fill_crowd
from bench.databases import DATABASES, Database
from bench.inside import count_statements
from bench.opening import Opening, measure_opening
from bench.room import Room, enter_all, fill_room, production, stored_revisions
from bench.serving import ROOT, Server, Shape, cpu_seconds, served
from lsp import create_app
from lsp.db import create_engine
from lsp.exams.models import Answer
from lsp.exams.rules.journal import first_seq
from lsp.settings import load_settings

#: Turns of each side, one after the other, so that a neighbour's load falls on both.
ROUNDS = 4
#: Connections of the load generator, each with one save under way.
CONNECTIONS = 32
WARM_UP_SECONDS = 2.0
SIDES = ("save", "bare")


@dataclass
class Figures:
    """What one side did in its counted turns."""

    seconds: float = 0.0
    microseconds: list[int] = field(default_factory=list)
    cpu_seconds: float = 0.0
    database_cpu_seconds: float = 0.0
    #: Saves per second of each turn.
    turns: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    #: Saves acknowledged, with those of the warm-up.
    acknowledged: int = 0

    @property
    def rate(self) -> float:
        """Acknowledged saves per second."""
        return len(self.microseconds) / self.seconds

    def row(self, statements: int) -> dict[str, float]:
        """The figures as printed."""
        ordered = sorted(self.microseconds)
        saves = len(ordered)
        return {
            "saves_per_second": round(self.rate, 1),
            "p50_ms": ordered[saves * 50 // 100] / 1000,
            "p95_ms": ordered[saves * 95 // 100] / 1000,
            "p99_ms": ordered[saves * 99 // 100] / 1000,
            "cpu_ms": round(self.cpu_seconds * 1000 / saves, 3),
            "database_cpu_ms": round(self.database_cpu_seconds * 1000 / saves, 3),
            "statements": statements,
            "saves": saves,
        }


@dataclass(frozen=True)
class Result:
    """One database's part of the run."""

    database: str
    promises: dict[str, str]
    shape: str
    sides: dict[str, dict[str, float]]
    ratio: float
    #: The ratio of each pair of neighbouring turns.
    ratios: list[float]
    #: Saves of the whole stack that were answered with "saved", and revisions in the database.
    acknowledged: int
    stored: int
    #: Answers of either side, of which the newest acknowledged save is not what counts now.
    lost: int
    faults: dict[str, int]
    #: Rows of the crowd's answer revisions that were there before.
    revisions: int
    opening: Opening


class Generator:
    """The process that sends the saves (see ``bench.load``)."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._tell(job)

    def ask(self, **order: Any) -> Any:
        """Give an order and wait for what came of it."""
        self._tell(order)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the load generator broke off")
        return json.loads(line)

    def _tell(self, message: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()


@contextmanager
def generator(job: dict[str, Any]) -> Iterator[Generator]:
    """The load generator, until the block ends."""
    running = Generator(job)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def measure(
    name: str,
    folder: Path,
    shape: Shape,
    *,
    seconds: float,
    candidates: int,
    rush: int,
    crowd: Crowd | None = None,
) -> Result:
    """Serve both sides on one database and let them take turns of so many seconds.

    With a ``crowd`` its rows are in the tables before.
    """
    with ExitStack() as stack:
        database = stack.enter_context(DATABASES[name](folder))
        environ = production(folder, database.url)
        app = create_app(load_settings(folder, environ))
        engine: Engine = app.extensions["lsp"].engine
        stack.callback(app.extensions["lsp"].close)
        room, statements = _prepare(app, database.url, candidates)
        if crowd is not None:
            fill_crowd(engine, crowd)
        servers = {
            "save": stack.enter_context(served("lsp.wsgi:app", shape, environ)),
            "bare": stack.enter_context(served("bench.bare:app", shape, environ)),
        }
        opening = measure_opening(
            database,
            servers,
            app,
            room,
            seconds=seconds,
            rush=rush,
            save_statements=statements["save"],
        )
        running = stack.enter_context(generator(_job(room, servers)))
        figures = {side: Figures() for side in SIDES}
        for side in SIDES:
            warmed = running.ask(side=side, seconds=min(WARM_UP_SECONDS, seconds))
            figures[side].acknowledged += len(warmed["microseconds"])
            figures[side].faults.update(warmed["faults"])
        for _ in range(ROUNDS):
            for side in SIDES:
                _take_turn(
                    running,
                    side,
                    seconds,
                    figures=figures[side],
                    server=servers[side],
                    database=database,
                )
        newest = {side: running.ask(side=side, report=True) for side in SIDES}
        stored, lost = _look_into(database.url, room, newest)
    save, bare = (figures[side] for side in SIDES)
    return Result(
        database=database.name,
        promises=database.promises,
        shape=str(shape),
        sides={side: figures[side].row(statements[side]) for side in SIDES},
        ratio=round(save.rate / bare.rate, 3),
        ratios=[round(s / b, 3) for s, b in zip(save.turns, bare.turns, strict=True)],
        acknowledged=save.acknowledged,
        stored=stored,
        lost=lost,
        faults=dict(save.faults + bare.faults),
        revisions=crowd.revisions if crowd else 0,
        opening=opening,
    )


def _prepare(app: Flask, url: str, candidates: int) -> tuple[Room, dict[str, int]]:
    """Fill the room and count the statements of a save, in an application of our own."""
    room = fill_room(app, candidates)
    BARE_ANSWERS.metadata.create_all(app.extensions["lsp"].engine)
    return room, count_statements(app, room, url)


def _job(room: Room, servers: Mapping[str, Server]) -> dict[str, Any]:
    """Everything the load generator needs to know."""
    heads = {
        "save": [
            _head(f"/ujian/{candidate.attempt_id}/jawaban", headers)
            for candidate, headers in zip(
                room.candidates, enter_all(room, servers["save"].port), strict=True
            )
        ],
        "bare": [
            _head(f"/save/{candidate.attempt_id}", {"Content-Type": "application/json"})
            for candidate in room.candidates
        ],
    }
    return {
        "connections": CONNECTIONS,
        "sides": {
            side: {
                "port": servers[side].port,
                "expect": '"fate":"saved"',
                "saves": room.saves,
                "heads": heads[side],
                "first_seq": first_seq(1),
            }
            for side in SIDES
        },
    }


def _head(path: str, headers: Mapping[str, str]) -> str:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "".join(f"{line}\r\n" for line in lines)


def _take_turn(
    running: Generator,
    side: str,
    seconds: float,
    *,
    figures: Figures,
    server: Server,
    database: Database,
) -> None:
    """Let one side work for a while and add what it did to its figures."""
    cpu_before = cpu_seconds(server.pid)
    database_before = cpu_seconds(database.pid) if database.pid else 0.0
    told = running.ask(side=side, seconds=seconds)
    figures.cpu_seconds += cpu_seconds(server.pid) - cpu_before
    if database.pid:
        figures.database_cpu_seconds += cpu_seconds(database.pid) - database_before
    if not told["microseconds"]:
        raise SystemExit(f"no save of side {side!r} was acknowledged: {told['faults']}")
    figures.seconds += told["seconds"]
    figures.microseconds += told["microseconds"]
    figures.turns.append(len(told["microseconds"]) / told["seconds"])
    figures.faults.update(told["faults"])
    figures.acknowledged += len(told["microseconds"])


def _look_into(url: str, room: Room, newest: Mapping[str, list[dict[str, int]]]) -> tuple[int, int]:
    """Count the revisions, and the answers that are not as last acknowledged."""
    engine = create_engine(url)
    lost = 0
    with Session(engine) as db:
        for side, table in (("save", Answer.__table__), ("bare", BARE_ANSWERS)):
            rows = db.execute(sa.select(table.c.attempt_id, table.c.position, table.c.seq))
            there: dict[tuple[uuid.UUID, int], int] = {(r[0], r[1]): r[2] for r in rows}
            lost += sum(
                there.get((candidate.attempt_id, int(position))) != seq
                for candidate, acknowledged in zip(room.candidates, newest[side], strict=True)
                for position, seq in acknowledged.items()
            )
        stored = stored_revisions(db, room)
    engine.dispose()
    return stored, lost
