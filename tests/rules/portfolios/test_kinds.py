from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.portfolios.rules.kinds import (
    ACCEPTED,
    KINDS,
    EvidenceType,
    accepted_names,
    is_older_than,
    kind_of,
)


def test_training_is_supplementary_evidence_and_never_competence_by_itself() -> None:
    assert KINDS["sertifikat_pelatihan"].type is EvidenceType.SUPPLEMENTARY


def test_administrative_papers_have_no_type_of_evidence() -> None:
    assert kind_of("prasyarat").type is None
    assert kind_of("prasyarat").type_name == ""


def test_a_kind_of_an_older_list_shows_as_itself() -> None:
    assert kind_of("kliping").name == "kliping"


def test_people_are_told_every_accepted_format_once() -> None:
    names = accepted_names().split(", ")
    assert len(names) == len(set(names)) == len(ACCEPTED)
    assert all(key == format_.media_type for key, format_ in ACCEPTED.items())


@pytest.mark.parametrize(
    ("made_on", "expected"),
    [
        (date(2024, 11, 23), False),
        (date(2024, 11, 22), True),
        (date(2026, 11, 23), False),
    ],
)
def test_work_is_old_from_the_day_after_the_months_have_passed(
    made_on: date, expected: bool
) -> None:
    assert is_older_than(made_on, 24, date(2026, 11, 23)) is expected


def test_a_month_without_that_day_ends_earlier() -> None:
    assert not is_older_than(date(2026, 2, 28), 1, date(2026, 3, 31))
    assert is_older_than(date(2026, 2, 27), 1, date(2026, 3, 31))


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(0, 600),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)
def test_older_work_never_counts_as_newer(made_on: date, months: int, today: date) -> None:
    if is_older_than(made_on, months, today):
        assert is_older_than(made_on - timedelta(days=1), months, today)
        assert made_on < today
    else:
        assert not is_older_than(made_on, months + 1, today)
