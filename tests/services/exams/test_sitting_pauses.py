"""Pauses, breaks and what a window reports."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from lsp.exams.models import Answer, Presence, SeatEvent
from lsp.exams.rules.journal import SPAN, Arriving, Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services import rooms
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.sitting import (
    Note,
    Noted,
    Report,
    begin_break,
    clocks,
    end_break,
    hear,
    save_answers,
    standing,
)
from lsp.exams.services.sitting.presence import MOST_A_MINUTE, MOST_OF_A_KIND, NOTES_DROPPED
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat

GRACE = timedelta(seconds=120)


@pytest.fixture
def attempt(session):
    return make_attempt(session, seat=make_seat(session, break_minutes=15), window=1)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def resume(attempt, now):
    return clocks.resume(attempt.seat.session, attempt.seat, attempt, now)


def left(session, attempt, now):
    result = standing(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        now=now,
        grace=GRACE,
    )
    return result.seconds_left, result.is_paused, result.is_break, result.is_open


def own(attempt):
    return {"person_id": attempt.seat.candidate_id, "attempt_id": attempt.id}


def test_a_pause_stops_the_clock_and_moves_the_deadline(session, attempt):
    assert clocks.pause(attempt, at(20))
    session.flush()
    assert left(session, attempt, at(90)) == (2400, True, False, True)
    assert resume(attempt, at(90))
    session.flush()
    assert attempt.deadline == at(130)
    assert left(session, attempt, at(90)) == (2400, False, False, True)


def test_a_second_pause_or_resume_changes_nothing(attempt):
    assert clocks.pause(attempt, at(20))
    assert not clocks.pause(attempt, at(30))
    assert resume(attempt, at(40))
    assert not resume(attempt, at(50))
    assert attempt.paused_seconds == 1200


def test_nothing_is_paused_after_its_time_or_its_end(attempt):
    assert not clocks.pause(attempt, attempt.deadline)
    attempt.state, attempt.ended_at = AttemptState.SUBMITTED, at(5)
    assert not clocks.pause(attempt, at(6))


def test_what_is_paused_is_not_closed_before_the_session_is(session):
    exam = make_exam_session(session, closes_at=at(300))
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    clocks.pause(attempt, at(20))
    session.flush()
    assert close_overdue(session, now=at(299), grace=GRACE) == 0
    assert close_overdue(session, now=at(302), grace=GRACE) == 0
    assert close_overdue(session, now=at(303), grace=GRACE) == 1
    assert (attempt.state, attempt.ended_at) == (AttemptState.CLOSED, at(300))
    assert attempt.paused_at is None


def test_a_break_counts_its_minutes_and_ends_by_itself(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    assert left(session, attempt, at(20)) == (3000, True, True, True)
    end_break(session, **own(attempt), now=at(20))
    assert clocks.break_seconds_left(attempt.seat, attempt, at(20)) == 300
    begin_break(session, **own(attempt), now=at(30))
    # Five minutes were left: at 40 the clock has run again for five of the ten.
    assert left(session, attempt, at(40)) == (35 * 60, False, False, True)
    with pytest.raises(Refusal):
        begin_break(session, **own(attempt), now=at(40))
    kinds = session.scalars(sa.select(SeatEvent.kind).order_by(SeatEvent.at)).all()
    assert kinds == ["break_begun", "break_ended", "break_begun"]


def test_many_short_breaks_give_no_time_and_are_taken_half_a_minute_apart(session, attempt):
    for n in range(3):
        now = at(10 + n)
        begin_break(session, **own(attempt), now=now)
        end_break(session, **own(attempt), now=now + timedelta(milliseconds=50))
        with pytest.raises(Refusal, match="20 detik lagi"):
            begin_break(session, **own(attempt), now=now + timedelta(seconds=10, milliseconds=50))
    assert attempt.deadline == at(60)
    assert clocks.break_seconds_left(attempt.seat, attempt, at(20)) == 15 * 60 - 3


def test_an_overdue_sitting_with_a_break_nobody_ended_is_closed_in_its_time(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    assert close_overdue(session, now=at(77), grace=GRACE) == 0
    assert close_overdue(session, now=at(78), grace=GRACE) == 1
    assert attempt.ended_at == at(75)


def test_nobody_takes_a_break_that_was_not_agreed_or_of_somebody_else(session):
    attempt = make_attempt(session)
    with pytest.raises(Refusal):
        begin_break(session, **own(attempt), now=at(10))
    with pytest.raises(NotFound):
        begin_break(session, person_id=make_person(session).id, attempt_id=attempt.id, now=at(10))


def test_a_pause_takes_a_break_over_and_loses_nothing(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    assert clocks.pause(attempt, at(15))
    end_break(session, **own(attempt), now=at(20))
    assert attempt.paused_at == at(10)
    assert attempt.break_seconds == 300
    resume(attempt, at(40))
    assert attempt.deadline == at(90)


def test_who_submits_in_a_break_has_submitted(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    submit_attempt(session, **own(attempt), now=at(12), grace=GRACE)
    assert (attempt.state, attempt.paused_at) == (AttemptState.SUBMITTED, None)


def tell(session, attempt, *notes, now=NOW, **values):
    report = Report(**{"window": 1, "position": 2, "queued": 0, "is_visible": True, **values})
    report = Report(report.window, report.position, report.queued, report.is_visible, notes)
    return hear(session, **own(attempt), report=report, now=now, grace=GRACE)


def test_a_report_is_written_over_by_the_next(session, attempt):
    tell(session, attempt)
    tell(session, attempt, now=at(1), position=3, queued=4, is_visible=False)
    row = session.execute(
        sa.select(Presence.seen_at, Presence.position, Presence.queued, Presence.is_visible)
    ).one()
    assert tuple(row) == (at(1), 3, 4, False)


def test_an_older_window_does_not_speak_for_the_seat(session, attempt):
    attempt.window = 2
    session.flush()
    assert tell(session, attempt, Noted(1, Note.SECOND_WINDOW)).is_frozen
    assert session.scalars(sa.select(Presence)).all() == []
    assert session.scalars(sa.select(SeatEvent.kind)).all() == ["second_window"]


def events(session, kind):
    return session.scalars(sa.select(SeatEvent.detail).where(SeatEvent.kind == kind)).all()


def test_notes_of_a_kind_are_bounded_in_a_minute_and_in_all_and_it_is_said(session, attempt):
    for minute in range(8):
        notes = [Noted(minute * 100 + n, Note.COPIED) for n in range(MOST_A_MINUTE + 1)]
        tell(session, attempt, *notes[:MOST_A_MINUTE], now=at(minute))
        if not minute:  # the same once more, because its answer was lost: none is dropped
            tell(session, attempt, *notes[:MOST_A_MINUTE], now=at(minute))
            assert events(session, NOTES_DROPPED) == []
        tell(session, attempt, notes[-1], now=at(minute))
        count = min((minute + 1) * MOST_A_MINUTE, MOST_OF_A_KIND)
        assert len(events(session, Note.COPIED)) == count
    assert events(session, NOTES_DROPPED) == [{"note": "copied"}]


def test_a_flood_of_one_kind_hides_no_other(session, attempt):
    flood = [Noted(n, Note.COPIED) for n in range(MOST_A_MINUTE + 5)]
    tell(session, attempt, *flood, Noted(90, Note.LEFT), Noted(91, Note.SECOND_WINDOW))
    assert len(events(session, Note.LEFT)) == len(events(session, Note.SECOND_WINDOW)) == 1
    view = rooms.watch_seat(session, attempt.seat.session, attempt.seat_id, at(1))
    assert view.notes == MOST_A_MINUTE + 3


def test_notes_that_come_after_the_end_are_kept(session, attempt):
    submit_attempt(session, **own(attempt), now=at(12), grace=GRACE)
    assert not tell(session, attempt, Noted(1, Note.OFFLINE, 40), now=at(13)).is_open
    assert events(session, Note.OFFLINE) == [{"seconds": 40}]
    assert session.scalars(sa.select(Presence)).all() == []


def test_a_report_costs_two_statements_and_five_with_notes(session, attempt, statements):
    tell(session, attempt)
    session.flush()
    statements.clear()
    tell(session, attempt)
    assert len(statements) == 2
    statements.clear()
    tell(session, attempt, Noted(1, Note.LEFT))
    assert len(statements) == 5


def test_nobody_reports_for_somebody_else(session, attempt):
    with pytest.raises(NotFound):
        hear(
            session,
            person_id=make_person(session).id,
            attempt_id=attempt.id,
            report=Report(1, 1, 0, True),
            now=NOW,
            grace=GRACE,
        )


def choose(session, attempt, position, now, minute=None, *, count=None, is_estimated=False):
    """The candidate's window sends an answer that it says was chosen in this minute."""
    save_answers(
        session,
        **own(attempt),
        window=1,
        answers=[
            Arriving(
                position,
                SPAN + (count or position),
                {"value": True} if position == 3 else {"choice": "b"},
                chosen_ms=minute and minute * 60_000,
                is_estimated=is_estimated,
            )
        ],
        now=now,
        grace=GRACE,
    )


def noted(session, kind="pause_answers"):
    kind = SeatEvent.kind == kind
    return session.scalars(sa.select(SeatEvent.detail).where(kind).order_by(SeatEvent.at)).all()


def test_answers_of_a_break_count_and_are_noted_once_for_the_invigilator(session, attempt):
    choose(session, attempt, 3, at(5))
    begin_break(session, **own(attempt), now=at(10))
    for _again in range(2):
        choose(session, attempt, 1, at(12))
    choose(session, attempt, 3, at(13))
    assert session.get(Answer, (attempt.id, 1)).response == {"choice": "b"}
    end_break(session, **own(attempt), now=at(20))
    choose(session, attempt, 3, at(21))
    assert noted(session) == [{"answers": 1, "chosen": 1}]


def test_a_break_that_ends_by_itself_is_noted_when_it_is_written_down(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    choose(session, attempt, 1, at(12))
    choose(session, attempt, 3, at(26))
    submit_attempt(session, **own(attempt), now=at(30), grace=GRACE)
    assert noted(session) == [{"answers": 1, "chosen": 1}]


def test_in_the_invigilators_pause_the_devices_claim_stands_beside(session, attempt):
    said = {"session_id": attempt.seat.session_id, "seat_id": attempt.seat_id, "reason": "Listrik"}
    actor = {"actor_id": make_person(session).id}
    rooms.pause(session, **said, **actor, once=uuid4(), now=at(10))
    choose(session, attempt, 1, at(12), minute=9)
    choose(session, attempt, 3, at(12), minute=11)
    rooms.resume(session, **said, **actor, once=uuid4(), now=at(20))
    assert noted(session) == [{"answers": 2, "chosen": 1}]
    view = rooms.watch_seat(session, attempt.seat.session, attempt.seat_id, at(21))
    assert view.notes == 1
    # A quiet pause is not noted.
    rooms.pause(session, **said, **actor, once=uuid4(), now=at(30))
    rooms.resume(session, **said, **actor, once=uuid4(), now=at(31))
    assert len(noted(session)) == 1


def test_what_was_chosen_in_a_break_and_held_back_until_after_it_is_noted_at_the_end(
    session, attempt
):
    begin_break(session, **own(attempt), now=at(10))
    end_break(session, **own(attempt), now=at(20))
    choose(session, attempt, 1, at(21), minute=12)
    choose(session, attempt, 3, at(21), minute=9)
    begin_break(session, **own(attempt), now=at(30))  # ends by itself at 35
    choose(session, attempt, 3, at(37), minute=36)
    assert noted(session, "pause_answers_held") == []
    submit_attempt(session, **own(attempt), now=at(40), grace=GRACE)
    assert noted(session, "pause_answers_held") == [{"answers": 1}]
    assert noted(session) == []
    view = rooms.watch_seat(session, attempt.seat.session, attempt.seat_id, at(41))
    assert view.notes == 1


def test_what_has_no_proven_moment_and_may_be_of_a_break_is_noted_as_such(session, attempt):
    """The cable was out in the break; the device's clock was put forward, or said nothing."""
    begin_break(session, **own(attempt), now=at(10))
    end_break(session, **own(attempt), now=at(20))
    choose(session, attempt, 1, at(21), minute=25, is_estimated=True)
    choose(session, attempt, 3, at(21))
    choose(session, attempt, 1, at(21), minute=21, count=9)
    submit_attempt(session, **own(attempt), now=at(40), grace=GRACE)
    assert noted(session, "pause_answers_held") == [{"answers": 2, "unsure": 2}]


def test_what_a_page_guesses_that_was_heard_of_since_the_break_is_not_of_it(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    end_break(session, **own(attempt), now=at(20))
    choose(session, attempt, 1, at(22), minute=21)
    choose(session, attempt, 3, at(24), minute=23, is_estimated=True)
    submit_attempt(session, **own(attempt), now=at(40), grace=GRACE)
    assert noted(session, "pause_answers_held") == []


def test_without_script_nothing_is_guessed_of_a_break(session, attempt):
    begin_break(session, **own(attempt), now=at(10))
    end_break(session, **own(attempt), now=at(20))
    save_answers(
        session,
        **own(attempt),
        window=1,
        answers=[Arriving(1, SPAN, {"choice": "b"})],
        via=Via.FORM,
        now=at(21),
        grace=GRACE,
    )
    submit_attempt(session, **own(attempt), now=at(40), grace=GRACE)
    assert noted(session, "pause_answers_held") == []


def test_each_pause_of_an_invigilator_that_was_worked_through_is_noted_once(session, attempt):
    said = {"session_id": attempt.seat.session_id, "seat_id": attempt.seat_id, "reason": "Listrik"}
    said["actor_id"] = make_person(session).id
    begin_break(session, **own(attempt), now=at(8))
    rooms.pause(session, **said, once=uuid4(), now=at(10))  # takes the break over
    rooms.resume(session, **said, once=uuid4(), now=at(20))
    rooms.pause(session, **said, once=uuid4(), now=at(30))
    rooms.resume(session, **said, once=uuid4(), now=at(40))
    for position, minute in ((1, 9), (3, 35)):
        choose(session, attempt, position, at(45), minute=minute)
    close_overdue(session, now=at(90), grace=GRACE)
    assert noted(session, "pause_answers_held") == [{"answers": 1}, {"answers": 1}]
