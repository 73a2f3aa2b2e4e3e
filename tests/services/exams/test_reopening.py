import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.audit import AuditEntry
from lsp.exams.models import Answer, Mark, MarkerTask, Marking, Script, SeatEvent
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import AttemptState, MarkingRole
from lsp.exams.rules.timing import Claim
from lsp.exams.services import rooms
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.results import exam_result, rely_on_result
from lsp.exams.services.sitting import save_answers
from lsp.exams.services.sitting.late import LateState, late_answers
from lsp.exams.services.sitting.saving import Fate
from lsp.roles import Role
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat

GRACE = timedelta(seconds=120)
#: The exam is an hour long; power is back 7 minutes after its end.
BACK = NOW + timedelta(minutes=67)


def closed(session, exam=None, **values):
    """A sitting with an essay and one choice answered, that the job has closed."""
    seat = make_seat(session, exam_session=exam, marker_id=make_person(session).id)
    answers = {1: {"choice": "b"}, 7: {"text": "Sebab humas."}}
    attempt = make_attempt(session, seat=seat, answers=answers, **values)
    close_overdue(session, now=BACK, grace=GRACE)
    assert attempt.state is AttemptState.CLOSED
    return attempt


def grant(session, attempt, *, room=False, **values):
    return rooms.grant_extra_time(
        session,
        **{
            "session_id": attempt.seat.session_id,
            "seat_id": None if room else attempt.seat_id,
            "minutes": 10,
            "reason": "Listrik padam",
            "once": uuid.uuid4(),
            "actor_id": make_person(session, Role.INVIGILATOR).id,
            "now": BACK,
            **values,
        },
    )


def newest_marks(session, attempt):
    query = sa.select(Mark).where(Mark.attempt_id == attempt.id).order_by(Mark.number)
    return {mark.position: (mark.number, mark.score) for mark in session.scalars(query)}


def test_time_opens_a_sitting_again_that_the_clock_ended(session):
    attempt = closed(session)
    assert grant(session, attempt).reopened == 1
    assert (attempt.state, attempt.ended_at, attempt.marked_at) == (AttemptState.OPEN, None, None)
    assert attempt.deadline == BACK + timedelta(minutes=10)
    assert attempt.seat.extra_minutes == 17
    events = {event.kind: event for event in session.scalars(sa.select(SeatEvent))}
    assert events["reopened"].detail["minutes"] == 10
    assert events["extra_time"].detail == {"minutes": 17, "granted": 10}
    assert {event.reason for event in events.values()} == {"Listrik padam"}
    entries = session.scalars(sa.select(AuditEntry.action)).all()
    assert entries == ["attempt.closed", "attempt.reopened", "seat.extra_time"]
    assert len(session.scalars(sa.select(Answer)).all()) == 2


def test_a_whole_room_goes_on_by_one_form_that_counts_once(session):
    exam = make_exam_session(session)
    attempts = [closed(session, exam) for _ in range(3)]
    going = make_attempt(session, seat=make_seat(session, exam_session=exam), started_at=BACK)
    once = uuid.uuid4()
    first = grant(session, attempts[0], room=True, once=once)
    assert (first.seats, first.reopened, first.closes_at) == (4, 3, None)
    again = grant(session, attempts[0], room=True, once=once)
    assert (again.seats, again.reopened) == (4, 0)
    assert {attempt.deadline for attempt in attempts} == {BACK + timedelta(minutes=10)}
    assert going.seat.extra_minutes == 10


def test_what_the_page_sent_when_the_time_was_up_is_opened_again_too(session):
    attempt = make_attempt(session)
    at = attempt.deadline + timedelta(seconds=3)
    person_id = attempt.seat.candidate_id
    submit_attempt(session, person_id=person_id, attempt_id=attempt.id, now=at, grace=GRACE)
    assert attempt.state is AttemptState.SUBMITTED
    assert grant(session, attempt).reopened == 1


def test_what_was_handed_in_before_stays_handed_in(session):
    exam = make_exam_session(session)
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam))
    person_id = attempt.seat.candidate_id
    submit_attempt(session, person_id=person_id, attempt_id=attempt.id, now=NOW, grace=GRACE)
    with pytest.raises(Refusal, match="sudah dikirim"):
        grant(session, attempt)
    with pytest.raises(Refusal, match="Tidak ada kursi"):
        grant(session, attempt, room=True)
    assert (attempt.state, attempt.seat.extra_minutes) == (AttemptState.SUBMITTED, 0)


def test_nothing_is_opened_again_once_somebody_marked_it_or_a_day_later(session):
    exam = make_exam_session(session)
    attempt, other = closed(session, exam), closed(session, exam)
    script = session.scalars(sa.select(Script).where(Script.attempt_id == attempt.id)).one()
    given = Marking(script_id=script.id, role=MarkingRole.FIRST, number=1, score=1, at=BACK)
    given.marker_id = attempt.seat.marker_id
    session.add(given)
    session.flush()
    with pytest.raises(Refusal, match="mulai dinilai"):
        grant(session, attempt)
    shown = rooms.ended_seats(session, exam, None, BACK, person_id=uuid.uuid4())
    assert {each.seat_id: each.guard is None for each in shown} == {
        attempt.seat_id: False,
        other.seat_id: True,
    }
    assert grant(session, attempt, room=True).reopened == 1
    assert attempt.state is AttemptState.CLOSED
    late = closed(session, make_exam_session(session, closes_at=NOW + timedelta(days=9)))
    with pytest.raises(Refusal, match="24 jam"):
        grant(session, late, now=BACK + timedelta(hours=25))


def test_the_new_end_marks_every_answer_exactly_once_more_where_it_changed(session):
    attempt = closed(session)
    before = newest_marks(session, attempt)
    assert before[1] == (1, 1)
    grant(session, attempt)
    assert session.scalars(sa.select(Script)).all() == []
    assert session.scalars(sa.select(MarkerTask)).all() == []
    answer = session.scalars(sa.select(Answer).where(Answer.position == 1)).one()
    answer.response = {"choice": "a"}
    close_overdue(session, now=BACK + timedelta(minutes=30), grace=GRACE)
    after = newest_marks(session, attempt)
    assert after == before | {1: (2, 0)}
    assert len(session.scalars(sa.select(Script)).all()) == 1
    assert len(session.scalars(sa.select(MarkerTask)).all()) == 1
    result = exam_result(session, attempt.seat_id)
    assert (result.state, result.unmarked) == ("ended", 1)


def test_the_close_of_the_session_moves_as_far_as_the_time_needs_it(session):
    exam = make_exam_session(session, closes_at=NOW + timedelta(minutes=62))
    attempt = closed(session, exam)
    with pytest.raises(Refusal, match="sudah ditutup"):
        grant(session, attempt)
    assert attempt.state is AttemptState.CLOSED
    granted = grant(session, attempt, move_close=True)
    assert granted.closes_at == exam.closes_at == BACK + timedelta(minutes=10)
    assert attempt.deadline == exam.closes_at
    exam.closes_at = BACK + timedelta(minutes=60)
    other = closed(session, exam)
    exam.closes_at = BACK + timedelta(minutes=5)
    with pytest.raises(Refusal, match="memotong"):
        grant(session, other)
    assert other.seat.extra_minutes == 0


def test_a_sitting_opened_in_a_paused_room_stands_and_goes_on_with_it(session):
    exam = make_exam_session(session, paused_at=BACK)
    attempt = closed(session, exam)
    grant(session, attempt)
    assert attempt.paused_at == BACK
    on = BACK + timedelta(minutes=20)
    said = {"reason": "Aman", "once": uuid.uuid4(), "actor_id": make_person(session).id}
    rooms.resume(session, session_id=exam.id, seat_id=None, now=on, **said)
    assert (attempt.paused_at, attempt.deadline) == (None, on + timedelta(minutes=10))


def handed_in(session, minute=20):
    """A sitting whose candidate pressed the button after so many minutes."""
    seat = make_seat(session, marker_id=make_person(session).id)
    attempt = make_attempt(session, seat=seat, answers={7: {"text": "Sebab humas."}})
    at = NOW + timedelta(minutes=minute)
    person_id = seat.candidate_id
    submit_attempt(session, person_id=person_id, attempt_id=attempt.id, now=at, grace=GRACE)
    assert attempt.state is AttemptState.SUBMITTED
    return attempt


def take_back(session, attempt, minute=25, **values):
    said = {"reason": "Keliru menekan Kirim", "once": uuid.uuid4()}
    return rooms.take_back(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        actor_id=make_person(session, Role.INVIGILATOR).id,
        now=NOW + timedelta(minutes=minute),
        **{**said, **values},
    )


def test_what_was_handed_in_by_mistake_goes_on_in_its_own_time(session):
    attempt = handed_in(session)
    with pytest.raises(Refusal, match="Isi alasan"):
        take_back(session, attempt, reason=" ")
    once = uuid.uuid4()
    assert take_back(session, attempt, once=once) == 1
    assert take_back(session, attempt, once=once) == 0
    assert (attempt.state, attempt.ended_at, attempt.marked_at) == (AttemptState.OPEN, None, None)
    assert attempt.deadline == NOW + timedelta(minutes=60)
    assert session.scalars(sa.select(Script)).all() == []
    event = session.scalars(sa.select(SeatEvent)).one()
    assert (event.kind, event.detail["minutes"]) == ("taken_back", 35)
    assert event.reason == "Keliru menekan Kirim"
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["attempt.submitted", "attempt.taken_back"]


def test_it_stays_handed_in_once_its_time_is_up_or_a_person_marked_it(session):
    attempt = handed_in(session)
    with pytest.raises(Refusal, match="selama waktunya masih ada"):
        take_back(session, attempt, minute=60)
    script = session.scalars(sa.select(Script)).one()
    given = Marking(script_id=script.id, role=MarkingRole.FIRST, number=1, score=1, at=NOW)
    given.marker_id = attempt.seat.marker_id
    session.add(given)
    session.flush()
    with pytest.raises(Refusal, match="mulai dinilai"):
        take_back(session, attempt)
    going = make_attempt(session)
    for other in (going, closed(session)):
        with pytest.raises(Refusal, match="dikirim asesi sendiri"):
            take_back(session, other)
    assert attempt.state is AttemptState.SUBMITTED


def test_it_stays_handed_in_once_a_recommendation_rests_on_it(session):
    attempt = handed_in(session)
    rely_on_result(session, attempt.seat_id, NOW + timedelta(minutes=22))
    with pytest.raises(Refusal, match="Minta manajer"):
        take_back(session, attempt)


#: Response to each question that a device had not sent in time.
UNSENT = {1: {"choice": "a"}, 3: {"value": True}, 7: {"text": "Sebab humas, dan lebih."}}


def bring(session, attempt, *chosen, minute, is_estimated=False):
    """The device sends (position, count, minute of the choice) when the network is back."""
    answers = [
        Arriving(
            position,
            SPAN + count,
            UNSENT[position],
            chosen_ms=at * 60_000,
            is_estimated=is_estimated,
        )
        for position, count, at in chosen
    ]
    saved = save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        answers=answers,
        now=NOW + timedelta(minutes=minute),
        grace=GRACE,
    )
    assert {each.fate for each in saved.answers} == {Fate.REFUSED}


def counting(session, attempt):
    rows = session.execute(
        sa.select(Answer.position, Answer.response).where(Answer.attempt_id == attempt.id)
    )
    return {row.position: row.response for row in rows}


def late(session, attempt, minute):
    return late_answers(session, attempt.seat.session, attempt, NOW + timedelta(minutes=minute))


def test_what_only_arrived_too_late_counts_again_with_the_sitting(session):
    attempt = closed(session, window=1)
    # Question 7 was chosen after the end: a person decides about it, as before.
    bring(session, attempt, (1, 8, 58), (3, 9, 59), (7, 10, 62), minute=66)
    once = uuid.uuid4()
    for _twice in range(2):
        grant(session, attempt, once=once)
    assert counting(session, attempt) == {
        1: {"choice": "a"},
        3: {"value": True},
        7: {"text": "Sebab humas."},
    }
    events = {event.kind: event for event in session.scalars(sa.select(SeatEvent))}
    assert events["late_counted"].detail == {"answers": 2, "reopened": True}
    assert events["late_counted"].reason == "Listrik padam"
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("attempt.late_counted") == 1
    found = {answer.position: answer for answer in late(session, attempt, 70).answers}
    assert [found[n].state for n in (1, 3, 7)] == [LateState.COUNTED] * 2 + [LateState.DOUBTFUL]
    # Its time was up when it was chosen and when it came, whatever was granted since then.
    assert (found[7].claim, found[7].late_by) == (Claim.AFTER, timedelta(minutes=6))


def test_an_answer_from_before_the_sitting_went_on_did_not_come_after_it_was_handed_in(session):
    attempt = closed(session, window=1)
    bring(session, attempt, (7, 10, 62), minute=66)
    grant(session, attempt)
    submit_attempt(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        now=NOW + timedelta(minutes=72),
        grace=GRACE,
    )
    assert attempt.state is AttemptState.SUBMITTED
    (answer,) = late(session, attempt, 73).answers
    assert (answer.after_own_end, answer.is_before_reopening) == (False, True)
    assert (answer.state, answer.late_by) == (LateState.DOUBTFUL, timedelta(minutes=6))


@pytest.mark.parametrize("by", ["time", "close"])
def test_a_sitting_whose_time_was_up_gets_its_answers_though_nobody_had_closed_it(session, by):
    closes_at = NOW + timedelta(minutes=40 if by == "close" else 600)
    exam = make_exam_session(session, closes_at=closes_at)
    attempt = make_attempt(session, seat=make_seat(session, exam_session=exam), window=1)
    attempt.deadline = min(attempt.deadline, exam.closes_at)
    bring(session, attempt, (3, 1, 39), (7, 2, 62), minute=66)
    said = {"reason": "Listrik padam", "once": uuid.uuid4(), "now": BACK}
    said["actor_id"] = make_person(session, Role.INVIGILATOR).id
    if by == "time":
        rooms.grant_extra_time(
            session, session_id=exam.id, seat_id=attempt.seat_id, minutes=10, **said
        )
    else:
        attempt.seat.extra_minutes = 20
        rooms.extend_close(session, session_id=exam.id, minutes=35, **said)
    assert attempt.deadline > BACK
    assert counting(session, attempt) == {3: {"value": True}}
    found = {answer.position: answer for answer in late(session, attempt, 68).answers}
    assert found[7].state is LateState.DOUBTFUL


def test_what_somebody_left_stays_so_when_the_sitting_goes_on(session):
    attempt = closed(session, window=1)
    bring(session, attempt, (3, 9, 59), minute=66)
    rooms.weigh_late(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        is_counted=False,
        seen=late(session, attempt, 66).seen,
        reason="Telepon dipakai",
        once=uuid.uuid4(),
        actor_id=make_person(session, Role.INVIGILATOR).id,
        now=BACK,
    )
    grant(session, attempt)
    assert 3 not in counting(session, attempt)


def test_what_came_after_the_candidates_own_end_does_not_count_by_taking_it_back(session):
    attempt = handed_in(session)
    attempt.window = 1
    bring(session, attempt, (3, 9, 19), minute=24)
    take_back(session, attempt)
    assert 3 not in counting(session, attempt)
    (answer,) = late(session, attempt, 26).answers
    assert (answer.state, answer.after_own_end) == (LateState.WAITING, True)


def test_what_is_only_estimated_to_be_in_time_waits_for_a_person(session):
    attempt = closed(session, window=1)
    bring(session, attempt, (1, 8, 58), minute=66)
    bring(session, attempt, (3, 9, 59), minute=66, is_estimated=True)
    exam, person_id = attempt.seat.session, make_person(session, Role.INVIGILATOR).id
    said = {"person_id": person_id}
    assert rooms.returning_answers(session, exam, None, BACK, **said) == 1
    assert rooms.returning_answers(session, exam, attempt.seat_id, BACK, **said) == 1
    grant(session, attempt)
    assert rooms.returning_answers(session, exam, None, BACK, **said) == 0
    assert 3 not in counting(session, attempt)
    found = late(session, attempt, 68)
    assert [each.state for each in found.answers if each.position == 3] == [LateState.WAITING]
    rooms.weigh_late(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        is_counted=True,
        seen=found.seen,
        reason="Terlihat di ruang",
        once=uuid.uuid4(),
        actor_id=person_id,
        now=NOW + timedelta(minutes=68),
    )
    assert counting(session, attempt)[3] == {"value": True}
    # One counts because the sitting went on, the other by somebody's decision.
    assert late(session, attempt, 69).returned == 1


def test_what_another_device_may_have_chosen_before_does_not_come_back_by_itself(session):
    attempt = closed(session, window=1)
    session.execute(
        sa.update(Answer).where(Answer.attempt_id == attempt.id).values(seq=2 * SPAN + 1)
    )
    attempt.window = 2
    bring(session, attempt, (1, 8, 58), minute=66)
    grant(session, attempt)
    assert counting(session, attempt)[1] == {"choice": "b"}
    (answer,) = late(session, attempt, 68).answers
    assert (answer.state, answer.may_be_older) == (LateState.DOUBTFUL, True)


def test_time_that_is_not_up_brings_no_answer_back_and_a_sitting_not_closed_yet_does(session):
    attempt = make_attempt(session, window=1)
    person_id = make_person(session, Role.INVIGILATOR).id
    bring(session, attempt, (3, 1, 39), minute=66)
    exam = attempt.seat.session
    early = NOW + timedelta(minutes=59)
    assert rooms.returning_answers(session, exam, None, early, person_id=person_id) == 0
    assert rooms.returning_answers(session, exam, None, BACK, person_id=person_id) == 1
