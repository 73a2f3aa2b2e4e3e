"""A key is corrected while somebody hands in: real connections, and no attempt slips between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, current_thread, main_thread
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, KeyChange, Mark
from lsp.exams.rules.corrections import Correction
from lsp.exams.services.closing import close_overdue, submit_attempt
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(own_engine):
    """An open attempt whose first answer is right by the new key only; a proposal; a manager."""
    with Session(own_engine, expire_on_commit=False) as session:
        attempt = make_attempt(session, answers={1: {"choice": "a"}})
        proposal = propose_correction(
            session,
            attempt.paper.questions[0].revision,
            wanted=Wanted(Correction.NEW_KEY, {"correct": ["a"]}),
            reason="Salah",
            actor_id=make_person(session).id,
            now=NOW,
        )
        manager = make_person(session)
        session.commit()
        return attempt.id, attempt.seat.candidate_id, proposal.id, manager.id


def hand_in(session, scene):
    attempt_id, person_id, _, _ = scene
    submit_attempt(
        session, person_id=person_id, attempt_id=attempt_id, now=NOW + MINUTE, grace=MINUTE
    )


def confirm(session, scene):
    _, _, proposal_id, manager_id = scene
    confirm_correction(session, proposal_id, actor_id=manager_id, now=NOW + MINUTE)


@pytest.mark.parametrize(("first", "second"), [(hand_in, confirm), (confirm, hand_in)])
def test_whoever_comes_first_the_new_key_counts(own_engine, scene, first, second):
    has_begun = Event()

    def begin_second():
        has_begun.wait(10)
        with Session(own_engine) as session:
            second(session, scene)
            session.commit()

    with ThreadPoolExecutor(1) as pool, Session(own_engine) as session:
        other = pool.submit(begin_second)
        first(session, scene)
        has_begun.set()
        # The other one is at work by now, or waits for this one's row; both are right.
        sleep(0.3)
        session.commit()
        other.result(30)
    with Session(own_engine) as session:
        newest = session.scalars(
            sa.select(Mark).where(Mark.position == 1).order_by(Mark.number.desc())
        ).first()
        assert newest.score == 1
        assert session.scalars(sa.select(Attempt.ended_at)).one() is not None


def test_two_managers_at_once_make_one_correction(own_engine, scene):
    def run(_):
        with Session(own_engine) as session:
            try:
                confirm(session, scene)
                session.commit()
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [False, False, True]
    with Session(own_engine) as session:
        assert session.scalars(sa.select(KeyChange.number)).all() == [1]


def test_a_correction_and_the_closing_of_many_never_wait_for_each_other(own_engine):
    if own_engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with Session(own_engine) as session:
        revision = make_revision(session)
        papers = sorted(
            (make_paper(session, revisions=[revision]) for _ in range(2)), key=lambda p: p.id
        )
        # The job closes the longest overdue first: on the paper that a correction takes last.
        for minutes, paper in enumerate(papers):
            seat = make_seat(session, exam_session=make_exam_session(session, paper=paper))
            attempt = make_attempt(session, seat=seat)
            attempt.deadline = NOW - timedelta(minutes=10 + minutes)
        proposal = propose_correction(
            session,
            revision,
            wanted=Wanted(Correction.FULL_POINTS),
            reason="Salah",
            actor_id=make_person(session).id,
            now=NOW,
        )
        manager = make_person(session)
        session.commit()
        proposal_id, manager_id = proposal.id, manager.id
    seen, has_begun = [], Event()

    def note(_conn, _cursor, statement, *_):
        if current_thread() is main_thread() and "FROM papers" in statement:
            seen.append(statement)
            if len(seen) == 2:
                has_begun.set()
                wait_for_a_lock(own_engine)

    def correct():
        has_begun.wait(10)
        with Session(own_engine) as session:
            confirm_correction(session, proposal_id, actor_id=manager_id, now=NOW)
            session.commit()

    sa.event.listen(own_engine, "before_cursor_execute", note)
    with ThreadPoolExecutor(1) as pool, Session(own_engine) as session:
        other = pool.submit(correct)
        assert close_overdue(session, now=NOW, grace=MINUTE) == 2
        session.commit()
        other.result(30)
    with Session(own_engine) as session:
        newest = {mark.attempt_id: mark.score for mark in session.scalars(sa.select(Mark))}
        assert sorted(newest.values()) == [1, 1]


def wait_for_a_lock(engine):
    """Return once somebody waits for a row, at the latest after ten seconds."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(100):
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        sleep(0.1)
