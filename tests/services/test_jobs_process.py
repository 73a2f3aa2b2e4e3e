"""The process of the jobs, which the server starts beside itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp.installing import prepare_instance

#: Keeps the jobs running as ``lsp serve`` does, until it is killed.
SERVER = """
from threading import Event
from lsp import cli
cli.RESTART_AFTER = 0.1
cli.keep_jobs(Event())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    prepare_instance(tmp_path, base_url="http://localhost")
    environment = os.environ | {"LSP_INSTANCE": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], env=environment, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def jobs_of(server: subprocess.Popen[bytes], *, other_than: int = 0) -> int:
    """The process id of the jobs beside a server, once they have their queue."""
    end = time.monotonic() + 240  # generous: a loaded machine is no fault
    while time.monotonic() < end:
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for child in map(int, children):
            if child != other_than and has_its_queue(child):
                return child
        time.sleep(0.05)
    raise AssertionError("the jobs do not run")


def has_its_queue(process: int) -> bool:
    try:
        files = [str(file.readlink()) for file in Path(f"/proc/{process}/fd").iterdir()]
    except FileNotFoundError:  # it ended meanwhile
        return False
    return any(file.endswith("jobs.sqlite3") for file in files)


def test_the_jobs_end_with_a_server_that_was_killed(server: subprocess.Popen[bytes]) -> None:
    jobs_of(server)
    server.kill()
    # Both hold the same pipe, so it ends when the second of them has.
    server.communicate(timeout=60)


def test_jobs_that_were_killed_are_started_again(server: subprocess.Popen[bytes]) -> None:
    killed = jobs_of(server)
    os.kill(killed, signal.SIGKILL)
    assert jobs_of(server, other_than=killed)
