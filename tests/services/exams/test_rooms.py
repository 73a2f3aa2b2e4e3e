import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.exams.models import SeatEvent
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services import rooms
from lsp.exams.services.rooms import SeatState
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)


def test_a_room_shows_how_each_seat_gets_on(session: Session) -> None:
    exam = make_exam_session(session, paper=make_paper(session))
    names = ["Ahmad", "Budi", "Citra", "Dewi"]
    seats = [
        make_seat(session, exam_session=exam, candidate=make_person(session, full_name=name))
        for name in names
    ]
    seats[0].cleared_at = None
    make_attempt(session, seat=seats[2], answers={1: {"choice": "b"}, 2: None})
    make_ended_attempt(session, seat=seats[3])
    views = rooms.room(session, exam, NOW + timedelta(minutes=1)).seats
    assert [view.candidate.full_name for view in views] == names
    assert [view.state for view in views] == [
        SeatState.WAITING,
        SeatState.READY,
        SeatState.WORKING,
        SeatState.SUBMITTED,
    ]
    assert [view.answered for view in views] == [0, 0, 1, 7]
    assert (views[2].seconds_left, views[2].last_saved_at) == (59 * 60, NOW)
    late = rooms.room(session, exam, NOW + timedelta(minutes=61)).seats[2]
    assert (late.state, late.seconds_left) == (SeatState.TIME_UP, 0)


def test_a_room_of_a_hundred_costs_two_statements(session: Session, statements: list[str]) -> None:
    paper = make_paper(session, revisions=[make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    for _ in range(100):
        seat = make_seat(session, exam_session=exam)
        make_attempt(session, seat=seat, answers={1: {"choice": "a"}})
    session.commit()
    statements.clear()
    shown = rooms.room(session, exam, NOW)
    assert [view.candidate.full_name for view in shown.seats]
    assert shown.count(SeatState.WORKING) == 100
    # The session itself was expired by the commit and is read once more.
    assert len(statements) <= 3


def grant(session: Session, exam, seat=None, **values) -> int:
    return rooms.grant_extra_time(
        session,
        **{
            "session_id": exam.id,
            "seat_id": seat.id if seat else None,
            "minutes": 15,
            "reason": "Listrik padam",
            "once": uuid.uuid4(),
            "actor_id": make_person(session, Role.INVIGILATOR).id,
            "now": NOW,
            **values,
        },
    )


def test_the_same_form_sent_twice_gives_its_time_once(session: Session) -> None:
    seats = [make_seat(session)]
    seats.append(make_seat(session, exam_session=seats[0].session))
    once = uuid.uuid4()
    for _ in range(2):
        assert grant(session, seats[0].session, once=once) == 2
    assert [seat.extra_minutes for seat in seats] == [15, 15]
    assert grant(session, seats[0].session, seats[0]) == 1
    assert [seat.extra_minutes for seat in seats] == [30, 15]


def test_extra_time_moves_the_deadline_of_one_seat(session: Session) -> None:
    seat = make_seat(session)
    other = make_seat(session, exam_session=seat.session)
    attempt, untouched = make_attempt(session, seat=seat), make_attempt(session, seat=other)
    assert grant(session, seat.session, seat) == 1
    assert attempt.deadline == NOW + timedelta(minutes=75)
    assert untouched.deadline == NOW + timedelta(minutes=60)
    event = session.scalars(sa.select(SeatEvent)).one()
    assert (event.kind, event.reason, event.detail) == (
        "extra_time",
        "Listrik padam",
        {"minutes": 15},
    )
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.subject_id) == ("seat.extra_time", str(seat.id))


def test_extra_time_for_the_room_passes_over_who_has_finished(session: Session) -> None:
    exam = make_exam_session(session)
    waiting, working, done = (make_seat(session, exam_session=exam) for _ in range(3))
    attempt = make_attempt(session, seat=working)
    make_ended_attempt(session, seat=done)
    assert grant(session, exam) == 2
    assert [seat.extra_minutes for seat in (waiting, working, done)] == [15, 15, 0]
    assert attempt.deadline == NOW + timedelta(minutes=75)
    assert grant(session, exam, minutes=10) == 2
    assert attempt.deadline == NOW + timedelta(minutes=85)


def test_extra_time_never_passes_the_close_of_the_session(session: Session) -> None:
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=65))
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    grant(session, exam)
    assert attempt.deadline == exam.closes_at


@pytest.mark.parametrize("fault", [{"reason": " "}, {"minutes": 0}, {"minutes": 181}])
def test_extra_time_needs_a_reason_and_a_sensible_length(session: Session, fault: dict) -> None:
    seat = make_seat(session)
    with pytest.raises(Refusal):
        grant(session, seat.session, seat, **fault)


def test_nobody_left_to_give_time_to_is_said(session: Session) -> None:
    attempt = make_ended_attempt(session)
    with pytest.raises(Refusal, match="Tidak ada kursi"):
        grant(session, attempt.seat.session, attempt.seat)
    assert attempt.state is AttemptState.SUBMITTED


def test_a_seat_of_another_session_does_not_exist_here(session: Session) -> None:
    with pytest.raises(NotFound):
        grant(session, make_exam_session(session), make_seat(session))


def test_a_large_room_gets_time_in_a_fixed_number_of_statements(
    session: Session, statements: list[str]
) -> None:
    paper = make_paper(session, revisions=[make_revision(session)])
    counts = []
    for size in (3, 30):
        exam = make_exam_session(session, paper=paper)
        for _ in range(size):
            make_attempt(session, seat=make_seat(session, exam_session=exam))
        session.flush()
        statements.clear()
        grant(session, exam)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_incident_is_on_record(session: Session) -> None:
    seat = make_seat(session)
    invigilator = make_person(session, Role.INVIGILATOR, full_name="Pengawas Satu")
    values = {
        "session_id": seat.session_id,
        "seat_id": seat.id,
        "actor_id": invigilator.id,
        "once": uuid.uuid4(),
    }
    for _ in range(2):
        rooms.note_incident(session, text=" Laptop mati. ", now=NOW, **values)
    (view,) = rooms.recent_events(session, seat.session_id)
    assert (view.event.kind, view.event.reason, view.actor_name) == (
        "incident",
        "Laptop mati.",
        "Pengawas Satu",
    )
    with pytest.raises(Refusal):
        rooms.note_incident(session, text=" ", now=NOW, **values)
