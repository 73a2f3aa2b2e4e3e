"""The packaged tables, read once, as the rules want them."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lsp.credits.rules import (
    Conversion,
    Ladder,
    Level,
    NextLevel,
    Predicate,
    Rung,
    Source,
    Value,
)

DATA = files("lsp.credits") / "data"


@dataclass(frozen=True)
class Regulation:
    """A regulation as it is cited. ``title`` is empty where it was not read."""

    name: str
    title: str
    source: Source


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text("utf-8"))


def _source(row: dict[str, Any]) -> Source:
    return Source(row["source"], row["scope"])


def _value(row: dict[str, Any], name: str) -> Value:
    return Value(Decimal(row[name]), _source(row))


@cache
def ladders_2005() -> tuple[Ladder, ...]:
    """The two ladders of PER/109/M.PAN/11/2005: terampil and ahli."""
    given = _read("ladder-2005.yaml")
    return tuple(
        Ladder(
            category,
            tuple(Rung(r["level"], r["grade"], Decimal(r["minimum"])) for r in given[category]),
            _source(given),
        )
        for category in ("terampil", "ahli")
    )


@cache
def conversion_2023() -> Conversion:
    """The tables of the conversion, for the levels that Pranata Humas has."""
    given = _read("conversion-2023.yaml")
    conditions = _read("conditions.yaml")
    names = _read("names.yaml")["levels_2023"]["names"]
    ranges = Source(given["ranges"]["source"], given["ranges"]["scope"])
    return Conversion(
        levels={name: _level(name, names, given) for name in names},
        percents={Predicate(r["predicate"]): _value(r, "percent") for r in given["predicates"]},
        range_ends={r["grade"]: Value(Decimal(r["high"]), ranges) for r in given["ranges"]["rows"]},
        since=conditions["conversion_since"]["year"],
        sources={name: _source(row) for name, row in conditions.items()},
    )


def _level(name: str, names: list[str], given: dict[str, Any]) -> Level:
    rates = {r["level"]: _value(r, "per_year") for r in given["coefficients"]}
    direct = {r["level"]: _value(r, "per_year") for r in given["coefficients_direct"]}
    grades = [row for row in given["grades"] if row["level"] == name]
    above = [row for row in given["levels"] if row["from"] == name and row["to"] in names]
    return Level(
        name=name,
        grades=tuple(row["grade"] for row in grades),
        coefficient=rates[name],
        coefficient_direct=direct.get(name),
        steps={row["grade"]: _value(row, "step") for row in grades if row["step"] is not None},
        next=NextLevel(above[0]["to"], _value(above[0], "credits")) if above else None,
    )


@cache
def grade_names() -> dict[str, str]:
    """Names of the pangkat by grade: ``III/a`` is Penata Muda."""
    return {row["grade"]: row["name"] for row in _read("names.yaml")["grades"]}


@cache
def regulations() -> tuple[Regulation, ...]:
    """The regulations on the credit points of Pranata Humas, oldest first."""
    return tuple(
        Regulation(row["name"], row.get("title", ""), _source(row))
        for row in _read("regulations.yaml")
    )
