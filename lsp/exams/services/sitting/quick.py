"""The quick way of an answer to the disk: a window key, one question, two rows, nothing else.

What an answer counts for is decided by the same functions as everywhere (``saving.judge``); only
the way to the database is shorter. The statements go to the driver as they are, and on PostgreSQL
question and rows are one statement.
"""

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.window_keys import WindowKey
from lsp.exams.services.questions import Question
from lsp.exams.services.sitting.saving import Delivery, Judged, SaveResult, judge, result_of
from lsp.exams.services.sitting.standing import OF_SESSION_LOCKED, Standing
from lsp.exams.services.sitting.writing import (
    ARRIVED,
    COUNTED,
    KEEP_ANSWER,
    KEEP_REVISION,
    KEPT,
    as_json,
    newest,
)
from lsp.straight import (
    Connection,
    as_sqlite_stores,
    moment,
    moment_or_none,
    postgresql_text,
    sqlite_text,
)
from lsp.texts import NotFound

#: Finds a paper's questions, in most cases without the database.
Papers = Callable[[uuid.UUID], Mapping[int, Question]]


def save_by_key(
    connection: Connection,
    delivery: Delivery,
    key: WindowKey,
    *,
    staff_needs_code: bool,
    papers: Papers,
) -> SaveResult:
    """Keep what a window sent and let the newest of each question count; as ``save_answers``.

    ``connection`` comes from ``lsp.straight``. Raises NotFound unless the key's sign-in session is
    open, its person holds ``exam.sit`` (with the one-time code, where ``staff_needs_code`` and the
    person is staff, too) and the sitting is theirs.
    """
    way = _on_sqlite if isinstance(connection, sqlite3.Connection) else _on_postgresql
    asked = {"token_hash": key.token_hash, "staff_needs_code": staff_needs_code}
    return way(connection, delivery, asked, papers)


# --- SQLite: a function call away, so several small statements in a transaction ----------------


_ASK = sqlite_text(OF_SESSION_LOCKED)
_KEEP_REVISION, _KEEP_ANSWER = sqlite_text(KEEP_REVISION), sqlite_text(KEEP_ANSWER)


def _on_sqlite(
    connection: Connection, delivery: Delivery, asked: dict[str, Any], papers: Papers
) -> SaveResult:
    about = {
        "attempt_id": as_sqlite_stores(delivery.attempt_id),
        "now": as_sqlite_stores(delivery.at),
    }
    row = connection.execute(_ASK, asked | about).fetchone()
    if row is None:
        raise NotFound
    stands = _read(row)
    judged = judge(delivery, stands, papers(stands.paper_id))
    as_stored = {"attempt_id": about["attempt_id"], "at": about["now"]}
    for values in judged.kept:
        connection.execute(_KEEP_REVISION, values | as_stored | _sqlite_response(values))
    written = {}
    for values in newest(judged.kept):
        changed = connection.execute(_KEEP_ANSWER, values | as_stored | _sqlite_response(values))
        if changed.fetchone() is not None:
            written[values["position"]] = values["seq"]
    return result_of(delivery, stands, judged, written)


def _sqlite_response(values: Mapping[str, Any]) -> dict[str, str | None]:
    response = values["response"]
    return {"response": None if response is None else json.dumps(response)}


# --- PostgreSQL: a journey away, so everything in one statement ---------------------------------

#: How sittings stood when last asked, as PostgreSQL writes it in JSON.
_remembered: dict[uuid.UUID, str] = {}
#: More than take part in any session at once.
_MOST_REMEMBERED = 2_000
#: Each turn but the last means that somebody changed this very sitting in that millisecond.
_MOST_TURNS = 5
#: Asks how the sitting stands, and writes only if that is as the process remembers it: then what
#: was decided before holds. The row is locked before anything is written, as everywhere.
_SAVE = f"""
    WITH standing AS MATERIALIZED ({postgresql_text(OF_SESSION_LOCKED)}),
    now_standing AS MATERIALIZED (SELECT to_jsonb(standing)::text AS told FROM standing),
    arrived AS (
        {ARRIVED}
        WHERE EXISTS (SELECT FROM now_standing WHERE told = %(remembered)s)
    ), kept AS ({KEPT}),
    counted AS ({COUNTED})
    SELECT told, (SELECT jsonb_object_agg(position, seq) FROM counted) FROM now_standing
"""  # noqa: S608 -- put together from our own constants


def _on_postgresql(
    connection: Connection, delivery: Delivery, asked: dict[str, Any], papers: Papers
) -> SaveResult:
    about = {"attempt_id": delivery.attempt_id, "now": delivery.at}
    remembered = _remembered.get(delivery.attempt_id)
    for _turn in range(_MOST_TURNS):
        judged = Judged([], [])
        if remembered is not None:
            stands = _read_json(remembered)
            judged = judge(delivery, stands, papers(stands.paper_id))
        sent = {"remembered": remembered, "answers": as_json(judged.kept)}
        row = connection.execute(_SAVE, asked | about | sent).fetchone()
        if row is None:
            raise NotFound
        told, written = row
        if told == remembered:
            numbers = {int(position): seq for position, seq in (written or {}).items()}
            return result_of(delivery, stands, judged, numbers)
        remembered = told
        _remember(delivery.attempt_id, told)
    raise RuntimeError("this sitting changes faster than an answer can be saved")


def _remember(attempt_id: uuid.UUID, told: str) -> None:
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[attempt_id] = told


def _read_json(told: str) -> Standing:
    values = json.loads(told)
    return _read([values[name] for name in Standing._fields])


# --- Both ----------------------------------------------------------------------------------------


def _read(row: Any) -> Standing:
    """How a sitting stands, from a row of plain texts and numbers in the order of ``Standing``."""
    paper_id, state, started_at, deadline, paused_at, pause_ends_at, window, *rest = row
    extra_minutes, closes_at, timezone, language = rest
    return Standing(
        uuid.UUID(paper_id),
        AttemptState(state),
        moment(started_at),
        moment(deadline),
        moment_or_none(paused_at),
        moment_or_none(pause_ends_at),
        window,
        extra_minutes,
        moment(closes_at),
        timezone,
        language,
    )
