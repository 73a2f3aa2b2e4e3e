"""Runs an application under the product's web server and tells how much processor it took."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Shape:
    """How many processes, and how many threads in each."""

    workers: int
    threads: int

    @classmethod
    def parse(cls, text: str) -> "Shape":
        """From ``2x4``."""
        workers, _, threads = text.partition("x")
        return cls(int(workers), int(threads))

    def __str__(self) -> str:
        return f"{self.workers} × {self.threads}"


@dataclass(frozen=True)
class Server:
    """A web server at work on the loopback address."""

    port: int
    pid: int


def start(
    target: str, port: int, shape: Shape, environ: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start the product's web server on a port, in a process group of its own."""
    command = [sys.executable, "-m", "granian", *arguments(target, port, shape)]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ}, start_new_session=True
    )


def arguments(target: str, port: int, shape: Shape) -> list[str]:
    """What granian is told."""
    told = [target, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    told += ["--no-ws", "--log-level", "error"]
    return [*told, "--workers", str(shape.workers), "--blocking-threads", str(shape.threads)]


@contextmanager
def served(target: str, shape: Shape, environ: Mapping[str, str]) -> Iterator[Server]:
    """Serve ``target`` as ``lsp serve`` serves the product, until the block ends."""
    port = free_port()
    child = start(target, port, shape, environ)
    try:
        wait_for(port, lambda: child.poll() is None)
        yield Server(port, child.pid)
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def free_port() -> int:
    """A port nobody listens on, drawn below those that a system hands out for connections.

    One of those may be gone before the server takes it, and always may be while it is restarted.
    """
    while True:
        port = random.randint(12_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(port: int, is_alive: Callable[[], bool], seconds: float = 60) -> None:
    """Return when the server answers; the workers listen only after the application is loaded."""
    end = time.monotonic() + seconds
    while is_alive() and time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=seconds) as probe:
                probe.sendall(
                    b"GET /bench HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                if probe.recv(4) == b"HTTP":
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit("the web server did not start")


def end_in_order() -> None:
    """Let SIGTERM end the program as Ctrl-C does: servers stopped, folders removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all its living descendants, system and user."""
    spent: dict[int, float] = {}
    children = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        process = int(path.parent.name)
        children[int(fields[1])].append(process)
        spent[process] = (int(fields[11]) + int(fields[12])) / TICKS
    tree = [pid]
    for process in tree:
        tree += children[process]
    return sum(spent.get(process, 0.0) for process in tree)
