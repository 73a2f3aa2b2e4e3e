"""The process of the jobs, which the server starts beside itself."""

import os
import subprocess
import sys
from pathlib import Path

from lsp.installing import prepare_instance

#: Starts the jobs as ``lsp serve`` does, waits until they have their queue, and then to be killed.
SERVER = """
import time
from lsp.cli import INSTANCE, start_jobs
beside = start_jobs()
while beside.poll() is None and not (INSTANCE / "jobs.sqlite3").exists():
    time.sleep(0.05)
time.sleep(0.2)
print("running" if beside.poll() is None else "ended", flush=True)
time.sleep(600)
"""


def test_the_jobs_end_with_a_server_that_was_killed(tmp_path: Path) -> None:
    prepare_instance(tmp_path, base_url="http://localhost")
    environment = os.environ | {"LSP_INSTANCE": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], env=environment, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"running\n"
    server.kill()
    # Both hold the same pipe, so it ends when the second of them has.
    server.communicate(timeout=60)
