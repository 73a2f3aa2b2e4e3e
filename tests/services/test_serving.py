"""The processes of the web server."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from bench.serving import free_port
from lsp.cli import is_taken
from lsp.db import create_engine
from lsp.installing import prepare_instance
from lsp.migrating import migrate

HOST = "127.0.0.1"
#: Seconds for what takes two; a loaded machine is no fault.
PATIENCE = 60


def answers(port: int) -> bool:
    """Whether a worker serves there."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def test_the_workers_end_with_a_server_that_was_killed(tmp_path: Path) -> None:
    prepare_instance(tmp_path, base_url="http://localhost")
    engine = create_engine(f"sqlite:///{tmp_path / 'lsp.sqlite3'}")
    migrate(engine)
    engine.dispose()
    environment = os.environ | {"LSP_INSTANCE": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    port = free_port()
    options = ["--workers", "2", "--no-jobs", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "lsp", "serve", *options],
        env=environment,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + PATIENCE
        while not answers(port) and server.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        assert answers(port)
        server.kill()
        # All hold the same pipe, so it ends when the last of them has.
        server.communicate(timeout=PATIENCE)
        assert not is_taken(HOST, port)
    finally:
        # What is left of a server that failed has no other parent who would end it.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
