"""Who still has an exam to sit reads no question and no key in the pages for staff."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import Seat
from lsp.roles import Role
from lsp.security import access_of
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_ended_attempt,
    make_exam_session,
    make_revision,
    make_seat,
)

REFUSED = "Anda asesi di sesi “Ujian uji”, jadi soal, kunci, dan penilaian tertutup bagi Anda"
#: Permissions whose pages show questions, keys, rubrics or answers.
SHOWN_TO = (
    *("bank.read", "bank.write", "bank.export", "keys.propose", "keys.confirm"),
    *("exam.mark", "marking.read", "marking.manage"),
)


@pytest.fixture
def person(session: Session) -> Person:
    """A candidate who holds every role that reads the bank or marks."""
    staff = (Role.ITEM_WRITER, Role.MANAGER, Role.ASSESSOR, Role.ADMINISTRATOR)
    return make_person(session, Role.CANDIDATE, *staff)


@pytest.fixture
def seat(session: Session, person: Person) -> Seat:
    return make_seat(session, candidate=person)


def test_every_page_with_questions_is_closed_to_who_sits_an_exam(
    app: Flask, new_browser: Callable[..., Browser], session: Session, seat: Seat
) -> None:
    """Every route, so that none is forgotten; the objects need not be there."""
    make_attempt(session, seat=seat)
    browser = new_browser(seat.candidate)
    values = {"number": 1, "name": "x.png", "kind": "aiken"}
    asked = 0
    for rule in app.url_map.iter_rules():
        if access_of(app, rule.endpoint) not in SHOWN_TO:
            continue
        arguments = {name: values.get(name, uuid4()) for name in rule.arguments}
        address = app.url_map.bind("").build(rule.endpoint, arguments)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            response = browser.open(address, method=method)
            assert response.status_code == 409, (method, address)
            assert REFUSED in response.get_data(as_text=True), (method, address)
            asked += 1
    assert asked > 50


def test_the_page_says_why_and_until_when(
    new_browser: Callable[..., Browser], session: Session, seat: Seat
) -> None:
    revision = make_revision(session)
    page = new_browser(seat.candidate).page(f"/bank-soal/{revision.item_id}", status=409)
    assert REFUSED in page.get_text()
    assert "sesi itu ditutup, 24 November 2026 pukul 08.00 WIB" in page.get_text()
    assert revision.stem not in page.get_text()
    assert page.select_one("h1")


def test_it_opens_when_the_session_closes_not_when_the_own_exam_is_handed_in(
    new_browser: Callable[..., Browser], session: Session, seat: Seat, clock: StandingClock
) -> None:
    make_ended_attempt(session, seat=seat)
    browser = new_browser(seat.candidate)
    # Until then it can be taken back, and go on.
    browser.page("/bank-soal", status=409)
    clock.at = seat.session.closes_at
    assert browser.page("/bank-soal")


def test_it_opens_when_the_session_closed_without_them(
    new_browser: Callable[..., Browser], session: Session, person: Person
) -> None:
    past = {"opens_at": NOW - timedelta(days=1), "closes_at": NOW - timedelta(hours=1)}
    exam = make_exam_session(session, **past)
    seat = make_seat(session, candidate=person, exam_session=exam)
    assert new_browser(person).page("/bank-soal")
    # Not so while they sit: a power cut can make a sitting outlast its session.
    make_attempt(session, seat=seat)
    new_browser(person).page("/bank-soal", status=409)


def test_others_exams_close_nothing(
    new_browser: Callable[..., Browser], person: Person, session: Session
) -> None:
    make_attempt(session)
    assert new_browser(person).page("/bank-soal")
    assert new_browser(person).page("/penilaian-ujian")


def test_who_sits_an_exam_is_asked_for_in_one_statement(
    new_browser: Callable[..., Browser],
    person: Person,
    statements: list[str],
) -> None:
    browser = new_browser(person)
    browser.page("/bank-soal")
    statements.clear()
    browser.page("/bank-soal")
    assert sum("FROM seats" in statement for statement in statements) == 1
