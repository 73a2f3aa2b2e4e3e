import uuid
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry
from lsp.exams.models import Seat
from lsp.exams.services import adjusting
from lsp.exams.services.adjusting import Adjustment
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_ended_attempt, make_exam_session, make_seat

USUAL = Adjustment(time_percent=150, break_minutes=30, text_percent=200, helper="pembaca")
BEYOND = Adjustment(time_percent=151)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def manager(session: Session) -> Person:
    return make_person(session, Role.MANAGER)


def adjust(session: Session, seat: Seat, actor: Person, adjustment=USUAL, **values) -> bool:
    return adjusting.adjust(
        session,
        **{
            "seat_id": seat.id,
            "adjustment": adjustment,
            "reason": "FR.AK.07",
            "once": uuid.uuid4(),
            "actor_id": actor.id,
            "sees_all": True,
            "now": NOW,
            **values,
        },
    )


def decide(
    session: Session, seat: Seat, actor: Person, *, confirms: bool = True, at: datetime = LATER
) -> None:
    request = adjusting.waiting(session, seat.id)
    assert request is not None
    adjusting.decide(
        session,
        seat_id=seat.id,
        request_id=request.id,
        confirms=confirms,
        reason="Sudah diperiksa",
        actor_id=actor.id,
        now=at,
    )


def test_what_is_usual_is_in_force_at_once_also_in_the_middle_of_an_exam(
    session: Session, manager: Person
) -> None:
    attempt = make_attempt(session)
    assert adjust(session, attempt.seat, manager)
    assert Adjustment.at(attempt.seat) == USUAL
    assert attempt.deadline == NOW + timedelta(minutes=90)
    assert adjusting.waiting(session, attempt.seat_id) is None
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("seat.adjusted", {})


@pytest.mark.parametrize("beyond", [BEYOND, Adjustment(break_minutes=31)])
def test_what_is_beyond_the_usual_waits_for_a_second_person(
    session: Session, manager: Person, beyond: Adjustment
) -> None:
    seat = make_seat(session)
    assert not adjust(session, seat, manager, beyond)
    assert Adjustment.at(seat) == Adjustment()
    request = adjusting.waiting(session, seat.id)
    assert (request.adjustment, request.asked_by_id) == (beyond, manager.id)
    with pytest.raises(Refusal, match="orang lain"):
        decide(session, seat, manager)
    with pytest.raises(Refusal, match="Ini kursi Anda sendiri"):
        decide(session, seat, seat.candidate)
    second = make_person(session, Role.ADMINISTRATOR)
    decide(session, seat, second)
    assert Adjustment.at(seat) == beyond
    assert adjusting.waiting(session, seat.id) is None


def test_a_declined_request_changes_nothing(session: Session, manager: Person) -> None:
    seat = make_seat(session)
    adjust(session, seat, manager, BEYOND)
    decide(session, seat, make_person(session, Role.ADMINISTRATOR), confirms=False)
    assert Adjustment.at(seat) == Adjustment()
    assert adjusting.waiting(session, seat.id) is None
    assert not adjust(session, seat, manager, BEYOND, now=LATER + timedelta(minutes=1))
    assert adjusting.waiting(session, seat.id) is not None


def test_a_second_word_on_a_request_changes_nothing(session: Session, manager: Person) -> None:
    seat = make_seat(session)
    adjust(session, seat, manager, BEYOND)
    request = adjusting.waiting(session, seat.id)
    second = make_person(session, Role.ADMINISTRATOR)
    values = {"seat_id": seat.id, "request_id": request.id, "actor_id": second.id, "now": LATER}
    for confirms in (True, False):
        adjusting.decide(session, confirms=confirms, reason="Ya", **values)
    assert Adjustment.at(seat) == BEYOND


def test_a_newer_agreement_takes_the_place_of_one_that_waits(
    session: Session, manager: Person
) -> None:
    seat = make_seat(session)
    adjust(session, seat, manager, BEYOND)
    old = adjusting.waiting(session, seat.id)
    assert adjust(session, seat, manager, now=LATER)
    assert adjusting.waiting(session, seat.id) is None
    with pytest.raises(Refusal, match="sudah diganti"):
        adjusting.decide(
            session,
            seat_id=seat.id,
            request_id=old.id,
            confirms=True,
            reason="",
            actor_id=make_person(session, Role.ADMINISTRATOR).id,
            now=LATER,
        )
    assert Adjustment.at(seat) == USUAL


def test_the_same_form_sent_twice_agrees_once(session: Session, manager: Person) -> None:
    seat = make_seat(session)
    once = uuid.uuid4()
    assert [adjust(session, seat, manager, once=once) for _ in range(2)] == [True, True]
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"reason": " "},
        {"adjustment": Adjustment(time_percent=99)},
        {"adjustment": Adjustment(time_percent=401)},
        {"adjustment": Adjustment(break_minutes=-1)},
        {"adjustment": Adjustment(break_minutes=241)},
        {"adjustment": Adjustment(text_percent=110)},
        {"adjustment": Adjustment(helper="dokter")},
    ],
)
def test_faulty_agreements_are_refused(session: Session, manager: Person, fault: dict) -> None:
    seat = make_seat(session)
    with pytest.raises(Refusal):
        adjust(session, seat, manager, **fault)
    assert Adjustment.at(seat) == Adjustment()


def test_an_exam_that_has_ended_stays_as_it_was(session: Session, manager: Person) -> None:
    attempt = make_ended_attempt(session)
    with pytest.raises(Refusal, match="sudah selesai"):
        adjust(session, attempt.seat, manager)


def test_an_assessor_adjusts_the_seats_they_mark_and_nobody_their_own(session: Session) -> None:
    assessor = make_person(session, Role.ASSESSOR)
    own, other = make_seat(session, marker_id=assessor.id), make_seat(session)
    assert adjust(session, own, assessor, sees_all=False)
    with pytest.raises(NotFound):
        adjust(session, other, assessor, sees_all=False)
    with pytest.raises(NotFound):
        adjust(session, other, other.candidate)


def test_the_list_shows_what_may_be_adjusted_in_a_fixed_number_of_statements(
    session: Session, manager: Person, statements: list[str]
) -> None:
    assessor = make_person(session, Role.ASSESSOR)
    exam = make_exam_session(session)
    past = make_exam_session(session, closes_at=NOW)
    make_seat(session, exam_session=past)
    counts = []
    for size in (1, 30):
        for _ in range(size):
            seat = make_seat(session, exam_session=exam)
            adjust(session, seat, manager, BEYOND)
        session.flush()
        statements.clear()
        page = adjusting.list_adjustable(session, person_id=manager.id, sees_all=True, now=NOW)
        waiting = adjusting.list_waiting(session, NOW)
        counts.append(len(statements))
    assert counts == [5, 5]
    assert (len(page.rows), page.pages, len(waiting)) == (25, 2, 25)
    assert all(row.request is not None for row in page.rows)
    seat.marker_id = assessor.id
    session.flush()
    own = adjusting.list_adjustable(session, person_id=assessor.id, sees_all=False, now=NOW)
    assert [row.seat for row in own.rows] == [seat]
