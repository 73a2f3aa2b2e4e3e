"""Keep since when a recommendation rests on an exam's marks, and who lets an answer be marked again.

Exams recommended on before this are relied on since their recommendation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RELIED_ON = """
UPDATE attempts SET relied_on_at = (
    SELECT assessments.recommended_at FROM assessments
    WHERE assessments.seat_id = attempts.seat_id)
"""


def upgrade() -> None:
    op.add_column("attempts", sa.Column("relied_on_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(RELIED_ON)
    op.create_table(
        "mark_reopenings",
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_mark_reopenings_for_a_reason")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["persons.id"], name=op.f("fk_mark_reopenings_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_mark_reopenings_script_id")
        ),
        sa.PrimaryKeyConstraint("script_id", "number", name=op.f("pk_mark_reopenings")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER mark_reopenings_append_only BEFORE UPDATE OR DELETE "
            "ON mark_reopenings FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER mark_reopenings_no_{verb.lower()} BEFORE {verb} ON mark_reopenings "
            "BEGIN SELECT RAISE(ABORT, 'mark_reopenings is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table("mark_reopenings")
    op.drop_column("attempts", "relied_on_at")
