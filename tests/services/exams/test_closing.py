from datetime import timedelta

import pytest
import sqlalchemy as sa

from lsp.audit import AuditEntry
from lsp.exams.models import Answer, Mark
from lsp.exams.rules.journal import SPAN, Arriving
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.closing import close_if_overdue, close_overdue, submit_attempt
from lsp.exams.services.sitting import Fate, open_window, save_answers, start_attempt
from lsp.texts import NotFound
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_exam_session, make_seat

GRACE = timedelta(seconds=120)


def begin(session, exam_session=None):
    seat = make_seat(session, exam_session=exam_session)
    attempt = start_attempt(
        session, person_id=seat.candidate_id, seat_id=seat.id, token="HUMAS", now=NOW
    )
    open_window(session, person_id=seat.candidate_id, attempt_id=attempt.id)
    answer(session, attempt, 0, "b")
    return attempt


def answer(session, attempt, count, letter, now=NOW):
    result = save_answers(
        session,
        person_id=attempt.seat.candidate_id,
        attempt_id=attempt.id,
        window=1,
        answers=[Arriving(1, SPAN + count, {"choice": letter})],
        now=now,
        grace=GRACE,
    )
    return result.answers[0].fate


def submit(session, attempt, now=NOW, person_id=None):
    return submit_attempt(
        session,
        person_id=person_id or attempt.seat.candidate_id,
        attempt_id=attempt.id,
        now=now,
        grace=GRACE,
    )


def endings(session):
    return session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject_type == "attempt")
    ).all()


def test_submitting_ends_the_sitting_and_marks_what_the_key_decides(session):
    attempt = submit(session, begin(session))
    assert (attempt.state, attempt.ended_at) == (AttemptState.SUBMITTED, NOW)
    marks = session.scalars(sa.select(Mark).where(Mark.attempt_id == attempt.id)).all()
    assert {mark.position: str(mark.score) for mark in marks}[1] == "1"
    assert endings(session) == ["attempt.submitted"]


def test_submitting_twice_ends_it_once(session):
    attempt = submit(session, begin(session))
    again = submit(session, attempt, now=NOW + timedelta(minutes=1))
    assert again.ended_at == NOW
    assert endings(session) == ["attempt.submitted"]


def test_nothing_counts_after_submission(session):
    attempt = submit(session, begin(session))
    assert answer(session, attempt, 1, "c") is Fate.REFUSED
    assert session.scalars(sa.select(Answer.response)).all() == [{"choice": "b"}]


def test_submitting_after_the_grace_closes_it_at_the_deadline(session):
    attempt = begin(session)
    submit(session, attempt, now=attempt.deadline + GRACE + timedelta(seconds=1))
    assert (attempt.state, attempt.ended_at) == (AttemptState.CLOSED, attempt.deadline)


def test_another_persons_sitting_cannot_be_submitted(session):
    attempt = begin(session)
    with pytest.raises(NotFound):
        submit(session, attempt, person_id=make_person(session).id)
    assert attempt.state is AttemptState.OPEN


def test_the_job_closes_overdue_sittings_with_their_answers_and_no_others(session):
    short = begin(session, make_exam_session(session, length_minutes=30))
    long = begin(session)
    assert close_overdue(session, now=short.deadline + GRACE, grace=GRACE) == 0
    now = short.deadline + GRACE + timedelta(seconds=1)
    assert close_overdue(session, now=now, grace=GRACE) == 1
    assert (short.state, short.ended_at) == (AttemptState.CLOSED, short.deadline)
    assert long.state is AttemptState.OPEN
    marks = session.scalars(sa.select(Mark).where(Mark.attempt_id == short.id)).all()
    assert str(next(mark for mark in marks if mark.position == 1).score) == "1"
    assert endings(session) == ["attempt.closed"]
    assert close_overdue(session, now=now, grace=GRACE) == 0


def test_one_sitting_is_closed_only_when_it_is_overdue(session):
    attempt = begin(session)
    late = attempt.deadline + GRACE + timedelta(seconds=1)
    assert not close_if_overdue(session, attempt.id, now=attempt.deadline + GRACE, grace=GRACE)
    assert close_if_overdue(session, attempt.id, now=late, grace=GRACE)
    assert not close_if_overdue(session, attempt.id, now=late, grace=GRACE)
