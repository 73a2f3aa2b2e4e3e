"""Both ways of drawing a question page give the same: from the mould, and from the template."""

import re

import pytest
import sqlalchemy as sa

from lsp.exams.models import Attempt
from lsp.exams.views.sitting import drawing
from tests.factories.exams import IN_PAPER, make_seat
from tests.web.exams.test_sitting import answer, question, send, start, take_over

#: A page of each look: first and later, answered and not, doubtful, near the end, larger text.
LOOKS = ("fresh", "answered", "doubtful", "nearly over", "larger text", "English")


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


@pytest.fixture
def never_kept(app, monkeypatch):
    """Switches the moulds off, as for somebody who is at work on the templates."""

    def switch():
        monkeypatch.setattr(app.jinja_env, "auto_reload", True)

    return switch


def pages(browser, attempt):
    """Every question's page, twice, because the first drawing is what makes the mould."""
    paths = [question(attempt, position) for position in range(1, len(IN_PAPER) + 1)]
    drawn = [browser.get(path).get_data(as_text=True) for path in (*paths, *paths)]
    return [re.sub(r'(csrf_token" value|data-csrf)="[^"]*"', "", page) for page in drawn]


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_from_the_mould_is_the_page_from_the_template(  # noqa: PLR0917 -- fixtures
    look, browser, attempt, seat, session, clock, never_kept
):
    if look in ("answered", "doubtful"):
        first = take_over(browser, attempt)["first_seq"]
        doubtful = look == "doubtful"
        sent = [
            answer(1, first, {"choice": "b"}, doubtful=doubtful),
            answer(4, first + 1, {"text": "100% <b>siaran</b> %(csrf)s"}, doubtful=doubtful),
        ]
        assert {saved["fate"] for saved in send(browser, attempt, *sent).json["answers"]} == {
            "saved"
        }
    if look == "nearly over":
        clock.move(minutes=57)
    if look == "larger text":
        seat.text_percent = 140
        session.commit()
    if look == "English":
        browser.post("/language/en")
    kept = pages(browser, attempt)
    never_kept()
    assert pages(browser, attempt) == kept


def test_no_mark_is_left_on_a_page(browser, attempt):
    for page in pages(browser, attempt):
        assert not any(str(mark) in page for mark in drawing.MARKS.values())


def test_two_candidates_with_the_same_mould_see_their_own(new_browser, session, browser, attempt):
    other = make_seat(session, exam_session=attempt.seat.session)
    neighbour = new_browser(other.candidate)
    start(neighbour, other)
    theirs = session.scalars(sa.select(Attempt).where(Attempt.seat_id == other.id)).one()
    first = take_over(browser, attempt)["first_seq"]
    send(browser, attempt, answer(1, first, {"choice": "c"}))
    mine, yours = browser.page(question(attempt)), neighbour.page(question(theirs))
    assert mine.select_one("#question input[checked]")["value"] == "c"
    assert yours.select_one("#question input[checked]") is None
    assert [str(one.id) in str(mine) for one in (attempt, theirs)] == [True, False]
    assert [str(one.id) in str(yours) for one in (attempt, theirs)] == [False, True]
    tokens = {page.select_one("input[name=csrf_token]")["value"] for page in (mine, yours)}
    assert len(tokens) == 2


def test_a_message_of_the_page_before_is_shown_once_and_kept_for_nobody(browser, attempt):
    refused = "Jeda tidak bisa diambil sekarang"
    path = question(attempt, 2)
    page = browser.post(f"{path}/jeda", follow_redirects=True)
    assert refused in page.get_data(as_text=True)
    assert refused not in browser.get(path).get_data(as_text=True)


def test_the_question_page_costs_two_statements(browser, attempt, statements):
    path = question(attempt, 2)
    browser.get(path)
    statements.clear()
    browser.get(path)
    assert len(statements) == 2, statements
