from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.roles import Role
from tests.conftest import NOW, Browser
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat


@pytest.fixture
def invigilator(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.INVIGILATOR))


def test_the_room_shows_token_seats_and_progress(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session, candidate=make_person(session, full_name="Siti Rahma"))
    make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    text = invigilator.page(f"/sesi-ujian/{seat.session_id}/ruang").get_text()
    assert "HUMAS" in text
    assert "Siti Rahma" in text
    assert "1 dari 7" in text
    assert "60 menit" in text


def test_the_room_costs_the_same_for_a_hundred_seats(
    invigilator: Browser, session: Session, statements: list[str]
) -> None:
    exam = make_exam_session(session)
    counts = []
    for size in (1, 99):
        for _ in range(size):
            make_attempt(session, seat=make_seat(session, exam_session=exam))
        session.commit()
        statements.clear()
        page = invigilator.page(f"/sesi-ujian/{exam.id}/ruang")
        counts.append(len(statements))
    assert len(page.select("tbody tr")) == 100
    assert counts[0] == counts[1]


def test_an_invigilator_gives_time_with_a_reason(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session)
    room = f"/sesi-ujian/{seat.session_id}/ruang"
    attempt = make_attempt(session, seat=seat)
    refused = invigilator.page(f"{room}/waktu", data={"minutes": "10", "reason": ""})
    assert "Isi alasan" in refused.select_one(".govuk-error-summary").get_text()
    page = invigilator.page(f"{room}/waktu", data={"minutes": "10", "reason": "Listrik padam"})
    assert "waktu ditambah 10 menit" in page.get_text()
    invigilator.page(f"{room}/{seat.id}/waktu", data={"minutes": "5", "reason": "AK.07"})
    assert attempt.deadline == NOW + timedelta(minutes=75)


def test_an_invigilator_notes_an_incident(invigilator: Browser, session: Session) -> None:
    seat = make_seat(session)
    address = f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}/kejadian"
    assert seat.candidate.full_name in invigilator.page(address).get_text()
    page = invigilator.page(address, data={"text": "Laptop <b>mati</b>"})
    assert "Laptop <b>mati</b>" in page.get_text()


def test_a_seat_is_found_in_its_own_room_only(invigilator: Browser, session: Session) -> None:
    seat, other = make_seat(session), make_exam_session(session)
    for action in ("waktu", "kejadian"):
        invigilator.page(f"/sesi-ujian/{other.id}/ruang/{seat.id}/{action}", status=404)


def test_the_invigilator_changes_the_token_in_the_room(
    invigilator: Browser, session: Session
) -> None:
    exam = make_exam_session(session)
    page = invigilator.page(f"/sesi-ujian/{exam.id}/ruang/token", data={})
    assert exam.token != "HUMAS"
    assert exam.token in page.get_text()
