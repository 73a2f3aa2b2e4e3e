"""A sign-in never ends in the middle of an exam."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.accounts.models import SignInSession
from lsp.accounts.services.sessions import SESSION_LENGTH
from lsp.exams.models import Attempt
from lsp.exams.rules.window_keys import HEADER
from tests.conftest import NOW
from tests.factories.exams import make_exam_session, make_seat


@pytest.fixture
def seat(session, clock):
    """A seat in an exam of two hours, an hour before a sign-in of today is fourteen days old."""
    begins = NOW + SESSION_LENGTH - timedelta(hours=1)
    exam = make_exam_session(
        session, opens_at=begins, closes_at=begins + timedelta(hours=4), length_minutes=120
    )
    return make_seat(session, exam_session=exam)


@pytest.fixture
def browser(new_browser, clock, session, seat):
    """Signed in 13 days and 23 hours ago."""
    browser = new_browser(seat.candidate)
    clock.at = seat.session.opens_at
    return browser


def start(browser, session, seat):
    data = {"token": seat.session.token, "confirms": "y", "agrees": "y"}
    browser.page(f"/ujian/{seat.id}/mulai", data=data)
    return session.scalars(sa.select(Attempt).where(Attempt.seat_id == seat.id)).one()


def test_a_sign_in_of_fourteen_days_outlasts_the_exam_begun_in_it(browser, session, seat, clock):
    attempt = start(browser, session, seat)
    window = browser.post(f"/ujian/{attempt.id}/jendela").json
    clock.move(hours=1, minutes=20)
    answer = {"position": 1, "seq": window["first_seq"] + 1, "response": {"choice": "b"}}
    response = browser.post(
        f"/ujian/{attempt.id}/jawaban",
        json={"window": window["window"], "answers": [answer]},
        headers={HEADER: window["window_key"]},
    )
    assert response.json["answers"][0]["fate"] == "saved"
    assert browser.get(f"/ujian/{attempt.id}/soal/2").status_code == 200
    assert browser.post(f"/ujian/{attempt.id}/soal/2", data={}).status_code == 302


def test_so_does_the_sign_in_of_another_browser_that_takes_the_exam_over(
    browser, new_browser, session, seat, clock
):
    attempt = start(new_browser(seat.candidate), session, seat)
    browser.post(f"/ujian/{attempt.id}/jendela")
    clock.move(hours=1, minutes=20)
    assert browser.get(f"/ujian/{attempt.id}/soal/2").status_code == 200


def test_a_young_sign_in_is_left_as_it_is(new_browser, session, seat, clock, statements):
    clock.at = seat.session.opens_at
    browser = new_browser(seat.candidate)
    statements.clear()
    start(browser, session, seat)
    assert not [sent for sent in statements if sent.startswith("UPDATE sign_in")]


def test_other_pages_prolong_nothing(browser, session, clock):
    browser.post("/language/en")
    assert browser.get("/akun").status_code == 200
    clock.move(hours=1)
    assert browser.get("/akun").status_code == 302
    ends = session.scalars(sa.select(SignInSession.expires_at)).one()
    assert ends == NOW + SESSION_LENGTH
