"""An answer file loaded by an invigilator."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa

from lsp.audit import AuditEntry
from lsp.exams.models import Answer, AnswerRevision, Mark, Script, SeatEvent
from lsp.exams.rules.answer_files import file_key, signature
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.journal import SPAN, Via
from lsp.exams.rules.kinds import ScriptState
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from lsp.exams.services.marking.giving import Given, give_mark
from lsp.exams.services.results import exam_result
from lsp.exams.services.rooms import weigh_late
from lsp.exams.services.sitting import open_form, open_window
from lsp.exams.services.sitting.late import late_answers
from lsp.exams.services.sitting.loading import load_answer_file
from lsp.roles import Role
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt, make_exam_session, make_seat

SECRET = "a key for tests"
GRACE = timedelta(seconds=120)
HOUR = 3_600_000


@pytest.fixture
def attempt(session):
    return make_attempt(session, window=1)


@pytest.fixture
def invigilator(session):
    return make_person(session)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def answer(position, count, response, chosen_ms=1000):
    return {"position": position, "seq": SPAN + count, "response": response, "chosen_ms": chosen_ms}


def file(attempt, *answers, window=1):
    text = json.dumps(answers)
    key = file_key(SECRET, attempt.id, window)
    content = {"attempt": str(attempt.id), "window": window, "answers": text}
    return json.dumps({**content, "signature": signature(key, text)}).encode()


def load(session, attempt, content, actor, *, now=NOW, session_id=None):
    return load_answer_file(
        session,
        session_id=session_id or attempt.seat.session_id,
        content=content,
        actor_id=actor.id,
        now=now,
        secret=SECRET,
    )


def load_and_count(session, attempt, content, actor, *, now):
    """Load a file after the end and let its answers count."""
    load(session, attempt, content, actor, now=now)
    return weigh_late(
        session,
        session_id=attempt.seat.session_id,
        seat_id=attempt.seat_id,
        is_counted=True,
        seen=late_answers(session, attempt.seat.session, attempt, now).seen,
        reason="Jaringan ruang putus sejak pukul 09.40",
        once=uuid4(),
        actor_id=actor.id,
        now=now,
    )


def counting(session, attempt):
    rows = session.execute(
        sa.select(Answer.position, Answer.response).where(Answer.attempt_id == attempt.id)
    )
    return {row.position: row.response for row in rows}


def test_in_time_a_file_counts_like_the_network_and_twice_changes_nothing(
    session, attempt, invigilator
):
    content = file(attempt, answer(1, 0, {"choice": "a"}), answer(1, 1, {"choice": "b"}))
    result = load(session, attempt, content, invigilator)
    assert (result.counted, result.older, result.waiting) == (1, 1, 0)
    assert result.candidate_name == attempt.seat.candidate.full_name
    assert counting(session, attempt) == {1: {"choice": "b"}}
    again = load(session, attempt, content, invigilator)
    assert (again.counted, again.known) == (0, 2)
    assert session.scalars(sa.select(AnswerRevision.via)).all() == ["file", "file"]
    assert session.scalars(sa.select(SeatEvent.kind)).all() == ["answer_file"]


def test_after_the_end_answers_wait_for_a_decision_and_are_then_counted_and_marked(
    session, attempt, invigilator
):
    close_overdue(session, now=at(63), grace=GRACE)
    content = file(attempt, answer(1, 0, {"choice": "b"}))
    # The same file once more changes nothing: it still waits.
    for minute in (70, 71):
        result = load(session, attempt, content, invigilator, now=at(minute))
        assert (result.counted, result.waiting) == (0, 1)
    assert counting(session, attempt) == {}
    (shown,) = late_answers(session, attempt.seat.session, attempt, at(72)).answers
    assert (shown.counting, shown.response) == (None, {"choice": "b"})
    assert (shown.via, shown.received_at) == (Via.FILE, at(70))
    assert load_and_count(session, attempt, content, invigilator, now=at(72)) == 1
    assert counting(session, attempt) == {1: {"choice": "b"}}
    marks = session.scalars(sa.select(Mark).where(Mark.position == 1).order_by(Mark.number)).all()
    assert [mark.score for mark in marks] == [Decimal(0), Decimal(1)]
    assert load(session, attempt, content, invigilator, now=at(73)).known == 1
    kinds = session.scalars(sa.select(SeatEvent.kind).order_by(SeatEvent.at)).all()
    assert kinds == ["answer_file", "late_counted"]
    actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("attempt.answer_file_loaded") == 1


def test_a_file_signed_by_a_window_from_after_the_end_is_refused(session, attempt, invigilator):
    person = {"person_id": attempt.seat.candidate_id, "attempt_id": attempt.id}
    submit_attempt(session, **person, now=at(30), grace=GRACE)
    # No window opens any more, and a form keeps to the last one, above all it has said.
    assert open_window(session, **person) == 1
    assert open_form(session, **person) == (1, SPAN)
    assert open_form(session, **person) == (1, SPAN)
    forged = file(attempt, answer(3, SPAN, {"value": True}, 100), window=2)
    with pytest.raises(Refusal, match="tidak bisa dipercaya"):
        load(session, attempt, forged, invigilator, now=at(70))
    # Who was without network at the end holds the key of before.
    honest = file(attempt, answer(3, 1, {"value": True}, 100))
    assert load(session, attempt, honest, invigilator, now=at(70)).waiting == 1
    assert open_form(session, **person) == (1, SPAN + 2)


def test_what_the_browser_dates_after_the_deadline_waits_for_a_decision_of_its_own(
    session, attempt, invigilator
):
    close_overdue(session, now=at(63), grace=GRACE)
    late = [answer(1, 0, {"choice": "b"}, HOUR + 1), answer(3, 1, {"value": True}, None)]
    result = load(session, attempt, file(attempt, *late), invigilator, now=at(70))
    assert (result.counted, result.waiting, result.late) == (0, 0, 2)
    assert counting(session, attempt) == {}
    again = load(session, attempt, file(attempt, *late), invigilator, now=at(71))
    assert (again.late, again.known) == (2, 0)
    assert load_and_count(session, attempt, file(attempt, *late), invigilator, now=at(72)) == 2
    assert counting(session, attempt) == {1: {"choice": "b"}, 3: {"value": True}}


def test_a_newer_answer_that_arrived_stays(session, attempt, invigilator):
    session.add(
        Answer(attempt_id=attempt.id, position=1, seq=SPAN + 9, response=None, saved_at=NOW)
    )
    session.flush()
    result = load(session, attempt, file(attempt, answer(1, 0, {"choice": "b"})), invigilator)
    assert (result.counted, result.older) == (0, 1)
    assert counting(session, attempt) == {1: None}


def test_what_is_no_answer_to_this_paper_is_counted_as_such(session, attempt, invigilator):
    content = file(attempt, answer(99, 0, {"choice": "b"}), answer(1, 1, {"choice": "z"}))
    assert load(session, attempt, content, invigilator).invalid == 2


def test_a_file_of_another_session_is_refused(session, attempt, invigilator):
    other = make_exam_session(session)
    content = file(attempt, answer(1, 0, {"choice": "b"}))
    with pytest.raises(Refusal, match="sesi ujian lain"):
        load(session, attempt, content, invigilator, session_id=other.id)


def test_a_changed_file_is_refused(session, attempt, invigilator):
    content = file(attempt, answer(1, 0, {"choice": "b"})).replace(b"choice", b"text12")
    for broken in (content, b"", b"PNG", b"{}"):
        with pytest.raises(Refusal, match="bukan berkas jawaban"):
            load(session, attempt, broken, invigilator)
    assert counting(session, attempt) == {}


def test_an_answer_that_only_arrives_again_keeps_the_mark_a_person_gave(session, invigilator):
    marker = make_person(session, Role.ASSESSOR)
    seat = make_seat(session, marker=marker)
    attempt = make_attempt(session, seat=seat, window=1, answers={7: {"text": "Esai"}})
    close_overdue(session, now=at(63), grace=GRACE)
    script = session.scalars(sa.select(Script).where(Script.attempt_id == attempt.id)).one()
    given = Given([Decimal(4)])
    give_mark(session, script_id=script.id, marker_id=marker.id, given=given, now=at(64))
    content = file(attempt, answer(7, 0, {"text": "Esai"}))
    load_and_count(session, attempt, content, invigilator, now=at(70))
    assert script.state is ScriptState.SETTLED
    assert len(session.scalars(sa.select(Mark).where(Mark.position == 7)).all()) == 1
    assert attempt.marked_at == at(64)
    # Another text is another answer: it goes back to its marker.
    content = file(attempt, answer(7, 1, {"text": "Esai lain"}))
    load_and_count(session, attempt, content, invigilator, now=at(71))
    assert script.state is ScriptState.OPEN
    assert attempt.marked_at is None
    assert exam_result(session, attempt.seat_id).unmarked == 1


@pytest.mark.parametrize(
    ("wanted", "score"),
    [
        (Wanted(Correction.NEW_KEY, {"correct": ["a"]}), 1),
        (Wanted(Correction.FULL_POINTS), 1),
        (Wanted(Correction.NEW_KEY, {"correct": ["c"]}), 0),
    ],
)
def test_a_file_is_marked_by_the_corrected_key(session, attempt, invigilator, wanted, score):
    close_overdue(session, now=at(63), grace=GRACE)
    question = attempt.paper.questions[0]
    people = [make_person(session) for _ in range(2)]
    proposal = propose_correction(
        session,
        question.revision,
        wanted=wanted,
        reason="Salah",
        actor_id=people[0].id,
        now=at(64),
    )
    confirm_correction(session, proposal.id, actor_id=people[1].id, now=at(65))
    content = file(attempt, answer(1, 0, {"choice": "a"}))
    load_and_count(session, attempt, content, invigilator, now=at(70))
    newest = session.scalars(
        sa.select(Mark).where(Mark.position == 1).order_by(Mark.number.desc())
    ).first()
    assert newest.score == score
    assert newest.key_change_id is not None
