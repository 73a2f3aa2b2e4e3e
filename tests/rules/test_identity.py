"""NIP, NI PPPK and NIK; every number here is made up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp import identity

TODAY = date(2026, 11, 23)

births = st.dates(date(1947, 1, 1), date(2010, 12, 31))
serials = st.integers(1, 999)
sexes = st.sampled_from("12")


@st.composite
def numbers(draw, middle):
    """A well-formed number with these two digits in places 13 and 14."""
    birth = draw(births)
    year = draw(st.integers(birth.year + 15, TODAY.year + 1))
    return f"{birth:%Y%m%d}{year}{draw(middle):02}{draw(sexes)}{draw(serials):03}"


@given(numbers(st.integers(1, 12)))
def test_every_well_formed_nip_is_accepted(number):
    assert identity.nip_error(number, is_pppk=False, today=TODAY) is None


@given(numbers(st.integers(1, 99)))
def test_a_pppk_is_never_refused_for_digits_13_and_14_above_12(number):
    assert identity.nip_error(number, is_pppk=True, today=TODAY) is None


@given(numbers(st.integers(13, 99)))
def test_a_pns_has_a_month_in_digits_13_and_14(number):
    error = identity.nip_error(number, is_pppk=False, today=TODAY)
    assert error is not None
    assert "PPPK" in error


@given(numbers(st.integers(1, 12)), st.lists(st.sampled_from(" .-\u00a0"), max_size=6), st.data())
def test_spaces_dots_and_hyphens_do_not_matter(number, marks, data):
    typed = number
    for mark in marks:
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + mark + typed[at:]
    assert identity.digits(typed) == number
    assert identity.nip_error(typed, is_pppk=False, today=TODAY) is None


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_checks(text):
    for is_pppk in (True, False):
        error = identity.nip_error(text, is_pppk=is_pppk, today=TODAY)
        assert error or len(identity.digits(text)) == 18
    assert identity.nik_error(text) or len(identity.digits(text)) == 16
    identity.mask(text)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("19900327201503200", "18 angka"),
        ("1990032720150320011", "18 angka"),
        ("19900327201503200A", "18 angka"),
        ("١٩٩٠٠٣٢٧٢٠١٥٠٣٢٠٠١", "18 angka"),
        ("199002302015032001", "ke-1 sampai ke-8"),
        ("201703272026032001", "ke-1 sampai ke-8"),
        ("194503272015032001", "ke-1 sampai ke-8"),
        ("199003272004032001", "ke-9 sampai ke-12"),
        ("199003272028032001", "ke-9 sampai ke-12"),
        ("199003272015002001", "ke-13"),
        ("199003272015133001", "ke-13"),
        ("199003272015033001", "ke-15"),
        ("199003272015032000", "tiga angka terakhir"),
    ],
)
def test_an_impossible_nip_is_told_where_to_look(number, words):
    error = identity.nip_error(number, is_pppk=False, today=TODAY)
    assert error is not None
    assert words in error


def test_a_pppk_with_24_in_digits_13_and_14_is_accepted_and_one_with_00_is_not():
    assert identity.nip_error("19900327 202524 2 001", is_pppk=True, today=TODAY) is None
    assert identity.nip_error("19900327 202500 2 001", is_pppk=True, today=TODAY)


@pytest.mark.parametrize(("days", "is_fine"), [(0, True), (1, False)])
def test_one_may_begin_on_the_fifteenth_birthday(days, is_fine):
    birth = date(2011, 11, 23) + timedelta(days=days)
    error = identity.nip_error(f"{birth:%Y%m%d}2026121001", is_pppk=False, today=TODAY)
    assert (error is None) is is_fine


@given(births, st.booleans(), serials)
def test_every_well_formed_nik_is_accepted_also_with_a_womans_day(birth, woman, serial):
    nik = f"317104{birth.day + 40 * woman:02}{birth:%m%y}{serial:04}"
    assert identity.nik_error(nik) is None
    assert identity.nik_warnings(nik, birth=birth, woman=woman) == []
    assert len(identity.nik_warnings(nik, birth=birth, woman=not woman)) == 1


@pytest.mark.parametrize(
    ("nik", "words"),
    [
        ("317104670390000", "16 angka"),
        ("3171040003900001", "ke-7 sampai ke-12"),
        ("3171043203900001", "ke-7 sampai ke-12"),
        ("3171044003900001", "ke-7 sampai ke-12"),
        ("3171047203900001", "ke-7 sampai ke-12"),
        ("3171043102900001", "ke-7 sampai ke-12"),
        ("3171046703900000", "empat angka terakhir"),
    ],
)
def test_an_impossible_nik_is_told_where_to_look(nik, words):
    error = identity.nik_error(nik)
    assert error is not None
    assert words in error


def test_a_woman_born_on_the_31st_has_day_71():
    assert identity.nik_error("3171047101900001") is None


def test_the_29th_of_february_of_a_leap_year_of_either_century_is_real():
    assert identity.nik_error("3171042902000001") is None  # 2000, though not 1900
    assert identity.nik_error("3171042902010001")


def test_a_retired_or_unknown_province_is_a_warning_only():
    assert identity.nik_error("5471046703900001") is None
    assert len(identity.nik_warnings("5471046703900001")) == 1


def test_a_nik_that_disagrees_with_the_birth_date_is_a_warning_only():
    [warning] = identity.nik_warnings("3171046703900001", birth=date(1990, 4, 27), woman=True)
    assert "tidak bisa diganti" in warning


def test_a_nip_that_disagrees_with_what_is_known_is_a_warning_only():
    number = "199003272015032001"
    assert identity.nip_warnings(number, birth=date(1990, 3, 27), woman=True) == []
    assert len(identity.nip_warnings(number, birth=date(1991, 3, 27), woman=False)) == 2


def test_there_are_38_provinces():
    assert len(identity.PROVINCES) == 38


def test_numbers_are_grouped_as_they_are_read():
    assert identity.group_nip("199003272015032001") == "19900327 201503 2 001"
    assert identity.group_nik("3171046703900001") == "317104 670390 0001"


@given(st.text(alphabet="0123456789", min_size=11, max_size=20))
def test_a_masked_number_shows_its_first_six_and_last_four_digits_only(number):
    masked = identity.mask(number)
    assert masked[:6] == number[:6]
    assert masked[-4:] == number[-4:]
    assert set(masked[6:-4]) == {"•"}
    assert len(masked) == len(number)


def test_what_is_too_short_to_mask_is_not_shown_at_all():
    assert identity.mask("1234567890") == "•" * 10
