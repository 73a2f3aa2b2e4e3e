"""Work in a process of its own, with a limit on its processor time and on its memory.

Processor time, not the clock on the wall: a busy machine changes nothing. The processes are forked
from a server that has loaded the readers once, so that one costs next to nothing.
"""

import resource
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

MEGABYTE = 1024 * 1024
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        f"lsp.exams.formats.{name}"
        for name in ("scoring", "telling", "gift", "aiken", "moodle", "qti", "tables", "docx")
    ]
)


def each(work: Callable[[Any], Any], given: Iterable[Any], *, seconds: int, memory: int) -> list:
    """What ``work`` returns for each of these, in one process; the test fails where one is too dear.

    ``seconds`` of processor time for each of them, ``memory`` in bytes beside what the loaded
    program has. An exception is a failure, too.
    """
    given = list(given)
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_work, args=(theirs, work, given, seconds, memory))
    process.start()
    theirs.close()
    results: list = []
    with ours:
        while len(results) < len(given):
            try:
                is_done, result = ours.recv()
            except EOFError:  # killed by the system
                is_done, result = False, f"more than {seconds} s of processor time"
            if not is_done:
                process.join()
                pytest.fail(f"{str(given[len(results)])[:200]}: {result}")
            results.append(result)
    process.join()
    return results


def _work(answer: Connection, work: Callable, given: list, seconds: int, memory: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for one in given:
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + seconds, resource.RLIM_INFINITY))
        try:
            result = work(one)
        except Exception as fault:  # MemoryError among them: told, and the test fails
            answer.send((False, f"{type(fault).__name__}: {fault}"))
            return
        answer.send((True, result))
