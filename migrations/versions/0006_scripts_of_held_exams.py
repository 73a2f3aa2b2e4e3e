"""Give the essays of exams already held to their markers in the new way.

Until now an essay was marked on the attempt itself by the assessor of its seat. From here on each
is a script with a marker's task; what was given already stands as that marker's marking.
Downgrading empties the three tables: the marks themselves were never moved.
"""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: Answered essays of attempts that have ended, with the newest mark a person gave.
ESSAYS = """
SELECT seats.session_id, seats.marker_id AS seat_marker_id, seats.candidate_id,
       attempts.id AS attempt_id, attempts.ended_at, question.position, question.revision_id,
       question.max_score, mark.marker_id, mark.score, mark.comment, mark.at
FROM attempts
JOIN seats ON seats.id = attempts.seat_id
JOIN paper_questions AS question ON question.paper_id = attempts.paper_id
JOIN item_revisions AS revision ON revision.id = question.revision_id AND revision.type = 'essay'
JOIN answers ON answers.attempt_id = attempts.id AND answers.position = question.position
     AND answers.response IS NOT NULL
LEFT JOIN marks AS mark ON mark.attempt_id = attempts.id AND mark.position = question.position
     AND mark.number = (SELECT max(newest.number) FROM marks AS newest
                        WHERE newest.attempt_id = mark.attempt_id
                        AND newest.position = mark.position)
WHERE attempts.state <> 'open'
"""
SCRIPT = """
INSERT INTO scripts (id, session_id, attempt_id, position, revision_id, max_score, is_double,
                     is_control, state, opened_at, settled_at)
VALUES (:script_id, :session_id, :attempt_id, :position, :revision_id, :max_score, :no, :no,
        :state, :ended_at, :settled_at)
"""
TASK = """
INSERT INTO marker_tasks (id, script_id, role, marker_id, assigned_at, done_at)
VALUES (:task_id, :script_id, 'first', :marker_id, :ended_at, :settled_at)
"""
MARKING = """
INSERT INTO markings (id, script_id, role, number, marker_id, score, aspects, comment, notes, at)
VALUES (:marking_id, :script_id, 'first', 1, :marker_id, :score, '[]', :comment, '', :settled_at)
"""


def as_script(row: Any) -> dict[str, Any]:
    """What the three tables get for one essay."""
    is_marked = row.marker_id is not None
    own = row.seat_marker_id if row.seat_marker_id != row.candidate_id else None
    return {
        **row._mapping,
        "script_id": uuid.uuid4().hex,
        "task_id": uuid.uuid4().hex,
        "marking_id": uuid.uuid4().hex,
        "no": False,
        "state": "settled" if is_marked else "open",
        "settled_at": row.at if is_marked else None,
        "marker_id": row.marker_id or own,
    }


def upgrade() -> None:
    connection = op.get_bind()
    essays = [as_script(row) for row in connection.execute(sa.text(ESSAYS))]
    for statement, rows in (
        (SCRIPT, essays),
        (TASK, [essay for essay in essays if essay["marker_id"]]),
        (MARKING, [essay for essay in essays if essay["settled_at"]]),
    ):
        if rows:
            connection.execute(sa.text(statement), rows)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE markings DISABLE TRIGGER markings_append_only")
    else:
        op.execute("DROP TRIGGER markings_no_delete")
    op.execute("DELETE FROM markings")
    op.execute("DELETE FROM marker_tasks")
    op.execute("DELETE FROM scripts")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE markings ENABLE TRIGGER markings_append_only")
    else:
        op.execute(
            "CREATE TRIGGER markings_no_delete BEFORE DELETE ON markings "
            "BEGIN SELECT RAISE(ABORT, 'markings is append-only'); END"
        )
