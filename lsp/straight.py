"""Straight to the database's driver, past SQLAlchemy.

For the one route where SQLAlchemy's layers cost more than the database itself: saving an answer.
Everything else has better uses for them. The promises are the same as in ``lsp.db``: connections
are opened there, so what is committed is on the disk.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.engine import Engine


class Cursor(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any: ...


class Connection(Protocol):
    """What both drivers' connections have in common."""

    def execute(self, statement: str, values: Mapping[str, Any] = ..., /) -> Cursor: ...


class Straight(Protocol):
    """A way to the driver."""

    def begin(self) -> AbstractContextManager[Connection]:
        """A connection for one block; what is written there is kept when the block ends well."""

    def close(self) -> None:
        """Close what is open; the next block opens anew."""


class OneWriter:
    """SQLite: one connection for all, each block a transaction that writes.

    SQLite has one writer at a time in any case, and who finds it at work sleeps and tries again,
    in growing steps. Here the threads of a process queue, so nobody sleeps too long. Between
    processes SQLite's own lock and patience remain.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._connection: Any = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._lock:
            connection = self._connection = self._connection or self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # the block or the commit failed
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _open(self) -> Any:
        """A connection of the engine's making that its pool forgets."""
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        return connection


class Pooled:
    """PostgreSQL: connections of their own, where each statement is a transaction.

    So a statement is one journey to the database, without BEGIN and COMMIT, and who saves an
    answer waits for no connection that a slow page holds.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = sa.create_engine(
            engine.url,
            isolation_level="AUTOCOMMIT",
            pool_size=10,
            max_overflow=20,
            # Nothing is under way when a block ends, so there is nothing to take back.
            pool_reset_on_return=None,
        )

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        pooled = self._engine.raw_connection()
        connection = cast(Any, pooled.driver_connection)
        try:
            yield connection
        finally:
            if connection.closed:  # the database went away; the next one gets a fresh connection
                pooled.invalidate()
            pooled.close()

    def close(self) -> None:
        self._engine.dispose()


def straight(engine: Engine) -> Straight:
    """The way to the driver of this engine's database."""
    return OneWriter(engine) if engine.dialect.name == "sqlite" else Pooled(engine)
