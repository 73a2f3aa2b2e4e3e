import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, AnswerRevision, Attempt, Seat, SeatEvent
from lsp.exams.rules.journal import SPAN
from lsp.exams.services.rooms import notes
from lsp.roles import Role
from lsp.texts import NotFound
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_ended_attempt, make_exam_session, make_seat

LATER = NOW + timedelta(days=7)


def note(session: Session, seat: Seat, kind: str, minutes: int, **values) -> SeatEvent:
    event = SeatEvent(seat_id=seat.id, kind=kind, at=NOW + timedelta(minutes=minutes), **values)
    session.add(event)
    session.flush()
    return event


def arrived(session: Session, attempt: Attempt, position: int, seq: int, **values) -> None:
    """An answer that came 90 seconds after the deadline, unless told otherwise."""
    at = attempt.deadline + timedelta(seconds=values.pop("late_by", 90))
    revision = {"response": {"choice": "a"}, "is_late": True, "received_at": at, **values}
    session.add(
        AnswerRevision(attempt_id=attempt.id, position=position, seq=SPAN + seq, **revision)
    )
    session.flush()


def counting(session: Session, attempt: Attempt, position: int, seq: int) -> None:
    session.add(
        Answer(attempt_id=attempt.id, position=position, seq=SPAN + seq, response={}, saved_at=NOW)
    )
    session.flush()


def read(session: Session, exam, **values) -> notes.NotesPage:
    return notes.session_notes(session, exam, LATER, **{"with_adjustments": True, **values})


def test_notes_stand_seat_by_seat_in_order_of_time(session: Session) -> None:
    exam = make_exam_session(session)
    invigilator = make_person(session, Role.INVIGILATOR, full_name="Wati")
    seats = [
        make_seat(session, exam_session=exam, candidate=make_person(session, full_name=name))
        for name in ("Budi", "Ahmad", "Citra")
    ]
    note(session, seats[0], "left_tab", 9)
    note(session, seats[1], "incident", 8, reason="Jatuh sakit", actor_id=invigilator.id)
    note(session, seats[0], "paused", 5, reason="Gempa", actor_id=invigilator.id)
    note(session, make_seat(session), "incident", 1, reason="Di sesi lain")
    page = read(session, exam)
    shown = [
        (each.seat.candidate_name, [(view.event.kind, view.actor_name) for view in each.events])
        for each in page.noted
    ]
    assert shown == [
        ("Ahmad", [("incident", "Wati")]),
        ("Budi", [("paused", "Wati"), ("left_tab", "")]),
    ]
    assert page.total == 3
    assert [seat.candidate_name for seat in page.seats] == ["Ahmad", "Budi", "Citra"]


def test_one_seat_is_read_alone_and_only_in_its_own_session(session: Session) -> None:
    exam = make_exam_session(session)
    seats = [make_seat(session, exam_session=exam) for _ in range(2)]
    for seat in seats:
        note(session, seat, "incident", 1)
    page = read(session, exam, seat_id=seats[1].id)
    assert [each.seat.id for each in page.noted] == [seats[1].id]
    assert page.seat is not None
    assert page.seat.id == seats[1].id
    stranger = make_seat(session)
    with pytest.raises(NotFound):
        read(session, exam, seat_id=stranger.id)
    with pytest.raises(NotFound):
        notes.all_notes(session, exam, LATER, seat_id=stranger.id, with_adjustments=True)
    with pytest.raises(NotFound):
        read(session, exam, seat_id=uuid.uuid4())


def test_late_answers_are_counted_by_question_with_the_longest_delay(session: Session) -> None:
    attempt = make_attempt(session)
    counting(session, attempt, 1, 1)
    arrived(session, attempt, 1, 1, late_by=4)
    counting(session, attempt, 2, 1)
    # Refused twice for one question, and one in time stays the one that counts.
    arrived(session, attempt, 2, 2, is_refused=True)
    arrived(session, attempt, 2, 3, is_refused=True, late_by=95)
    # Never answered in time.
    arrived(session, attempt, 3, 1, is_refused=True, late_by=60)
    # Late, but a newer answer has taken its place: nothing to tell.
    counting(session, attempt, 4, 9)
    arrived(session, attempt, 4, 1, is_refused=True, late_by=500)
    (seat,) = read(session, attempt.seat.session).late
    assert seat.late == notes.LateAnswers(1, 2, timedelta(seconds=95))


def test_a_late_answer_that_an_invigilator_let_count_is_counted(session: Session) -> None:
    attempt = make_attempt(session)
    counting(session, attempt, 1, 1)
    arrived(session, attempt, 1, 1, is_refused=True)
    (seat,) = read(session, attempt.seat.session).late
    assert (seat.late.counted, seat.late.refused) == (1, 0)


def test_after_handing_in_the_delay_counts_from_then(session: Session) -> None:
    attempt = make_ended_attempt(session, answers={})
    late_by = -3600 + 30  # half a minute after NOW, when it was handed in; the clock ran on
    arrived(session, attempt, 1, 1, is_late=False, is_refused=True, late_by=late_by)
    (seat,) = read(session, attempt.seat.session).late
    assert seat.late == notes.LateAnswers(0, 1, timedelta(seconds=30))


def test_time_granted_afterwards_never_makes_a_delay_negative(session: Session) -> None:
    attempt = make_attempt(session)
    counting(session, attempt, 1, 1)
    arrived(session, attempt, 1, 1)
    attempt.deadline += timedelta(minutes=10)
    (seat,) = read(session, attempt.seat.session).late
    assert seat.late.longest == timedelta()


def test_a_seat_without_late_answers_is_not_among_the_late(session: Session) -> None:
    attempt = make_attempt(session)
    counting(session, attempt, 1, 1)
    arrived(session, attempt, 1, 1, is_late=False, late_by=-60)
    assert read(session, attempt.seat.session).late == []


def test_adjustments_are_left_out_for_who_may_not_read_them(session: Session) -> None:
    seat = make_seat(session)
    for kind in notes.ADJUSTMENTS:
        note(session, seat, kind, 1)
    note(session, seat, "incident", 2)
    assert read(session, seat.session).total == 5
    page = read(session, seat.session, with_adjustments=False)
    assert [view.event.kind for each in page.noted for view in each.events] == ["incident"]
    (all_of,) = notes.all_notes(session, seat.session, LATER, with_adjustments=False)
    assert len(all_of.events) == 1


def test_pages_hold_fifty_notes_and_the_file_every_seat(session: Session) -> None:
    exam = make_exam_session(session)
    noisy = make_seat(session, exam_session=exam)
    make_seat(session, exam_session=exam)
    for minute in range(60):
        note(session, noisy, "left_tab", minute)
    first, last = read(session, exam), read(session, exam, page=99)
    assert [len(page.noted[0].events) for page in (first, last)] == [50, 10]
    assert (first.total, first.pages, last.page) == (60, 2, 2)
    every = notes.all_notes(session, exam, LATER, with_adjustments=True)
    assert sorted(len(each.events) for each in every) == [0, 60]
