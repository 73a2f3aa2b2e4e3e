from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.certificates.rules import (
    Standing,
    StatusKind,
    check_code,
    expiry,
    fill_pattern,
    may_follow,
    public_code,
    same_check_code,
    standing,
    wrap,
)

DAY = date(2029, 11, 23)


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (StatusKind.ISSUED, DAY, Standing.VALID),
        (StatusKind.ISSUED, DAY + timedelta(days=1), Standing.EXPIRED),
        (StatusKind.SUSPENDED, DAY, Standing.SUSPENDED),
        (StatusKind.SUSPENDED, DAY + timedelta(days=1), Standing.EXPIRED),
        (StatusKind.RESTORED, DAY, Standing.VALID),
        (StatusKind.WITHDRAWN, DAY, Standing.WITHDRAWN),
        (StatusKind.WITHDRAWN, DAY + timedelta(days=1), Standing.WITHDRAWN),
    ],
)
def test_standing_follows_the_last_event_and_the_date(
    last: StatusKind, today: date, expected: Standing
) -> None:
    assert standing(last, DAY, today) is expected


def test_a_withdrawn_certificate_never_comes_back() -> None:
    assert not any(may_follow(StatusKind.WITHDRAWN, kind) for kind in StatusKind)


def test_only_a_suspended_certificate_can_be_restored() -> None:
    assert [k for k in StatusKind if may_follow(k, StatusKind.RESTORED)] == [StatusKind.SUSPENDED]


def test_expiry_goes_by_the_calendar_over_a_leap_day() -> None:
    assert expiry(date(2027, 3, 1), 3) == date(2030, 3, 1)


def test_expiry_of_a_leap_day_is_the_28th_where_the_year_has_no_29th() -> None:
    assert expiry(date(2028, 2, 29), 3) == date(2031, 2, 28)


def test_a_check_code_belongs_to_its_number_and_its_key() -> None:
    code = check_code("0000042 2026", "secret")
    assert code != check_code("0000043 2026", "secret")
    assert code != check_code("0000042 2026", "another secret")


@given(st.text(min_size=1, max_size=30), st.text(min_size=1))
def test_a_check_code_is_recognised_however_it_is_typed(number: str, secret: str) -> None:
    code = check_code(number, secret)
    assert len(code) == 7
    assert code[3] == "-"
    typed = f" {code.replace('-', ' ').lower().replace('0', 'o').replace('1', 'l')} "
    assert same_check_code(typed, code)


@given(st.text(max_size=12))
def test_nothing_else_is_recognised(typed: str) -> None:
    code = check_code("0000042 2026", "secret")
    plain = "".join(c for c in typed.upper() if c.isalnum())
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    assert same_check_code(typed, code) == (plain == code.replace("-", ""))


def test_a_public_code_has_16_characters_of_80_bits() -> None:
    assert public_code(bytes(range(10))) == "AAAQEAYEAUDAOCAJ"
    with pytest.raises(ValueError, match="10 random bytes"):
        public_code(b"short")


def test_a_number_pattern_is_filled() -> None:
    assert fill_pattern("70209 2432 3 {number:07d} {year}", number=42, year=2026) == (
        "70209 2432 3 0000042 2026"
    )


@pytest.mark.parametrize("pattern", ["{year}", "{number}", "tetap", "{nomor} {year}", "{number:x"])
def test_a_pattern_that_cannot_tell_numbers_apart_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="number pattern"):
        fill_pattern(pattern, number=1, year=2026)


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), max_size=20))
def test_wrapping_keeps_every_word_in_order(words: list[str]) -> None:
    lines = wrap(words, 12, len)
    assert " ".join(lines).split() == words
    assert all(len(line) <= 12 for line in lines)
