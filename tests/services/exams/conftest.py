"""Fixtures of the exam services: a database whose commits are real, for tests with threads."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from lsp.db import create_engine
from lsp.migrating import migrate


@pytest.fixture
def own_engine(engine: Engine, tmp_path) -> Iterator[Engine]:
    """An engine on a database of this test's own, thrown away after it."""
    if engine.dialect.name == "sqlite":
        own = create_engine(f"sqlite:///{tmp_path / 'own.sqlite3'}")
        migrate(own)
        yield own
        own.dispose()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CREATE DATABASE own"))
        own = create_engine(engine.url.set(database="own").render_as_string(hide_password=False))
        migrate(own)
        yield own
        own.dispose()
        connection.execute(sa.text("DROP DATABASE own"))
