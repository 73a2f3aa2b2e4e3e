"""A storm over a room full of candidates, and the count afterwards.

``python -m tests.faults`` (``make soak``) runs it long and prints what it counted.
"""

import http.client
import os
import random
import signal
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.databases import DATABASES
from bench.room import enter, fill_room, production
from bench.serving import Shape, arguments, free_port, wait_for
from lsp import create_app
from lsp.db import create_engine
from lsp.exams.models import Answer, AnswerRevision
from lsp.settings import load_settings
from tests.faults.clients import Journal, Sitter
from tests.faults.nursery import Nursery, nursery

#: Seconds after the storm in which everything queued must have arrived.
CALM = 90


@dataclass(frozen=True)
class Storm:
    """How hard it blows."""

    kills: int
    sitters: int = 12
    #: Seconds the server works between two kills, at least and at most.
    calm: tuple[float, float] = (0.2, 1.2)
    #: Seconds a candidate's network is away at a time, …
    cut: float = 2.0
    #: … and those of the two who are away longest, from the beginning.
    long_cut: float = 30.0
    seed: int = 1


@dataclass(frozen=True)
class Count:
    """What was found when the storm was over."""

    kills: int
    database_restarts: int
    acknowledged: int
    stored: int
    replayed: int
    broken: int
    #: Acknowledged answers that are not in the database, or there with other words.
    missing: list[tuple[uuid.UUID, int, int]]
    #: Questions whose counting answer is not the newest one sent.
    stale: list[tuple[uuid.UUID, int]]
    #: What the server said that it must not say.
    wrong: list[str]
    #: Answers still not acknowledged after the storm.
    unsent: int


class Server:
    """The product's web server, to be killed and started again on the same port."""

    def __init__(self, nursery: Nursery, shape: Shape) -> None:
        self.nursery = nursery
        self.port = free_port()
        self.arguments = arguments("lsp.wsgi:app", self.port, shape)
        self.pid: int | None = None

    def start(self) -> None:
        self.pid = self.nursery.bear(self.arguments)
        wait_for(self.port, self._is_alive)

    def kill(self) -> None:
        """SIGKILL to the whole group: no handler runs, nothing is flushed."""
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGKILL)
            while self._is_alive():
                time.sleep(0.01)
            self.pid = None

    def _is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


def blow(database: str, folder: Path, storm: Storm) -> Count:
    """Let a room answer while its server is killed again and again; then count."""
    with ExitStack() as stack:
        place = stack.enter_context(DATABASES[database](folder))
        environ = production(folder, place.url)
        server = Server(stack.enter_context(nursery(environ)), Shape(2, 2))
        stack.callback(server.kill)
        app = create_app(load_settings(folder, environ))
        room = fill_room(app, storm.sitters)
        app.extensions["lsp"].close()
        server.start()
        entrance = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        sitters = [
            Sitter(candidate, enter(candidate, entrance), room.saves, server.port, seed)
            for seed, candidate in enumerate(room.candidates, storm.seed * 1000)
        ]
        entrance.close()
        for sitter in sitters:
            sitter.start()
        restarts = _rage(server, sitters, storm, place.restart)
        unsent = _calm_down(sitters)
        return _count(place.url, sitters, storm.kills, restarts, unsent)


def _rage(
    server: Server, sitters: list[Sitter], storm: Storm, restart: Callable[[], None] | None
) -> int:
    """Kill, start, cut off; the database once, half-way, where it is a server of its own."""
    chance = random.Random(storm.seed)
    restarts = 0
    begin = time.monotonic()
    *often, far, farther = sitters
    far.away.set()
    farther.away.set()
    for kill in range(storm.kills):
        cut_off = chance.sample(often, len(often) // 4)
        for sitter in cut_off:
            sitter.away.set()
        began = time.monotonic()
        time.sleep(chance.uniform(*storm.calm))
        if restart and kill == storm.kills // 2:
            restart()
            restarts += 1
            time.sleep(chance.uniform(*storm.calm))
        server.kill()
        server.start()
        time.sleep(max(0.0, storm.cut - (time.monotonic() - began)))
        for sitter in cut_off:
            sitter.away.clear()
    time.sleep(max(0.0, storm.long_cut - (time.monotonic() - begin)))
    far.away.clear()
    farther.away.clear()
    return restarts


def _calm_down(sitters: list[Sitter]) -> int:
    """Let everybody send what is left; returns how many answers never got through."""
    for sitter in sitters:
        sitter.finish.set()
    end = time.monotonic() + CALM
    for sitter in sitters:
        sitter.join(max(0.1, end - time.monotonic()))
    return sum(len(sitter.journal.queue) for sitter in sitters)


def _count(url: str, sitters: list[Sitter], kills: int, restarts: int, unsent: int) -> Count:
    engine = create_engine(url)
    missing, stale, stored = [], [], 0
    with Session(engine) as db:
        for sitter in sitters:
            attempt_id = sitter.candidate.attempt_id
            revisions = {
                (row.position, row.seq): row.response
                for row in db.execute(
                    sa.select(
                        AnswerRevision.position, AnswerRevision.seq, AnswerRevision.response
                    ).where(AnswerRevision.attempt_id == attempt_id)
                )
            }
            stored += len(revisions)
            missing += [
                (attempt_id, *key)
                for key, response in sitter.journal.acknowledged.items()
                if revisions.get(key) != response
            ]
            counting = dict(
                db.execute(
                    sa.select(Answer.position, Answer.seq).where(Answer.attempt_id == attempt_id)
                ).all()
            )
            stale += [
                (attempt_id, position)
                for position, seq in newest(sitter.journal).items()
                if counting.get(position) != seq
            ]
    engine.dispose()
    journals = [sitter.journal for sitter in sitters]
    return Count(
        kills=kills,
        database_restarts=restarts,
        acknowledged=sum(len(journal.acknowledged) for journal in journals),
        stored=stored,
        replayed=sum(journal.replayed for journal in journals),
        broken=sum(journal.broken for journal in journals),
        missing=missing,
        stale=stale,
        wrong=[text for journal in journals for text in journal.wrong],
        unsent=unsent,
    )


def newest(journal: Journal) -> dict[int, int]:
    """The highest acknowledged number of each question."""
    found: dict[int, int] = {}
    for position, seq in journal.acknowledged:
        found[position] = max(seq, found.get(position, 0))
    return found
