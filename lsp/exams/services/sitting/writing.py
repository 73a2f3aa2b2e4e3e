"""The hot path's last step, in the words of each database: revisions and the answers that count."""

import json
from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from lsp.exams.models import Answer, AnswerRevision


def write(connection: sa.Connection, kept: list[dict[str, Any]]) -> dict[int, int]:
    """Keep every answer as a revision and the newest of each question as the one that counts.

    ``kept`` is in order (``journal.in_order``). Returns, for each question whose counting answer
    changed, the number it has now.
    """
    if not kept:
        return {}
    on = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    return {row.position: row.seq for row in on(connection, kept)}


#: Each statement is a journey to PostgreSQL and back, so it does everything in one. These are its
#: parts: the answers as rows, …
ARRIVED = """
    SELECT answer.* FROM jsonb_to_recordset(CAST(%(answers)s AS jsonb)) AS answer(
        attempt_id uuid, position integer, seq bigint, response jsonb, is_doubtful boolean,
        at timestamptz, chosen_ms bigint, seconds_left integer, via text, is_late boolean,
        is_refused boolean
    )"""
#: … each kept as a revision, …
KEPT = """
    INSERT INTO answer_revisions (
        attempt_id, position, seq, response, is_doubtful, received_at, chosen_ms, seconds_left,
        via, is_late, is_refused
    )
    SELECT
        attempt_id, position, seq, response, is_doubtful, at, chosen_ms, seconds_left, via,
        is_late, is_refused
    FROM arrived
    ON CONFLICT DO NOTHING"""
#: … and the newest of each question as the one that counts.
COUNTED = """
    INSERT INTO answers (attempt_id, position, seq, response, is_doubtful, saved_at, is_late)
    SELECT DISTINCT ON (position)
        attempt_id, position, seq, response, is_doubtful, at, is_late
    FROM arrived WHERE NOT is_refused
    ORDER BY position, seq DESC
    ON CONFLICT (attempt_id, position) DO UPDATE SET
        seq = excluded.seq, response = excluded.response, is_doubtful = excluded.is_doubtful,
        saved_at = excluded.saved_at, is_late = excluded.is_late
    WHERE excluded.seq > answers.seq
    RETURNING position, seq"""
_KEEP = f"WITH arrived AS ({ARRIVED}), kept AS ({KEPT}) {COUNTED}"


def as_json(kept: list[dict[str, Any]]) -> str:
    """Rows as ``ARRIVED`` reads them."""
    return json.dumps(kept, default=str)


def _on_postgresql(connection: sa.Connection, kept: list[dict[str, Any]]) -> Iterable[sa.Row[Any]]:
    return connection.exec_driver_sql(_KEEP, {"answers": as_json(kept)})


_answers = cast(sa.Table, Answer.__table__)
_revisions = cast(sa.Table, AnswerRevision.__table__)
_COLUMNS = ("attempt_id", "position", "seq", "response", "is_doubtful", "is_late")
_values: dict[str, sa.BindParameter[Any]] = {name: sa.bindparam(name) for name in _COLUMNS}
_OF_REVISION = ("chosen_ms", "seconds_left", "via", "is_refused")
KEEP_REVISION = (
    sqlite.insert(_revisions)
    .values(
        **_values,
        **{name: sa.bindparam(name) for name in _OF_REVISION},
        received_at=sa.bindparam("at"),
    )
    .on_conflict_do_nothing()
)
_answer = sqlite.insert(_answers).values(**_values, saved_at=sa.bindparam("at"))
_OVERWRITTEN = ("seq", "response", "is_doubtful", "saved_at", "is_late")
KEEP_ANSWER = _answer.on_conflict_do_update(
    index_elements=["attempt_id", "position"],
    set_={name: _answer.excluded[name] for name in _OVERWRITTEN},
    where=_answer.excluded.seq > _answers.c.seq,
).returning(_answers.c.position, _answers.c.seq)


def _on_sqlite(connection: sa.Connection, kept: list[dict[str, Any]]) -> Iterable[sa.Row[Any]]:
    connection.execute(KEEP_REVISION, kept)
    counting = newest(kept)
    return connection.execute(KEEP_ANSWER, counting) if counting else []


def newest(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest row of each question that counts."""
    # They are in order, so the last of a question is its newest.
    return list({row["position"]: row for row in kept if not row["is_refused"]}.values())
