"""The yardstick: Flask and SQLAlchemy with one statement and a commit, and nothing else.

It runs on the product's engine, so a commit is as durable here as there. Served as
``bench.bare:app`` with ``DATABASE_URL`` in the environment.
"""

import os
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, redirect, request
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from lsp.db import JSONValue, UTCDateTime, create_engine, reading

#: The columns of the product's ``answers``, without its ties to other tables.
BARE_ANSWERS = sa.Table(
    "bare_answers",
    sa.MetaData(),
    sa.Column("attempt_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("response", JSONValue),
    sa.Column("is_doubtful", sa.Boolean, nullable=False),
    sa.Column("saved_at", UTCDateTime, nullable=False),
    sa.Column("is_late", sa.Boolean, nullable=False),
)
#: As much of ``attempts`` as a start cannot do without.
BARE_ATTEMPTS = sa.Table(
    "bare_attempts",
    BARE_ANSWERS.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("started_at", UTCDateTime, nullable=False),
)
#: As many bytes as a page of the exam has before it is compressed.
PAGE = "<p>Soal</p>\n" * 2000


def make_app(url: str) -> Flask:
    """The whole bare application."""
    app = Flask(__name__)
    engine = create_engine(url)
    dialect = {"sqlite": sqlite_dialect, "postgresql": postgresql}[engine.dialect.name]
    insert = dialect.insert(BARE_ANSWERS)
    newer = {name: insert.excluded[name] for name in ("seq", "response", "is_doubtful", "saved_at")}
    upsert = insert.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=newer)

    @app.post("/save/<uuid:attempt_id>")
    def save(attempt_id: uuid.UUID):
        answer = request.get_json()["answers"][0]
        values = {
            "attempt_id": attempt_id,
            "position": answer["position"],
            "seq": answer["seq"],
            "response": answer["response"],
            "is_doubtful": answer["doubtful"],
            "saved_at": datetime.now(UTC),
            "is_late": False,
        }
        with engine.begin() as connection:
            connection.execute(upsert, values)
        return {"answers": [{"seq": answer["seq"], "fate": "saved"}]}

    @app.post("/start/<uuid:attempt_id>")
    def start(attempt_id: uuid.UUID):
        values = {"id": attempt_id, "started_at": datetime.now(UTC)}
        with engine.begin() as connection:
            connection.execute(sa.insert(BARE_ATTEMPTS), values)
        return redirect(f"/page/{attempt_id}")

    one = sa.select(BARE_ATTEMPTS.c.started_at).where(BARE_ATTEMPTS.c.id == sa.bindparam("id"))

    @app.get("/page/<uuid:attempt_id>")
    def page(attempt_id: uuid.UUID):
        with reading(engine).connect() as connection:
            connection.execute(one, {"id": attempt_id}).one()
        return PAGE

    app.extensions["engine"] = engine
    return app


def __getattr__(name: str) -> Flask:
    """Make the application when the web server asks for it, not when the bench imports this."""
    if name == "app":
        return make_app(os.environ["DATABASE_URL"])
    raise AttributeError(name)
