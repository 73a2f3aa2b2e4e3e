"""A candidate kept out by somebody else's wrong passwords, and the invigilator who lets them in."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.services.guessing import Guess, note_failure
from lsp.audit import AuditEntry
from lsp.exams.models import Seat, SeatEvent
from lsp.roles import Role
from tests.conftest import NOW, Browser, StandingClock
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_seat

WAITS = "Sandi asesi ini salah dicoba berkali-kali"


@pytest.fixture
def invigilator(new_browser: Callable[..., Browser], session: Session) -> Browser:
    return new_browser(make_person(session, Role.INVIGILATOR))


@pytest.fixture
def seat(session: Session) -> Seat:
    """Of somebody whose neighbour gave wrong passwords for them."""
    seat = make_seat(session)
    for _try in range(6):
        note_failure(session, Guess(str(seat.candidate_id), "ruang"), NOW)
    session.commit()
    return seat


def ending(seat: Seat) -> str:
    return f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}/akhiri-jeda-masuk"


def test_the_seat_says_that_its_candidate_waits_and_the_invigilator_lets_them_try(
    invigilator: Browser, session: Session, seat: Seat
) -> None:
    page = invigilator.page(f"/sesi-ujian/{seat.session_id}/ruang/{seat.id}")
    assert WAITS in page.get_text()
    assert page.select_one(f"form[action='{ending(seat)}']")
    for _twice in range(2):
        page = invigilator.page(ending(seat), data={})
        assert WAITS not in page.get_text()
    assert page.get_text().count("boleh mencoba masuk lagi sesudah sandi salah") == 1
    events = session.scalars(sa.select(SeatEvent)).all()
    assert [event.kind for event in events] == ["sign_in_wait_ended"]
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "person.unlocked"))
    assert [each.actor_id for each in entry] == [events[0].actor_id]


def test_only_who_invigilates_ends_it_for_a_seat_of_that_room_while_the_session_is_on(
    new_browser: Callable[..., Browser],
    invigilator: Browser,
    session: Session,
    seat: Seat,
    clock: StandingClock,
) -> None:
    new_browser(make_person(session, Role.ASSESSOR)).page(ending(seat), data={}, status=403)
    other = make_exam_session(session)
    elsewhere = f"/sesi-ujian/{other.id}/ruang/{seat.id}/akhiri-jeda-masuk"
    invigilator.page(elsewhere, data={}, status=404)
    clock.move(seconds=(seat.session.closes_at - NOW).total_seconds() + 1)
    assert "sudah ditutup" in invigilator.page(ending(seat), data={}, status=409).get_text()
    assert session.scalars(sa.select(SeatEvent)).all() == []
