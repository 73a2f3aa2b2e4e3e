"""Straight to the database's driver, past SQLAlchemy.

For the few statements whose layers in SQLAlchemy cost more than the database itself: who is
asking, at every request; a page of an exam; saving an answer. Everything else has better uses for
them. The promises are the same as in ``lsp.db``: connections are opened there, so what is committed
is on the disk.
"""

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_UN, flock
from pathlib import Path
from threading import Lock
from typing import IO, Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session


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

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for one block that only asks; each statement sees what is committed."""

    def close(self) -> None:
        """Close what is open; the next block opens anew."""


class Queue:
    """One at a time, of all threads of all processes that stand before the same file.

    The file stays empty: the system keeps the lock on it, and takes it from a process that ends.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = Lock()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            # Opened by the process that queues: a lock belongs to whoever opened the file, and
            # would let in every process that was forked from it afterwards.
            self._file = self._file or Path(self._path).open("ab")
            flock(self._file, LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            flock(self._file, LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Close the file; whoever queues next opens it anew."""
        with self._threads:
            if self._file is not None:
                self._file.close()
            self._file = None


class OneWriter:
    """SQLite: one connection in each process, each block a transaction that writes.

    SQLite has one writer at a time in any case, and who finds it at work sleeps and tries again,
    in growing steps, while others overtake. Here threads and processes queue, so nobody sleeps too
    long. The few that write by a session do not stand in this queue; between them and it there is
    SQLite's own lock and patience.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = Queue(f"{engine.url.database}-queue")
        self._connection: Any = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._queue:
            connection = self._connection = self._connection or self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:  # the block or the commit failed
                    connection.execute("ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        # Readers wait for no writer, so each thread has a connection of the pool, without BEGIN.
        pooled = self._engine.raw_connection()
        try:
            yield cast(Any, pooled.driver_connection)
        finally:
            pooled.close()

    def close(self) -> None:
        with self._queue:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
        self._queue.close()

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
            if connection.closed:  # the database went away, and with it all that wait here
                pooled.invalidate()
                self._engine.dispose()
            pooled.close()

    #: Nothing is begun, so asking is no different.
    read = begin

    def close(self) -> None:
        self._engine.dispose()


def straight(engine: Engine) -> Straight:
    """The way to the driver of this engine's database."""
    return OneWriter(engine) if engine.dialect.name == "sqlite" else Pooled(engine)


class Inquiry:
    """A statement of one column, a JSON value, in the words of both drivers.

    ``make`` builds it for a database, by its name. A row of many columns would be decoded cell by
    cell; a JSON value is read at once.
    """

    def __init__(self, make: Callable[[str], sa.Select[Any]]) -> None:
        self._sqlite = sqlite_text(make("sqlite"))
        self._postgresql = postgresql_text(make("postgresql"))

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The value; None when no row was found. Moments in it are read by ``moment``."""
        if isinstance(connection, sqlite3.Connection):
            return _from_sqlite(connection.execute(self._sqlite, as_stored(values)).fetchone())
        return _from_postgresql(connection.execute(self._postgresql, values).fetchone())

    def ask_within(self, session: Session, values: Mapping[str, Any]) -> Any:
        """The same, in a session's transaction and after what waits in it."""
        session.flush()
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            asked = connection.exec_driver_sql(self._sqlite, as_stored(values))
            return _from_sqlite(asked.fetchone())
        return _from_postgresql(connection.exec_driver_sql(self._postgresql, values).fetchone())


def _from_sqlite(row: Any) -> Any:
    return None if row is None else json.loads(row[0])


def _from_postgresql(row: Any) -> Any:
    return None if row is None else row[0]


def sqlite_text(statement: Any) -> str:
    """A statement as SQLite's driver takes it, its values by name."""
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))


def postgresql_text(statement: Any) -> str:
    """A statement as PostgreSQL's driver takes it, its values by name."""
    return str(statement.compile(dialect=psycopg.dialect()))


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """All of a statement's values as SQLAlchemy writes them into SQLite."""
    return {name: as_sqlite_stores(value) for name, value in values.items()}


def as_sqlite_stores(value: Any) -> Any:
    """A value as SQLAlchemy writes it into SQLite."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def moment(text: str) -> datetime:
    """A moment as a driver writes it in JSON; SQLite's carries no zone and is in UTC."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def moment_or_none(text: str | None) -> datetime | None:
    """The same of a column that may be empty."""
    return None if text is None else moment(text)


def json_words(database: str) -> tuple[Any, Any, Any]:
    """What makes a JSON array, an array of all rows, and takes a JSON column into either."""
    if database == "sqlite":
        return sa.func.json_array, sa.func.json_group_array, sa.func.json
    return sa.func.json_build_array, sa.func.json_agg, lambda column: column
