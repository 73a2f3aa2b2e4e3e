"""A text that is longer than what is kept: named plainly, never cut, never lost."""

import pytest
import sqlalchemy as sa

from lsp.exams.models import Answer, Attempt
from lsp.exams.rules.items import LONGEST_TEXT
from lsp.exams.rules.kinds import ItemType
from tests.factories.exams import IN_PAPER, make_seat
from tests.web.exams.test_sitting import answer, question, send, start, take_over

TOO_LONG = "x" * (LONGEST_TEXT + 1)
REASON = f"Jawaban paling banyak {LONGEST_TEXT} karakter; sekarang {LONGEST_TEXT + 1}."


@pytest.fixture
def seat(session):
    return make_seat(session)


@pytest.fixture
def browser(new_browser, seat):
    return new_browser(seat.candidate)


@pytest.fixture
def attempt(browser, session, seat):
    start(browser, seat)
    return session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()


@pytest.fixture(params=[ItemType.ESSAY, ItemType.SHORT_ANSWER])
def position(request):
    return IN_PAPER.index(request.param) + 1


def test_a_form_gives_the_whole_text_back_with_the_reason(browser, session, attempt, position):
    page = browser.page(question(attempt, position), data={"text": TOO_LONG}, status=422)
    field = page.select_one("#answer-text")
    assert TOO_LONG in (field.get("value"), field.text.strip())
    assert REASON in page.select_one("#answer-error").text
    assert session.scalars(sa.select(Answer)).all() == []


def test_the_browser_cuts_nothing_and_the_script_knows_the_limit(browser, attempt, position):
    field = browser.page(question(attempt, position)).select_one("#answer-text")
    assert "maxlength" not in field.attrs
    assert field["data-longest"] == str(LONGEST_TEXT)


def test_the_script_is_told_the_reason(browser, session, attempt, position):
    first = take_over(browser, attempt)["first_seq"]
    told = send(browser, attempt, answer(position, first, {"text": TOO_LONG})).json
    assert [(each["fate"], each["reason"]) for each in told["answers"]] == [("invalid", REASON)]
    assert session.scalars(sa.select(Answer)).all() == []
