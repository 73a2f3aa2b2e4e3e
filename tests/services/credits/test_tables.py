from decimal import Decimal

import pytest

from lsp.credits.data.texts import TEXTS
from lsp.credits.rules import Period, Predicate, convert, place_on_ladder, printed
from lsp.credits.services.tables import (
    conversion_2023,
    grade_names,
    ladders_2005,
    regulations,
)

#: The conversion as printed (rounded half up), from best to worst predicate.
PRINTED = {
    "Terampil": "7.5 5 3.75 2.5 1.25",
    "Mahir": "18.75 12.5 9.38 6.25 3.13",
    "Penyelia": "37.5 25 18.75 12.5 6.25",
    "Ahli Pertama": "18.75 12.5 9.38 6.25 3.13",
    "Ahli Muda": "37.5 25 18.75 12.5 6.25",
    "Ahli Madya": "56.25 37.5 28.13 18.75 9.38",
}


@pytest.mark.parametrize(
    ("level", "predicate", "expected"),
    [
        (level, predicate, Decimal(number))
        for level, row in PRINTED.items()
        for predicate, number in zip(Predicate, row.split(), strict=True)
    ],
)
def test_the_conversion_is_the_printed_table(
    level: str, predicate: Predicate, expected: Decimal
) -> None:
    converted = convert(conversion_2023(), Period(2025, 1, 12, level, predicate), None)
    assert converted.credits is not None
    assert printed(converted.credits) == expected


def test_pranata_humas_has_six_levels_and_no_ahli_utama() -> None:
    levels = conversion_2023().levels
    assert list(levels) == list(PRINTED)
    assert {name: level.next and level.next.name for name, level in levels.items()} == {
        "Terampil": "Mahir",
        "Mahir": "Penyelia",
        "Penyelia": None,
        "Ahli Pertama": "Ahli Muda",
        "Ahli Muda": "Ahli Madya",
        "Ahli Madya": None,
    }


def test_only_what_was_seen_for_another_position_is_marked_so() -> None:
    levels = conversion_2023().levels
    assert [name for name, level in levels.items() if level.coefficient.source.is_family] == [
        "Ahli Madya"
    ]
    assert all(end.source.is_family for end in conversion_2023().range_ends.values())


def test_penyelia_iii_d_has_no_number_because_none_is_printed() -> None:
    assert list(conversion_2023().levels["Penyelia"].steps) == ["III/c"]


def test_the_ladder_of_2005_has_its_rungs_in_order() -> None:
    terampil, ahli = ladders_2005()
    assert [int(rung.minimum) for rung in terampil.rungs] == [25, 40, 60, 80, 100, 150, 200, 300]
    assert [int(rung.minimum) for rung in ahli.rungs] == [100, 150, 200, 300, 400, 550, 700]
    place = place_on_ladder(ahli, Decimal("412.5"))
    assert place.reached is not None
    assert (place.reached.level, place.reached.grade) == ("Pranata Humas Madya", "IV/a")
    assert place.missing == Decimal("137.5")


def test_every_grade_has_a_name_and_every_regulation_a_source() -> None:
    grades = {g for level in conversion_2023().levels.values() for g in level.grades}
    grades |= {rung.grade for ladder in ladders_2005() for rung in ladder.rungs}
    assert grades <= grade_names().keys()
    assert all(regulation.source.text for regulation in regulations())


def test_sources_are_addresses_or_our_own_marked_words() -> None:
    tables = conversion_2023()
    values = [level.coefficient for level in tables.levels.values()]
    values += [v for level in tables.levels.values() for v in level.steps.values()]
    sources = [v.source for v in (*values, *tables.percents.values(), *tables.range_ends.values())]
    sources += [*tables.sources.values(), *(ladder.source for ladder in ladders_2005())]
    words = {source.text for source in sources if not source.text.startswith("http")}
    assert words == set(TEXTS)
