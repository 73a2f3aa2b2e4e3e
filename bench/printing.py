"""The figures of a run in words, beside those of others (``docs/bench.md`` says where from)."""

from collections.abc import Iterator

from bench.measuring import Result
from bench.opening import RUSH_RATE, Opening
from bench.starters import QUEUED

SIDES = {"save": "a save", "bare": "a bare save"}
KINDS = {
    ("starts", "whole"): "a start",
    ("starts", "bare"): "a bare start",
    ("pages", "whole"): "an exam page",
    ("pages", "bare"): "a bare page",
    ("batches", "whole"): f"a save of {QUEUED} answers",
}
#: Ten and fifteen times what Moodle 4.5 does on two cores with persistent connections, on a machine …
AIMS = {"starts": 480, "pages": 670}
#: … where it stores so many times ten answers a second …
MOODLE_BATCHES = 134
#: … and which does so many bare saves a second, from one run to the next. What another machine
#: should do follows from the bare saves it does in the same run.
BARE_SAVES_THERE = (1500, 2200)


def rows_of(result: Result) -> dict[str, dict[str, float]]:
    """Every row of one database's part of the run, with its title."""
    saves = {
        title: result.sides[side] | {"per_second": result.sides[side]["saves_per_second"]}
        for side, title in SIDES.items()
    }
    return saves | {title: result.opening.rows[kind][side] for (kind, side), title in KINDS.items()}


def opening_lines(opening: Opening, bare_saves: float) -> Iterator[str]:
    """The rush, and each rate beside its aim, as it is and for a machine of so many bare saves."""
    told = "; ".join(
        f"{step} p50 {row['p50_ms']:.0f} ms, p95 {row['p95_ms']:.0f} ms, p99 {row['p99_ms']:.0f} ms"
        for step, row in opening.rush.items()
    )
    yield f"{opening.candidates} candidates within {opening.candidates / RUSH_RATE:g} s: {told}"
    for kind, aim in AIMS.items():
        rate = opening.rows[kind]["whole"]["per_second"]
        slow, quick = BARE_SAVES_THERE
        yield (
            f"{kind}: {rate:,.0f}/s; aim {aim} on the machine of Moodle's figures, here"
            f" {aim * bare_saves / quick:,.0f} to {aim * bare_saves / slow:,.0f} by its bare saves;"
            f" ratio to the bare route {opening.ratios[kind]:.2f}"
        )
    rate = opening.rows["batches"]["whole"]["per_second"]
    yield (
        f"{QUEUED} answers in a request: {rate * QUEUED:,.0f} answers/s, where tuned Moodle"
        f" stores {MOODLE_BATCHES * QUEUED:,} on its machine"
    )


def growth(results: list[Result]) -> Iterator[str]:
    """For each database, what the large tables cost: 1.00 when nothing."""
    small = {result.database: rows_of(result) for result in results if not result.revisions}
    for result in results:
        if not result.revisions or result.database not in small:
            continue
        ratios = ", ".join(
            f"{title} {row['per_second'] / before['per_second']:.2f}"
            f" (CPU {_cpu(row) / _cpu(before):.2f})"
            for (title, row), before in zip(
                rows_of(result).items(), small[result.database].values(), strict=True
            )
        )
        yield f"{result.database}, rates with the large tables / with small ones: {ratios}"


def _cpu(row: dict[str, float]) -> float:
    return row["cpu_ms"] + row["database_cpu_ms"]
