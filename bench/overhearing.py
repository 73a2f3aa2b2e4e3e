"""Every statement that reaches a database's driver, however it comes there."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: What only begins and ends transactions.
_FRAME = re.compile("BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE")


@contextmanager
def overheard(driver: Any) -> Iterator[list[str]]:
    """The statements of a driver's connection while the block runs, without BEGIN and its kin."""
    heard: list[str] = []

    def note(statement: str) -> None:
        if not _FRAME.match(statement):
            heard.append(statement)

    if isinstance(driver, sqlite3.Connection):
        driver.set_trace_callback(note)
        yield heard
        driver.set_trace_callback(None)
        return
    usual = driver.cursor_factory

    class Overhearing(usual):
        def execute(self, query, *rest, **options):
            note(str(query))
            return super().execute(query, *rest, **options)

    driver.cursor_factory = Overhearing
    yield heard
    driver.cursor_factory = usual


@contextmanager
def overheard_readers(straight: Any) -> Iterator[list[str]]:
    """The statements of those who only ask past SQLAlchemy (``lsp.straight``), in the same way."""
    heard: list[str] = []
    usual = straight.read

    @contextmanager
    def read() -> Iterator[Any]:
        with usual() as driver, overheard(driver) as statements:
            yield driver
        heard.extend(statements)

    straight.read = read
    yield heard
    del straight.read
