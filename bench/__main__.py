"""``python -m bench``: saves, starts and pages of an exam, beside a bare route in the same run."""

import argparse
import json
import os
import platform
import shutil
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.crowd import LARGE
from bench.databases import DATABASES, sync_milliseconds
from bench.measuring import CONNECTIONS, ROUNDS, Result, measure
from bench.printing import growth, opening_lines, rows_of
from bench.room import QUESTIONS
from bench.serving import Shape, end_in_order

#: The whole way of a save should be no slower than this share of the bare route.
AIM = 0.6
COLUMNS = {
    "per_second": ("per second", "{:,.0f}"),
    "p50_ms": ("p50 ms", "{:.1f}"),
    "p95_ms": ("p95 ms", "{:.1f}"),
    "p99_ms": ("p99 ms", "{:.1f}"),
    "cpu_ms": ("CPU ms", "{:.2f}"),
    "database_cpu_ms": ("+ database", "{:.2f}"),
    "statements": ("SQL", "{:.0f}"),
}


def main() -> None:
    """Measure, print, and write JSON when asked."""
    options = _read_options()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="lsp-bench-") as made:
        folder = Path(made)
        run = _describe(folder, options)
        print(run["machine"])
        print(
            f"{options.candidates} candidates, {QUESTIONS} questions, {CONNECTIONS} connections,"
            f" {ROUNDS} turns of {options.seconds:g} s for each side\n"
        )
        print(_line(["database", "what", *(title for title, _ in COLUMNS.values())]), flush=True)
        results = []
        for name in options.databases:
            for crowd in (None, LARGE) if options.scale else (None,):
                place = folder / f"{name}{'-large' if crowd else ''}"
                place.mkdir()
                result = measure(
                    name,
                    place,
                    getattr(options, name),
                    seconds=options.seconds,
                    candidates=options.candidates,
                    rush=options.rush,
                    crowd=crowd,
                )
                shutil.rmtree(place, ignore_errors=True)
                results.append(result)
                _print_rows(result)
    for result in results:
        _print_verdict(result)
    run["growth"] = list(growth(results))
    for line in run["growth"]:
        print(line)
    if options.json:
        run["results"] = [asdict(result) for result in results]
        options.json.write_text(json.dumps(run, indent=2) + "\n")
    if any(result.lost or result.stored != result.acknowledged for result in results):
        raise SystemExit("an acknowledged save is not in the database")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a turn (4)")
    parser.add_argument(
        "--candidates", type=int, default=200, help="with an open attempt each (200)"
    )
    parser.add_argument("--rush", type=int, default=300, help="start thirty a second (300)")
    parser.add_argument(
        "--databases", nargs="+", choices=list(DATABASES), default=list(DATABASES), help="(both)"
    )
    parser.add_argument(
        "--sqlite", type=Shape.parse, default=Shape(2, 2), help="processes x threads (2x2)"
    )
    parser.add_argument(
        "--postgresql", type=Shape.parse, default=Shape(2, 2), help="processes x threads (2x2)"
    )
    parser.add_argument(
        "--scale",
        action="store_true",
        help="all again with 100,000 attempts and 5 million revisions in the tables",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser.parse_args()


def _describe(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    sync = sync_milliseconds(folder)
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    python = platform.python_version()
    at = datetime.now().astimezone()
    return {
        "at": at.isoformat(timespec="seconds"),
        "cores": cores,
        "python": python,
        "load_before": round(load, 2),
        "sync_ms": round(sync, 2),
        "seconds": options.seconds,
        "machine": f"{at:%Y-%m-%d %H:%M %Z}, {cores} cores, Python {python},"
        f" load before {load:.1f}, one disk sync {sync:.1f} ms",
    }


def _line(cells: list[str]) -> str:
    left = f"{cells[0]:<18}{cells[1]:<24}"
    return left + "".join(f"{cell:>11}" for cell in cells[2:])


def _print_rows(result: Result) -> None:
    for title, row in rows_of(result).items():
        cells = [shown.format(row[name]) for name, (_, shown) in COLUMNS.items()]
        print(_line([_name(result), title, *cells]), flush=True)


def _name(result: Result) -> str:
    return f"{result.database}{', large' if result.revisions else ''}"


def _print_verdict(result: Result) -> None:
    promises = ", ".join(f"{name}={value}" for name, value in result.promises.items())
    turns = ", ".join(f"{ratio:.2f}" for ratio in result.ratios)
    verdict = "reached" if result.ratio >= AIM else "not reached"
    print(f"\n{_name(result)}: {promises}; {result.shape} (processes × threads)")
    if result.revisions:
        print(f"  with {result.revisions:,} revisions of others in the tables")
    for line in opening_lines(result.opening, result.sides["bare"]["saves_per_second"]):
        print(f"  {line}")
    print(f"  saves: ratio {result.ratio:.2f} (by turns: {turns}); aim {AIM:.2f} {verdict}")
    print(
        f"  acknowledged {result.acknowledged} = stored {result.stored}"
        if result.acknowledged == result.stored
        else f"  acknowledged {result.acknowledged} ≠ stored {result.stored}"
    )
    print(f"  answers that differ from the last acknowledged save: {result.lost}")
    for fault, times in (result.faults | result.opening.faults).items():
        print(f"  fault, {times} times: {fault}")


if __name__ == "__main__":
    main()
