"""Small tables for the rules' tests: only their shape is like the packaged ones."""

from decimal import Decimal

from lsp.credits.rules import Conversion, Level, NextLevel, Predicate, Source, Value

SOURCE = Source("https://contoh.test/tabel", "all_jf")
FAMILY = Source("https://contoh.test/lain", "other_jf:Guru")


def value(amount: str, source: Source = SOURCE) -> Value:
    return Value(Decimal(amount), source)


LOWER = Level(
    name="Bawah",
    grades=("a", "b", "c"),
    coefficient=value("12.5"),
    coefficient_direct=None,
    steps={"a": value("50"), "b": value("50"), "c": value("50")},
    next=NextLevel("Atas", value("150")),
)
UPPER = Level(
    name="Atas",
    grades=("d", "e", "f", "g"),
    coefficient=value("37.5"),
    coefficient_direct=None,
    steps={"d": value("150")},
    next=None,
)
TABLES = Conversion(
    levels={"Bawah": LOWER, "Atas": UPPER},
    percents={
        Predicate.VERY_GOOD: value("150"),
        Predicate.GOOD: value("100"),
        Predicate.NEEDS_IMPROVEMENT: value("75"),
        Predicate.POOR: value("50"),
        Predicate.VERY_POOR: value("25"),
    },
    range_ends={"e": value("300", FAMILY)},
    since=2023,
    sources={"pangkat": SOURCE, "jenjang": SOURCE, "jenjang_first": SOURCE},
)
