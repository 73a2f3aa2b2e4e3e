"""The migrations make exactly the tables of the models, and go up and down, on both databases."""

from collections.abc import Iterator
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
from lsp.migrating import alembic_config, changing_tables, migrate
from lsp.models import Base
from tests.conftest import NOW, postgresql_server
from tests.factories.exams import make_seat

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
][::-1]


@pytest.fixture
def empty_engine(backend: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    if backend == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()
        return
    with postgresql_server() as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


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


def test_every_revision_goes_up_and_down_with_rows_in_it(empty_engine: Engine) -> None:
    for revision in REVISIONS:
        go(empty_engine, revision)
    with Session(empty_engine) as session:
        make_seat(session)
        session.commit()
    for revision in reversed(REVISIONS):
        earlier = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
        go(empty_engine, earlier, down=True)
    assert set(sa.inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    migrate(empty_engine)


def test_records_of_what_happened_cannot_be_changed(session: Session) -> None:
    audit.record(session, action="a.b", subject_type="a", subject_id=1, actor_id=None, now=NOW)
    for statement in ("UPDATE audit_entries SET action = 'c.d'", "DELETE FROM audit_entries"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(sa.text(statement))
