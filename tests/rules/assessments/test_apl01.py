from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.assessments.rules import apl01
from lsp.assessments.rules.apl01 import Section
from tests.factories.assessments import APL01

TODAY = date(2026, 11, 23)


def _gaps(nik: str = "", **changes: object) -> list[str]:
    form = {**APL01, **changes}
    purpose = str(form.pop("purpose"))
    return [gap.section for gap in apl01.gaps(form, purpose=purpose, nik=nik, today=TODAY)]


def test_a_complete_form_lacks_nothing_without_a_nik() -> None:
    assert _gaps() == []


@pytest.mark.parametrize("name", sorted(apl01.REQUIRED))
def test_each_required_field_is_missed_with_its_section(name: str) -> None:
    assert _gaps(**{name: "  "}) == [apl01.REQUIRED[name][0]]


@pytest.mark.parametrize(
    "typed",
    [
        {"day": "31", "month": "2", "year": "1990"},
        {"day": "", "month": "", "year": ""},
        {"day": "24", "month": "11", "year": "2026"},
        None,
        "kemarin",
    ],
)
def test_a_birth_date_that_cannot_be_one_is_missed(typed: object) -> None:
    assert _gaps(birth_date=typed) == [Section.PERSONAL]


def test_a_nik_of_fifteen_digits_is_named() -> None:
    assert _gaps(nik="317101670390000") == [Section.PERSONAL]
    assert _gaps(nik="3171016703900001") == []


def test_a_choice_that_is_not_on_the_form_does_not_count() -> None:
    assert _gaps(gender="X", purpose="Liburan") == [Section.PERSONAL, Section.PURPOSE]


def test_the_question_on_special_needs_must_be_answered() -> None:
    assert apl01.accommodation_gaps({}, "")
    assert apl01.accommodation_gaps({"accommodation_needed": "yes"}, " ")
    assert not apl01.accommodation_gaps({"accommodation_needed": "yes"}, "Pembaca layar")
    assert not apl01.accommodation_gaps({"accommodation_needed": "no"}, "")


@given(
    st.dictionaries(st.sampled_from(sorted(apl01.LABELS)), st.text() | st.none() | st.integers())
)
def test_whatever_was_typed_is_judged_without_an_error(form: dict[str, object]) -> None:
    apl01.gaps(form, purpose="", nik=str(form.get("nik")), today=TODAY)
