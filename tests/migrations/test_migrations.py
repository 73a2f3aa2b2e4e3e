"""The migrations make exactly the tables of the models, and go up and down, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from lsp import audit
from lsp.db import create_engine
from lsp.exams.models import AnswerRevision, Attempt, Mark, MarkerTask, Marking, Script
from lsp.exams.rules.kinds import ScriptState
from lsp.migrating import alembic_config, changing_tables, migrate
from lsp.models import Base
from tests.conftest import NOW, administer
from tests.factories.accounts import make_person
from tests.factories.exams import IN_PAPER, make_ended_attempt, make_seat

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
][::-1]


@pytest.fixture
def empty_engine(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    if engine.dialect.name == "sqlite":
        empty = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield empty
        empty.dispose()
        return
    administer(engine, "CREATE DATABASE empty")
    empty = create_engine(engine.url.set(database="empty").render_as_string(hide_password=False))
    yield empty
    empty.dispose()
    administer(engine, "DROP DATABASE empty")


def go(engine: Engine, revision: str, *, down: bool = False) -> None:
    with changing_tables(engine) as config:
        (downgrade if down else upgrade)(config, revision)


def test_models_equal_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def checks(engine: Engine) -> dict[str, set[str]]:
    """The checks of each table, as the database has them."""
    inspector = sa.inspect(engine)
    return {
        table: {check["name"] or "" for check in inspector.get_check_constraints(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_make_the_checks_of_the_models(engine: Engine, empty_engine: Engine) -> None:
    migrate(empty_engine)
    wanted = {
        table.name: {
            str(constraint.name)
            for constraint in table.constraints
            if isinstance(constraint, sa.CheckConstraint)
        }
        for table in Base.metadata.tables.values()
    }
    assert checks(empty_engine) == wanted


def hold_an_exam(session: Session) -> Attempt:
    """An exam handed in twenty minutes before its end, its essay marked by the seat's assessor."""
    assessor = make_person(session)
    attempt = make_ended_attempt(
        session,
        seat=make_seat(session, marker_id=assessor.id),
        deadline=NOW + timedelta(minutes=20),
    )
    position = len(IN_PAPER)
    for n in (1, position):
        session.add(AnswerRevision(attempt_id=attempt.id, position=n, seq=1, received_at=NOW))
    session.add(
        Mark(
            attempt_id=attempt.id,
            position=position,
            number=1,
            score=Decimal(3),
            max_score=Decimal(4),
            marker_id=assessor.id,
            comment="Runtut.",
            at=NOW,
        )
    )
    session.commit()
    return attempt


def test_every_revision_goes_up_and_down_with_an_exam_in_it(empty_engine: Engine) -> None:
    for revision in REVISIONS:
        go(empty_engine, revision)
    with Session(empty_engine) as session:
        hold_an_exam(session)
    for revision in reversed(REVISIONS):
        earlier = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
        go(empty_engine, earlier, down=True)
    assert set(sa.inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    migrate(empty_engine)


def test_an_exam_held_before_is_kept_by_the_deeper_one(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with Session(empty_engine) as session:
        attempt_id = hold_an_exam(session).id
    go(empty_engine, "0002", down=True)
    migrate(empty_engine)
    with Session(empty_engine) as session:
        attempt = session.get_one(Attempt, attempt_id)
        seat = attempt.seat
        assert [each.paper_id for each in seat.session.papers] == [seat.paper_id]
        assert seat.paper_id == attempt.paper_id
        assert attempt.accepted_at == attempt.started_at
        revisions = session.scalars(sa.select(AnswerRevision)).all()
        assert [each.seconds_left for each in revisions] == [20 * 60, 20 * 60]
        blueprint = seat.paper.blueprint
        assert blueprint.length == sum(row.minimum for row in blueprint.rows)
        script = session.scalars(sa.select(Script)).one()
        task = session.scalars(sa.select(MarkerTask)).one()
        marking = session.scalars(sa.select(Marking)).one()
        assert (script.attempt_id, script.position) == (attempt_id, len(IN_PAPER))
        assert script.state is ScriptState.SETTLED
        assert task.script_id == marking.script_id == script.id
        assert task.marker_id == marking.marker_id == seat.marker_id
        assert (task.done_at, marking.score, marking.comment) == (NOW, Decimal(3), "Runtut.")
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            session.execute(sa.text("UPDATE answer_revisions SET seq = 2"))


def test_records_of_what_happened_cannot_be_changed(session: Session) -> None:
    audit.record(session, action="a.b", subject_type="a", subject_id=1, actor_id=None, now=NOW)
    for statement in ("UPDATE audit_entries SET action = 'c.d'", "DELETE FROM audit_entries"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))
