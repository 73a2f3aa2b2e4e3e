"""One save after the other inside this process: what it asks of the database and of the processor.

``python -m bench.inside`` compares the processor time of both sides in one thread, then profiles
the whole way of a save and names the costliest steps.
"""

import cProfile
import pstats
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import process_time, thread_time

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from bench.bare import BARE_ANSWERS, make_app
from bench.databases import DATABASES
from bench.load import SEQ
from bench.overhearing import overheard
from bench.room import Room, enter, fill_room, production
from bench.serving import end_in_order
from lsp import create_app
from lsp.exams.rules.journal import first_seq
from lsp.settings import load_settings

#: Saves under the profiler.
PROFILED = 1000
#: Turns of each side before that, and saves in each.
TURNS, SAVES = 8, 60

Save = Callable[[], None]


def make_save(app: Flask, room: Room) -> Save:
    """A function that sends the spare candidate's next save through the product."""
    browser = app.test_client(use_cookies=False)
    headers = enter(room.spare, browser)
    return _sender(app, f"/ujian/{room.spare.attempt_id}/jawaban", headers, room)


def make_bare_save(app: Flask, room: Room) -> Save:
    """The same for the bare route."""
    headers = {"Content-Type": "application/json"}
    return _sender(app, f"/save/{room.spare.attempt_id}", headers, room)


def _sender(app: Flask, path: str, headers: dict[str, str], room: Room) -> Save:
    browser = app.test_client(use_cookies=False)
    numbers = count(first_seq(1))

    def save() -> None:
        seq = next(numbers)
        body = room.saves[seq % len(room.saves)].encode().replace(SEQ, b"%d" % seq)
        response = browser.post(path, data=body, headers=headers)
        assert response.status_code == 200, response.text[:300]
        assert b'"fate":"saved"' in response.data, response.text[:300]

    return save


def count_statements(app: Flask, room: Room, url: str) -> dict[str, int]:
    """SQL statements of one save, without BEGIN and COMMIT, once everything is warm."""
    bare = make_app(url)
    bare_engine: Engine = bare.extensions["engine"]
    save, bare_save = make_save(app, room), make_bare_save(bare, room)
    save()
    # Past SQLAlchemy, so it is overheard where the driver is.
    with app.extensions["lsp"].straight.begin() as driver:
        pass
    with overheard(driver) as statements:
        save()
    counts = {"save": len(statements)}
    bare_save()
    with noted(bare_engine) as statements:
        bare_save()
    counts["bare"] = len(statements)
    bare_engine.dispose()
    return counts


@contextmanager
def noted(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if not re.match("BEGIN", statement):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


class Meter:
    """Stands before an application and adds up its processor time, without the test client's."""

    def __init__(self, app: Flask) -> None:
        self.inner = app.wsgi_app
        self.seconds = 0.0
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ, start_response):
        begin = thread_time()
        try:
            return self.inner(environ, start_response)
        finally:
            self.seconds += thread_time() - begin

    def milliseconds(self, save: Save) -> float:
        """Processor time of one save, the mean of a turn."""
        self.seconds = 0.0
        for _ in range(SAVES):
            save()
        return self.seconds * 1000 / SAVES


def main() -> None:
    """Print where the time of a save goes, on the database named (sqlite unless told)."""
    name = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="lsp-bench-") as made:
        folder = Path(made)
        with DATABASES[name](folder) as database:
            app = create_app(load_settings(folder, production(folder, database.url)))
            room = fill_room(app, 0)
            BARE_ANSWERS.metadata.create_all(app.extensions["lsp"].engine)
            bare = make_app(database.url)
            meters = Meter(bare), Meter(app)
            saves = make_bare_save(bare, room), make_save(app, room)
            for save in saves * 100:
                save()
            turns = [
                [meter.milliseconds(save) for meter, save in zip(meters, saves, strict=True)]
                for _ in range(TURNS)
            ]
            least, whole = (min(side) for side in zip(*turns, strict=True))
            print(
                f"one thread, quickest of {TURNS} turns: bare {least:.2f} ms, whole {whole:.2f} ms"
            )
            for title, save in zip(("bare route", "whole stack"), saves, strict=True):
                profile = cProfile.Profile(process_time)  # work, not waiting for the disk
                with profile:
                    for _ in range(PROFILED):
                        save()
                print(f"== {title}: {PROFILED} saves on {database.name}")
                pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
            app.extensions["lsp"].close()
            bare.extensions["engine"].dispose()


if __name__ == "__main__":
    main()
