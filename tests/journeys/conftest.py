"""What a journey needs: the real server in a process of its own, and a real Chromium.

The server is started by the project's own command on a database of the test's own, and can be
stopped and started again in the middle of a journey.
"""

import base64
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from sqlalchemy.orm import Session

from bench.serving import free_port
from lsp.accounts.models import Person
from lsp.accounts.services.sessions import open_session
from lsp.clock import Clock
from lsp.db import create_engine, transaction
from lsp.migrating import migrate

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: The servers of all processes have the same keys, so that a folder of one suits every other.
DATA_KEYS = base64.urlsafe_b64encode(b"never used outside journeys".ljust(32)).decode()
#: Seconds a server may take to answer; generous, because a loaded machine is no fault.
PATIENCE = 120
DATABASE = "lsp.sqlite3"
NOT_COPIED = shutil.ignore_patterns(f"{DATABASE}*", "*.log", "*.lock")


class Server:
    """The application as it runs for people: `lsp serve` on SQLite, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"
        self.secret_key = "a key for journeys, never used elsewhere"
        self.environment = {
            **os.environ,
            "LSP_INSTANCE": str(folder),
            "LSP_ENVIRONMENT": "development",
            "LSP_SECRET_KEY": self.secret_key,
            "LSP_DATA_KEYS": DATA_KEYS,
            "LSP_BASE_URL": self.url,
            "LSP_LSP_NAME": "LSP Humas Uji",
            "LSP_LSP_LICENCE": "BNSP-LSP-0000-ID",
            "LSP_LSP_CITY": "Jakarta",
            "LSP_LSP_DIRECTOR": "Ketua Uji",
            "LSP_LSP_CERTIFICATION_MANAGER": "Manajer Uji",
            "LSP_STAFF_TOTP_REQUIRED": "false",
        }
        self.environment.pop("DATABASE_URL", None)
        self.engine = create_engine(f"sqlite:///{folder / DATABASE}")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        port = self.url.rpartition(":")[2]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "lsp",
                    "serve",
                    "--no-jobs",
                    "--workers",
                    "1",
                    "--port",
                    port,
                ],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        ended = self.process.poll()
        self.stop()
        said = (self.folder / "server.log").read_text()
        pytest.fail(f"the server did not start (ended with {ended}):\n{said}")

    def stop(self) -> None:
        """Stop the server as a power cut would: at once."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def transaction(self) -> AbstractContextManager[Session]:
        """A session on the server's database that commits at its end."""
        return transaction(self.engine)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of this process; what it holds is replaced for each journey."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    server.engine.dispose()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by whichever process needs it first; the others wait for it."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def empty_folder(shared_folder: Path) -> Path:
    """An installation with tables and nothing in them."""

    def make(folder: Path) -> None:
        folder.mkdir()
        server = Server(folder)
        migrate(server.engine)
        server.engine.dispose()

    return made_once(shared_folder / "empty", make)


@pytest.fixture(scope="session")
def demo_folder(shared_folder: Path, empty_folder: Path) -> Path:
    """An installation with the demonstration, loaded by the project's own command."""

    def make(folder: Path) -> None:
        shutil.copytree(empty_folder, folder)
        environment = Server(folder).environment
        subprocess.run([sys.executable, "-m", "lsp", "demo"], env=environment, check=True)

    return made_once(shared_folder / "demo", make)


@pytest.fixture
def server(running: Server, empty_folder: Path) -> Server:
    """A running server with an empty database."""
    return holding(running, empty_folder)


@pytest.fixture
def demo_server(server: Server, demo_folder: Path) -> Server:
    """A running server with the demonstration."""
    return holding(server, demo_folder)


def holding(server: Server, folder: Path) -> Server:
    """The server with the database and the files of that folder and nothing else, running.

    SQLite copies the database as one transaction, so the server need not be stopped for it.
    """
    for old in server.folder.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    shutil.copytree(folder, server.folder, ignore=NOT_COPIED, dirs_exist_ok=True)
    with (
        closing(sqlite3.connect(folder / DATABASE)) as source,
        closing(sqlite3.connect(server.folder / DATABASE, timeout=PATIENCE)) as target,
    ):
        source.backup(target)
    if server.process is None:
        server.start()
    return server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for all journeys of this process."""
    expect.set_options(timeout=20_000)
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser, server: Server) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser context of one person's own, signed in when a person is given."""
    contexts: list[BrowserContext] = []

    def make(person: Person | None = None, **options: object) -> BrowserContext:
        settings = {"locale": "id-ID", "viewport": {"width": 360, "height": 640}, **options}
        context = chromium.new_context(base_url=server.url, **settings)
        context.set_default_timeout(20_000)
        contexts.append(context)
        if person is not None:
            context.add_cookies([sign_in_cookie(server, person)])
        return context

    yield make
    for context in contexts:
        context.close()


def sign_in_cookie(server: Server, person: Person) -> dict[str, str]:
    """The cookie of a browser that has just signed in, without going through the page."""
    with server.transaction() as session:
        moment = Clock().now()
        token = open_session(session, person, now=moment, totp_at=moment)
    app = Flask("cookies")
    app.secret_key = server.secret_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    value = serializer.dumps({"_user_id": token, "_fresh": True})
    return {"name": "lsp", "value": str(value), "url": server.url}
