"""Answers that came over the network when they could not count any more, and the decision."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa

from lsp.audit import AuditEntry
from lsp.exams.models import Answer, Mark, Presence, Script, SeatEvent, WeighedAnswer
from lsp.exams.rules.answer_files import file_key, signature
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import ScriptState
from lsp.exams.rules.timing import Claim
from lsp.exams.services import rooms
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from lsp.exams.services.marking.giving import Given, give_mark
from lsp.exams.services.results import exam_result
from lsp.exams.services.rooms.notes import session_notes
from lsp.exams.services.sitting import own_questions, save_answers
from lsp.exams.services.sitting.late import LateState, late_answers
from lsp.exams.services.sitting.loading import load_answer_file
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

GRACE = timedelta(seconds=120)
MINUTE = 60_000
SECRET = "a key for tests"


@pytest.fixture
def attempt(session):
    return make_attempt(session, window=1)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def send(session, attempt, *answers, now):
    """The candidate's browser sends (position, count, response, minute of the choice)."""
    arriving = [
        Arriving(position, SPAN + count, response, chosen_ms=minute and minute * MINUTE)
        for position, count, response, minute in answers
    ]
    return save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        answers=arriving,
        now=now,
        grace=GRACE,
    )


def closed(session, attempt, *answers, now=None):
    """The sitting is closed by the clock; then the browser comes back with these answers."""
    close_overdue(session, now=at(63), grace=GRACE)
    send(session, attempt, *answers, now=now or at(70))


def late(session, attempt, now=None):
    return late_answers(session, attempt.seat.session, attempt, now or at(71))


def weigh(session, attempt, *, count=True, **values):
    now = values.pop("now", at(72))
    return rooms.weigh_late(
        session,
        **{
            "session_id": attempt.seat.session_id,
            "seat_id": attempt.seat_id,
            "is_counted": count,
            "seen": late(session, attempt, now).seen,
            "reason": "Listrik padam 09.57",
            "once": uuid4(),
            "actor_id": make_person(session, Role.INVIGILATOR).id,
            "now": now,
            **values,
        },
    )


def counting(session, attempt):
    rows = session.execute(
        sa.select(Answer.position, Answer.response).where(Answer.attempt_id == attempt.id)
    )
    return {row.position: row.response for row in rows}


def kinds(session):
    return session.scalars(sa.select(SeatEvent.kind).order_by(SeatEvent.at)).all()


def test_what_comes_after_the_grace_waits_and_says_when_and_what_it_would_change(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    (answer,) = late(session, attempt).answers
    assert answer.state is LateState.WAITING
    assert (answer.position, answer.chosen_at) == (1, at(57))
    assert (answer.received_at, answer.late_by) == (at(70), timedelta(minutes=10))
    own = {q.position: q.number for q in own_questions(session, attempt.id, attempt.paper_id)}
    assert answer.number == own[1]
    assert (answer.response, answer.counting) == ({"choice": "b"}, None)


def test_counting_takes_the_newest_of_each_question_and_marks_it(session, attempt):
    closed(
        session,
        attempt,
        (1, 1, {"choice": "a"}, 56),
        (1, 2, {"choice": "b"}, 57),
        (3, 3, {"value": True}, 58),
    )
    assert late(session, attempt).waiting == 2
    assert weigh(session, attempt) == 2
    assert counting(session, attempt) == {1: {"choice": "b"}, 3: {"value": True}}
    marks = session.scalars(sa.select(Mark).where(Mark.position == 1).order_by(Mark.number)).all()
    assert [mark.score for mark in marks] == [Decimal(0), Decimal(1)]
    decided = late(session, attempt)
    assert {answer.state for answer in decided.answers} == {LateState.COUNTED}
    # It arrived when it arrived: the decision is no sign of life of the candidate's device.
    assert session.get(Answer, (attempt.id, 1)).saved_at == at(70)
    event = session.scalars(sa.select(SeatEvent)).one()
    assert (event.kind, event.reason, event.detail) == (
        "late_counted",
        "Listrik padam 09.57",
        {"answers": 2},
    )
    entry = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "attempt.late_counted")
    ).one()
    assert (entry.subject_id, entry.detail["answers"]) == (str(attempt.id), 2)


def test_leaving_changes_no_answer_and_may_be_thought_over(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    assert weigh(session, attempt, count=False) == 1
    assert counting(session, attempt) == {}
    assert [answer.state for answer in late(session, attempt).answers] == [LateState.LEFT]
    with pytest.raises(Refusal, match="Tidak ada jawaban terlambat"):
        weigh(session, attempt, count=False)
    assert weigh(session, attempt, now=at(80), reason="Banding diterima") == 1
    assert counting(session, attempt) == {1: {"choice": "b"}}
    assert kinds(session) == ["late_left", "late_counted"]
    with pytest.raises(Refusal, match="Tidak ada jawaban terlambat"):
        weigh(session, attempt, now=at(81))
    assert len(session.scalars(sa.select(WeighedAnswer)).all()) == 2


def test_a_form_sent_twice_decides_once(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    once, seen = uuid4(), late(session, attempt).seen
    assert weigh(session, attempt, once=once, seen=seen) == 1
    assert weigh(session, attempt, once=once, seen=seen) == 0
    assert kinds(session) == ["late_counted"]
    # The browser sends the same answers once more: nothing waits again.
    send(session, attempt, (1, 1, {"choice": "b"}, 57), now=at(75))
    assert late(session, attempt, at(76)).waiting == 0


def test_what_arrived_since_the_invigilator_looked_is_not_decided_with_the_rest(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    seen = late(session, attempt).seen
    send(session, attempt, (3, 2, {"value": True}, 58), now=at(71))
    with pytest.raises(Refusal, match="berubah"):
        weigh(session, attempt, seen=seen)
    assert counting(session, attempt) == {}
    assert weigh(session, attempt) == 2


def test_what_was_chosen_too_late_or_at_no_known_time_is_decided_by_itself(session, attempt):
    closed(
        session,
        attempt,
        (1, 1, {"choice": "a"}, 59),
        (1, 2, {"choice": "b"}, 61),
        (3, 3, None, None),
    )
    found = {answer.position: answer for answer in late(session, attempt).answers}
    assert [found[1].state, found[3].state] == [LateState.WAITING, LateState.DOUBTFUL]
    # Of question 1 the one that was chosen in time stands, though a later one came, too.
    assert (found[1].seq, found[3].chosen_at) == (SPAN + 1, None)
    assert weigh(session, attempt) == 1
    assert counting(session, attempt) == {1: {"choice": "a"}}
    doubtful = late(session, attempt)
    assert (doubtful.is_doubtful, doubtful.waiting) == (True, 2)
    assert [answer.claim for answer in doubtful.answers if answer.position == 1] == [Claim.AFTER]
    assert weigh(session, attempt, count=False, now=at(73)) == 2
    assert counting(session, attempt) == {1: {"choice": "a"}}
    # Thought over, as everything that was left.
    assert not late(session, attempt).waiting
    assert weigh(session, attempt, now=at(74), reason="Banding diterima") == 2
    assert counting(session, attempt) == {1: {"choice": "b"}, 3: None}
    details = session.scalars(sa.select(SeatEvent.detail).order_by(SeatEvent.at)).all()
    assert details == [{"answers": 1}, {"answers": 2, "doubtful": True}, {"answers": 2}]
    with pytest.raises(Refusal, match="Tidak ada jawaban terlambat"):
        weigh(session, attempt)


def test_a_clock_put_forward_costs_no_answer(session, attempt):
    """Its device dates the choice two hours after it arrived."""
    closed(session, attempt, (1, 1, {"choice": "b"}, 57 + 120))
    (answer,) = late(session, attempt).answers
    assert (answer.state, answer.claim) == (LateState.DOUBTFUL, Claim.IMPOSSIBLE)
    weigh(session, attempt)
    assert counting(session, attempt) == {1: {"choice": "b"}}


def test_of_what_was_left_the_answer_chosen_in_time_is_the_one_to_count(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "a"}, 59), (1, 2, {"choice": "b"}, 61))
    for minute in (72, 73):
        weigh(session, attempt, count=False, now=at(minute))
    weigh(session, attempt, now=at(74))
    assert counting(session, attempt) == {1: {"choice": "a"}}


def test_after_the_candidates_own_end_what_was_chosen_after_it_is_in_doubt(session, attempt):
    submit_attempt(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        now=at(30),
        grace=GRACE,
    )
    send(session, attempt, (1, 1, {"choice": "b"}, 29), (3, 2, {"value": True}, 31), now=at(33))
    found = {answer.position: answer for answer in late(session, attempt).answers}
    assert [found[1].state, found[3].state] == [LateState.WAITING, LateState.DOUBTFUL]
    assert found[1].late_by == timedelta(minutes=3)
    rooms.open_result(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        reason="Perangkat lama belum terkirim",
        once=uuid4(),
        actor_id=make_person(session, Role.MANAGER).id,
        now=at(71),
    )
    weigh(session, attempt)
    assert counting(session, attempt) == {1: {"choice": "b"}}


def test_an_answer_that_a_newer_one_replaced_is_nobodys_to_weigh(session, attempt):
    send(session, attempt, (1, 9, {"choice": "c"}, 50), now=at(50))
    closed(session, attempt, (1, 1, {"choice": "b"}, 40))
    assert late(session, attempt).answers == []


def without_window(session, attempt, response, *, now, count=1, minute=None):
    """Another device sends what was chosen on a page that no window had opened."""
    answer = Arriving(1, count, response, chosen_ms=minute and minute * MINUTE)
    return save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        answers=[answer],
        now=now,
        grace=GRACE,
    )


@pytest.mark.parametrize("minute", [None, 55])
def test_what_another_device_chose_without_a_window_is_weighed_and_may_replace_what_counts(
    session, attempt, minute
):
    send(session, attempt, (1, 1, {"choice": "b"}, 50), now=at(50))
    closed(session, attempt)
    without_window(session, attempt, {"choice": "c"}, now=at(70), minute=minute)
    found = late(session, attempt)
    (answer,) = found.answers
    assert (answer.state, answer.may_be_older) == (LateState.DOUBTFUL, True)
    assert (answer.response, answer.counting) == ({"choice": "c"}, {"choice": "b"})
    assert (found.may_replace, found.is_time_doubtful) == (True, minute is None)
    (view,) = rooms.room(session, attempt.seat.session, at(71)).seats
    assert view.late == 1
    exam = attempt.seat.session
    (noted,) = session_notes(session, exam, at(71), with_adjustments=False).seats
    assert noted.late.refused == 1
    assert weigh(session, attempt) == 1
    assert counting(session, attempt) == {1: {"choice": "c"}}
    marks = session.scalars(sa.select(Mark).where(Mark.position == 1).order_by(Mark.number)).all()
    assert [mark.score for mark in marks] == [Decimal(1), Decimal(0)]
    assert [each.state for each in late(session, attempt).answers] == [LateState.COUNTED]
    (view,) = rooms.room(session, attempt.seat.session, at(73)).seats
    assert view.late == 0


def test_what_another_device_chose_may_be_left(session, attempt):
    send(session, attempt, (1, 1, {"choice": "b"}, 50), now=at(50))
    closed(session, attempt)
    without_window(session, attempt, {"choice": "c"}, now=at(70))
    assert weigh(session, attempt, count=False) == 1
    assert counting(session, attempt) == {1: {"choice": "b"}}
    assert [each.state for each in late(session, attempt).answers] == [LateState.LEFT]


def test_what_an_older_window_had_not_sent_is_weighed_once_a_newer_one_was_saved(session, attempt):
    attempt.window = 2
    session.flush()
    send(session, attempt, (1, SPAN + 1, {"choice": "b"}, 50), now=at(50))
    closed(session, attempt, (1, 5, {"choice": "c"}, 55))
    (answer,) = late(session, attempt).answers
    assert (answer.state, answer.seq) == (LateState.DOUBTFUL, SPAN + 5)
    weigh(session, attempt)
    assert counting(session, attempt) == {1: {"choice": "c"}}


def test_of_two_windows_that_came_too_late_the_newer_counts_and_the_other_is_settled(
    session, attempt
):
    attempt.window = 2
    session.flush()
    closed(session, attempt, (1, 5, {"choice": "c"}, 55), (1, SPAN + 1, {"choice": "b"}, 56))
    weigh(session, attempt)
    assert counting(session, attempt) == {1: {"choice": "b"}}
    (answer,) = late(session, attempt).answers
    assert (answer.state, answer.seq) == (LateState.COUNTED, 2 * SPAN + 1)


def test_what_says_the_same_as_what_counts_is_nobodys_to_weigh(session, attempt):
    send(session, attempt, (1, 1, {"choice": "b"}, 50), now=at(50))
    closed(session, attempt)
    without_window(session, attempt, {"choice": "b"}, now=at(70))
    assert late(session, attempt).answers == []
    (view,) = rooms.room(session, attempt.seat.session, at(71)).seats
    assert view.late == 0


def test_what_was_older_and_came_in_time_is_not_late(session, attempt):
    send(session, attempt, (1, 1, {"choice": "b"}, 50), now=at(50))
    without_window(session, attempt, {"choice": "c"}, now=at(55))
    close_overdue(session, now=at(63), grace=GRACE)
    assert late(session, attempt).answers == []


def test_an_answer_given_after_the_sitting_went_on_replaces_what_had_waited(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "c"}, None))
    rooms.grant_extra_time(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        minutes=10,
        reason="Listrik padam",
        once=uuid4(),
        actor_id=make_person(session, Role.INVIGILATOR).id,
        now=at(72),
    )
    assert late(session, attempt, at(73)).waiting == 1
    attempt.window = 2
    session.flush()
    send(session, attempt, (1, SPAN + 1, {"choice": "b"}, 74), now=at(74))
    assert late(session, attempt, at(75)).answers == []


def test_a_file_that_brings_the_same_answers_waits_with_them(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    answer = {"position": 1, "seq": SPAN + 1, "response": {"choice": "b"}, "chosen_ms": 57 * MINUTE}
    text = json.dumps([answer])
    content = {"attempt": str(attempt.id), "window": 1, "answers": text}
    content["signature"] = signature(file_key(SECRET, attempt.id, 1), text)
    result = load_answer_file(
        session,
        session_id=attempt.seat.session_id,
        content=json.dumps(content).encode(),
        actor_id=make_person(session).id,
        now=at(72),
        secret=SECRET,
    )
    assert (result.waiting, result.known) == (1, 0)
    assert [answer.state for answer in late(session, attempt).answers] == [LateState.WAITING]


def test_a_mark_that_a_person_gave_stands_unless_the_answer_is_another(session):
    marker = make_person(session, Role.ASSESSOR)
    seat = make_seat(session, marker=marker)
    attempt = make_attempt(session, seat=seat, window=1, answers={7: {"text": "Esai"}})
    closed(session, attempt, (7, 1, {"text": "Esai"}, 57))
    script = session.scalars(sa.select(Script).where(Script.attempt_id == attempt.id)).one()
    give_mark(
        session, script_id=script.id, marker_id=marker.id, given=Given([Decimal(4)]), now=at(71)
    )
    weigh(session, attempt)
    assert script.state is ScriptState.SETTLED
    send(session, attempt, (7, 2, {"text": "Esai lain"}, 58), now=at(73))
    weigh(session, attempt, now=at(74))
    assert script.state is ScriptState.OPEN
    assert exam_result(session, attempt.seat_id).unmarked == 1


def test_what_counts_is_marked_by_the_corrected_key(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "a"}, 57))
    people = [make_person(session) for _ in range(2)]
    proposal = propose_correction(
        session,
        attempt.paper.questions[0].revision,
        wanted=Wanted(Correction.NEW_KEY, {"correct": ["a"]}),
        reason="Salah",
        actor_id=people[0].id,
        now=at(71),
    )
    confirm_correction(session, proposal.id, actor_id=people[1].id, now=at(71))
    weigh(session, attempt)
    newest = session.scalars(
        sa.select(Mark).where(Mark.position == 1).order_by(Mark.number.desc())
    ).first()
    assert newest.score == 1
    assert newest.key_change_id is not None


def test_a_decision_needs_a_reason_and_the_seats_own_room(session, attempt):
    closed(session, attempt, (1, 1, {"choice": "b"}, 57))
    with pytest.raises(Refusal, match="Isi alasan"):
        weigh(session, attempt, reason=" ")
    with pytest.raises(NotFound):
        weigh(session, attempt, session_id=make_exam_session(session).id)
    empty = make_seat(session)
    assert rooms.late_of_seat(session, empty.session, empty.id, NOW).answers == []
    with pytest.raises(Refusal, match="Tidak ada jawaban terlambat"):
        weigh(session, attempt, session_id=empty.session_id, seat_id=empty.id)
    assert counting(session, attempt) == {}


def test_the_room_counts_what_waits_and_no_longer_misses_it(session, attempt):
    exam = attempt.seat.session
    session.add(Presence(attempt_id=attempt.id, seen_at=at(56), queued=2))
    closed(session, attempt, (1, 1, {"choice": "b"}, 57), (3, 2, None, None))
    (view,) = rooms.room(session, exam, at(71)).seats
    assert (view.late, view.unsent) == (2, 0)
    for minute in (71, 72):
        weigh(session, attempt, count=False, now=at(minute))
    (view,) = rooms.room(session, exam, at(73)).seats
    assert (view.late, view.unsent) == (0, 0)


def test_a_room_of_late_answers_costs_as_much_as_one_without(session, statements):
    paper = make_paper(session, revisions=[make_revision(session)])
    exam = make_exam_session(session, paper=paper)
    attempts = [
        make_attempt(session, seat=make_seat(session, exam_session=exam), window=1)
        for _ in range(5)
    ]
    close_overdue(session, now=at(63), grace=GRACE)
    counts = []
    for each in (None, *attempts):
        if each is not None:
            send(session, each, (1, 1, {"choice": "b"}, 57), now=at(70))
        session.commit()
        rooms.room(session, exam, at(71))
        statements.clear()
        shown = rooms.room(session, exam, at(71))
        counts.append(len(statements))
    assert sum(view.late for view in shown.seats) == 5
    assert set(counts) == {3}
