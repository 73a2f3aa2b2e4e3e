"""A key is corrected while somebody hands in: real connections, and no attempt slips between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, KeyChange, Mark
from lsp.exams.rules.corrections import Correction
from lsp.exams.services.closing import submit_attempt
from lsp.exams.services.correcting import Wanted, confirm_correction, propose_correction
from lsp.texts import Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import make_attempt

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
