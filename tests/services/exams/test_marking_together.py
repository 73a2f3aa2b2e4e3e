"""Several markers at once: real connections, real commits, every mark set once."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, Mark, MarkerTask, Marking
from lsp.exams.rules.kinds import ItemType, MarkingRole
from lsp.exams.services import marking
from lsp.exams.services.marking import Given
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.exams import (
    make_ended_attempt,
    make_exam_session,
    make_paper,
    make_revision,
    make_seat,
)
from tests.services.exams.test_sitting_together import WORKERS, together


@pytest.fixture
def exam_id(own_engine):
    """A session marked twice, its four essays of one candidate spread over three markers."""
    with Session(own_engine) as session:
        revisions = [make_revision(session, type=ItemType.ESSAY) for _ in range(4)]
        exam = make_exam_session(
            session, paper=make_paper(session, revisions=revisions), double_marked_percent=100
        )
        attempt = make_ended_attempt(
            session,
            seat=make_seat(session, exam_session=exam),
            answers={n: {"text": "Jawaban"} for n in range(1, 5)},
        )
        marking.mark_attempt(session, attempt.id, NOW)
        staff = [make_person(session, Role.ASSESSOR) for _ in range(3)]
        marking.set_markers(
            session,
            session_id=exam.id,
            person_ids=[person.id for person in staff],
            head_id=None,
            actor_id=staff[0].id,
            now=NOW,
        )
        session.commit()
        return exam.id


def test_spreading_at_once_gives_each_duty_once(own_engine, exam_id):
    with Session(own_engine) as session:
        actor_id = make_person(session, Role.MANAGER).id
        session.commit()
    together(
        own_engine,
        lambda session, _: marking.distribute(
            session, session_id=exam_id, actor_id=actor_id, now=NOW
        ),
    )
    with Session(own_engine) as session:
        tasks = session.execute(sa.select(MarkerTask.script_id, MarkerTask.role)).all()
        assert len(tasks) == len(set(tasks)) == 8


@pytest.mark.parametrize("scores", [("3", "3.25"), ("1", "4")])
def test_marks_given_at_once_settle_every_answer_once(own_engine, exam_id, scores):
    with Session(own_engine) as session:
        marking.distribute(session, session_id=exam_id, actor_id=None, now=NOW)
        session.commit()
        tasks = session.execute(
            sa.select(MarkerTask.script_id, MarkerTask.marker_id, MarkerTask.role)
        ).all()
    score_of = dict(zip((MarkingRole.FIRST, MarkingRole.SECOND), scores, strict=True))

    def mark(session, number):
        task = tasks[number % len(tasks)]
        marking.give_mark(
            session,
            script_id=task.script_id,
            marker_id=task.marker_id,
            given=Given(aspects=[Decimal(score_of[task.role])], comment="Alasan"),
            now=NOW,
        )

    together(own_engine, mark)
    with Session(own_engine) as session:
        given = {
            (marking_.script_id, marking_.role): marking_.number
            for marking_ in session.scalars(sa.select(Marking))
        }
        done = {(t.script_id, t.role) for t in tasks[:WORKERS]}
        assert set(given) == done
        assert set(given.values()) == {1}
        both = {
            script_id for script_id, _ in done if {(script_id, role) for role in score_of} <= done
        }
        marks = session.scalars(sa.select(Mark)).all()
        thirds = session.scalars(
            sa.select(MarkerTask).where(MarkerTask.role == MarkingRole.THIRD)
        ).all()
        (attempt,) = session.scalars(sa.select(Attempt))
        if scores == ("1", "4"):
            assert (len(thirds), marks) == (len(both), [])
        else:
            assert sorted(mark.score for mark in marks) == [Decimal("3.125")] * len(both)
            assert (attempt.marked_at is not None) == (len(both) == 4)
        assert audit.verify(session).intact
