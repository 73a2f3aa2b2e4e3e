"""``python -m tests.faults.nursery``: servers forked from a process that has the application loaded.

Loading it takes longer than a server lives here, twenty times over. The application is fresh in each
of them: the nursery serves nothing and never opens the database.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import granian.cli

from bench.serving import ROOT


class Nursery:
    """The process to ask for servers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def bear(self, arguments: list[str]) -> int:
        """Start granian with these arguments, in a process group of its own; returns its id."""
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def nursery(environ: Mapping[str, str]) -> Iterator[Nursery]:
    """A nursery until the block ends; it leaves what it started alive."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.nursery"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Nursery(process)


def main() -> None:
    """Start a server for each line that comes in, and tell its process."""
    importlib.import_module("lsp.wsgi")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears away who ended
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _serve(json.loads(line))
        os.setpgid(child, child)
        print(child, flush=True)


def _serve(arguments: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # The nursery's own ends are no business of a server's.
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.argv = ["granian", *arguments]
    granian.cli.entrypoint()
    sys.exit()


if __name__ == "__main__":
    main()
