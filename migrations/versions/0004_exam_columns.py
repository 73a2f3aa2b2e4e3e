"""Columns of a deeper exam, with values for the exams already held.

A session's one paper becomes its first of several, and each seat names the paper it sits; a
blueprint's rows say from how many to how many questions. Downgrading keeps a session's first
paper, and refuses while an item, a row or a seat uses what the older program does not know.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
TIME = sa.DateTime(timezone=True)

OLD_TYPES = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "short_answer",
    "numerical",
    "matching",
    "essay",
)
TYPES = (
    *OLD_TYPES[:-1],
    "ordering",
    "gap_fill",
    "hotspot",
    "essay",
    "file_upload",
    "oral",
)
OLD_STATES = ("draft", "review", "active", "retired")
STATES = ("draft", "review", "pilot", "active", "restricted", "retired")
LEVELS = ("C1", "C2", "C3", "C4", "C5", "C6")

#: Columns without which a row cannot be, and what rows get that are there already.
FILLED: dict[str, list[tuple[str, sa.types.TypeEngine[Any], str]]] = {
    "answer_revisions": [("seconds_left", sa.Integer(), "0"), ("via", sa.String(), "script")],
    "attempts": [
        ("paused_seconds", sa.Integer(), "0"),
        ("break_seconds", sa.Integer(), "0"),
        ("accepted_at", TIME, "1970-01-01 00:00:00+00:00"),
    ],
    "blueprint_rows": [("minimum", sa.Integer(), "0")],
    "blueprints": [
        ("length", sa.Integer(), "0"),
        ("pilot_count", sa.Integer(), "0"),
        ("scoring", JSON, "{}"),
        ("pass_rule", JSON, "{}"),
        ("shuffles_questions", sa.Boolean(), "0"),
        ("shuffles_choices", sa.Boolean(), "0"),
    ],
    "exam_sessions": [
        ("seb", JSON, "{}"),
        ("double_marked_percent", sa.Integer(), "0"),
        ("marking_tolerance_percent", sa.Integer(), "20"),
    ],
    "item_revisions": [("origin", JSON, "{}"), ("markup", sa.String(40), "plain")],
    "paper_questions": [("counts", sa.Boolean(), "1")],
    "papers": [("number", sa.Integer(), "1"), ("scoring", JSON, "{}")],
    "seats": [
        ("time_percent", sa.Integer(), "100"),
        ("break_minutes", sa.Integer(), "0"),
        ("text_percent", sa.Integer(), "100"),
        ("helper", sa.String(), ""),
    ],
}

#: Columns that may stay empty.
EMPTY: dict[str, list[tuple[str, sa.types.TypeEngine[Any]]]] = {
    "attempts": [("paused_at", TIME), ("pause_ends_at", TIME), ("reopened_at", TIME)],
    "blueprint_rows": [
        ("element_id", sa.Uuid()),
        ("level", sa.String(40)),
        ("maximum", sa.Integer()),
    ],
    "blueprints": [("max_exposure", sa.Integer())],
    "exam_sessions": [("paused_at", TIME)],
    "items": [
        ("facility", sa.String()),
        ("discrimination", sa.Double()),
        ("location", sa.Double()),
    ],
    "marks": [("key_change_id", sa.Uuid())],
    # Filled below, and then required.
    "papers": [("batch_id", sa.Uuid())],
    "seats": [("paper_id", sa.Uuid())],
}
TABLES = sorted({*FILLED, *EMPTY})

#: Checks of single tables; foreign keys, unique rules and indexes stand in ``upgrade``.
CHECKS = {
    "attempts": [("only_a_pause_ends", "pause_ends_at IS NULL OR paused_at IS NOT NULL")],
    "blueprint_rows": [
        ("minimum_to_maximum", "minimum >= 0 AND (maximum IS NULL OR maximum >= minimum)"),
    ],
    "exam_sessions": [
        ("double_marked_is_percent", "double_marked_percent BETWEEN 0 AND 100"),
        ("tolerance_is_percent", "marking_tolerance_percent BETWEEN 0 AND 100"),
    ],
    "seats": [
        ("break_minutes_not_negative", "break_minutes >= 0"),
        ("text_percent_100_to_300", "text_percent BETWEEN 100 AND 300"),
        ("time_percent_100_to_400", "time_percent BETWEEN 100 AND 400"),
    ],
}
FOREIGN_KEYS = (
    ("blueprint_rows", "element_id", "elements"),
    ("marks", "key_change_id", "key_changes"),
    ("seats", "paper_id", "papers"),
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The check that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def set_words(table: str, name: str, column: str, values: tuple[str, ...], *, new: bool) -> None:
    """Give a column the words it may hold: replace its check, or add the first one."""
    with op.batch_alter_table(table) as batch:
        if not new:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), one_of(column, values))


def move_rows() -> None:
    """Say in the new columns what the old ones said."""
    for statement in (
        "INSERT INTO session_papers (session_id, number, paper_id)"
        " SELECT id, 1, paper_id FROM exam_sessions",
        "UPDATE seats SET paper_id = (SELECT paper_id FROM exam_sessions"
        " WHERE exam_sessions.id = seats.session_id)",
        "UPDATE papers SET batch_id = id",
        "UPDATE attempts SET accepted_at = started_at",
        "UPDATE blueprint_rows SET minimum = count, maximum = count",
        "UPDATE blueprints SET length = coalesce("
        "(SELECT sum(count) FROM blueprint_rows WHERE blueprint_id = blueprints.id), 0)",
    ):
        op.execute(statement)


def guard_again() -> None:
    """Give back the triggers of 0002 that went with the tables SQLite has rebuilt."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE answer_revisions ENABLE TRIGGER answer_revisions_append_only")
        return
    for table in ("answer_revisions", "marks"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


#: Seconds that were left when an answer came, by the deadline its attempt has.
SECONDS_LEFT = {
    "postgresql": """
        UPDATE answer_revisions SET seconds_left =
            greatest(0, ceil(extract(epoch FROM attempts.deadline - received_at)))
        FROM attempts WHERE attempts.id = attempt_id""",
    "sqlite": """
        UPDATE answer_revisions SET seconds_left =
            max(0, round((julianday(attempts.deadline) - julianday(received_at)) * 86400))
        FROM attempts WHERE attempts.id = attempt_id""",
}


def fill_seconds_left() -> None:
    """Write ``SECONDS_LEFT`` into records; ``guard_again`` puts back the guard taken off here."""
    database = op.get_bind().dialect.name
    if database == "postgresql":
        op.execute("ALTER TABLE answer_revisions DISABLE TRIGGER answer_revisions_append_only")
    else:
        op.execute("DROP TRIGGER answer_revisions_no_update")
    op.execute(SECONDS_LEFT[database])


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            for name, kind, value in FILLED.get(table, []):
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
            for name, kind in EMPTY.get(table, []):
                batch.add_column(sa.Column(name, kind, nullable=True))
    move_rows()
    fill_seconds_left()
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            for name, kind, _ in FILLED.get(table, []):
                batch.alter_column(name, existing_type=kind, server_default=None)
            for name, check in CHECKS.get(table, []):
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), check)
            for owner, name, target in FOREIGN_KEYS:
                if owner == table:
                    batch.create_foreign_key(op.f(f"fk_{table}_{name}"), target, [name], ["id"])
    with op.batch_alter_table("papers") as batch:
        batch.alter_column("batch_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint(op.f("uq_papers_batch_id_number"), ["batch_id", "number"])
    with op.batch_alter_table("seats") as batch:
        batch.alter_column("paper_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("exam_sessions") as batch:
        batch.drop_constraint(op.f("fk_exam_sessions_paper_id"), type_="foreignkey")
        batch.drop_column("paper_id")
    with op.batch_alter_table("blueprint_rows") as batch:
        batch.drop_constraint(op.f("ck_blueprint_rows_count_positive"), type_="check")
        batch.drop_column("count")
        batch.alter_column("unit_id", existing_type=sa.Uuid(), nullable=True)
    set_words("blueprint_rows", "cognitive_level", "level", LEVELS, new=True)
    set_words("blueprint_rows", "item_type", "type", TYPES, new=False)
    set_words("item_revisions", "item_type", "type", TYPES, new=False)
    set_words("item_revisions", "markup", "markup", ("plain", "html"), new=True)
    set_words("items", "item_state", "state", STATES, new=False)
    op.create_index(
        "ix_attempts_open",
        "attempts",
        ["deadline"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_answer_revisions_refused",
        "answer_revisions",
        ["attempt_id"],
        postgresql_where=sa.text("is_refused"),
        sqlite_where=sa.text("is_refused"),
    )
    guard_again()


def downgrade() -> None:
    op.drop_index("ix_answer_revisions_refused", table_name="answer_revisions")
    op.drop_index("ix_attempts_open", table_name="attempts")
    with op.batch_alter_table("blueprint_rows") as batch:
        batch.add_column(sa.Column("count", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("exam_sessions") as batch:
        batch.add_column(sa.Column("paper_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE blueprint_rows SET count = minimum WHERE minimum > 0")
    op.execute(
        "UPDATE exam_sessions SET paper_id = (SELECT paper_id FROM session_papers"
        " WHERE session_papers.session_id = exam_sessions.id AND number = 1)"
    )
    op.execute("DELETE FROM session_papers")
    with op.batch_alter_table("exam_sessions") as batch:
        batch.alter_column("paper_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key(op.f("fk_exam_sessions_paper_id"), "papers", ["paper_id"], ["id"])
    with op.batch_alter_table("blueprint_rows") as batch:
        batch.alter_column("count", existing_type=sa.Integer(), server_default=None)
        batch.create_check_constraint(op.f("ck_blueprint_rows_count_positive"), "count > 0")
        batch.alter_column("unit_id", existing_type=sa.Uuid(), nullable=False)
        batch.drop_constraint(op.f("ck_blueprint_rows_cognitive_level"), type_="check")
    with op.batch_alter_table("item_revisions") as batch:
        batch.drop_constraint(op.f("ck_item_revisions_markup"), type_="check")
    with op.batch_alter_table("papers") as batch:
        batch.drop_constraint(op.f("uq_papers_batch_id_number"), type_="unique")
    set_words("blueprint_rows", "item_type", "type", OLD_TYPES, new=False)
    set_words("item_revisions", "item_type", "type", OLD_TYPES, new=False)
    set_words("items", "item_state", "state", OLD_STATES, new=False)
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            for owner, name, _ in FOREIGN_KEYS:
                if owner == table:
                    batch.drop_constraint(op.f(f"fk_{table}_{name}"), type_="foreignkey")
            for name, _ in CHECKS.get(table, []):
                batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            for name, *_ in [*FILLED.get(table, []), *EMPTY.get(table, [])]:
                batch.drop_column(name)
    guard_again()
