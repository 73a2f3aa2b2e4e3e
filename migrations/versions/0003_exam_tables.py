"""Tables of a deeper exam: import, life of items, parallel papers, presence, marking, corrections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_markers",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Uuid(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stopped_at IS NULL OR stop_reason <> ''",
            name=op.f("ck_session_markers_stopped_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by_id IS NULL)",
            name=op.f("ck_session_markers_stopped_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["persons.id"], name=op.f("fk_session_markers_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_session_markers_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_session_markers_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["stopped_by_id"], ["persons.id"], name=op.f("fk_session_markers_stopped_by_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_markers")),
    )
    op.create_index(
        "uq_session_markers_head",
        "session_markers",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("is_head AND stopped_at IS NULL"),
        sqlite_where=sa.text("is_head AND stopped_at IS NULL"),
    )

    op.create_table(
        "import_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "saved",
                "dropped",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column(
            "not_carried",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "media",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("criterion_id", sa.Uuid(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "C1",
                "C2",
                "C3",
                "C4",
                "C5",
                "C6",
                name="cognitive_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'saved') = (saved_at IS NOT NULL)",
            name=op.f("ck_import_drafts_saved_at_when_saved"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["persons.id"], name=op.f("fk_import_drafts_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_import_drafts_criterion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_drafts")),
    )
    op.create_index(
        op.f("ix_import_drafts_created_by_id"), "import_drafts", ["created_by_id"], unique=False
    )

    op.create_table(
        "session_papers",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_session_papers_paper_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_session_papers_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_session_papers")),
        sa.UniqueConstraint(
            "session_id", "paper_id", name=op.f("uq_session_papers_session_id_paper_id")
        ),
    )
    op.create_table(
        "import_rows",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column(
            "read",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "obstacle",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "C1",
                "C2",
                "C3",
                "C4",
                "C5",
                "C6",
                name="cognitive_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_import_rows_criterion_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["import_drafts.id"], name=op.f("fk_import_rows_draft_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_import_rows_item_id")),
        sa.PrimaryKeyConstraint("draft_id", "position", name=op.f("pk_import_rows")),
    )
    op.create_table(
        "item_enemies",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("enemy_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("item_id < enemy_id", name=op.f("ck_item_enemies_pair_once")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["persons.id"], name=op.f("fk_item_enemies_created_by_id")
        ),
        sa.ForeignKeyConstraint(["enemy_id"], ["items.id"], name=op.f("fk_item_enemies_enemy_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_enemies_item_id")),
        sa.PrimaryKeyConstraint("item_id", "enemy_id", name=op.f("pk_item_enemies")),
    )
    op.create_table(
        "item_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_media_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_media")),
        sa.UniqueConstraint("item_id", "name", name=op.f("uq_item_media_item_id_name")),
    )
    op.create_table(
        "item_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "to",
            sa.Enum(
                "draft",
                "review",
                "pilot",
                "active",
                "restricted",
                "retired",
                name="item_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_item_moves_actor_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_moves_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_moves")),
    )
    op.create_index(op.f("ix_item_moves_item_id"), "item_moves", ["item_id"], unique=False)

    op.create_table(
        "key_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new_key",
                "full_points",
                "dropped",
                name="correction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "key",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'new_key') = (key IS NOT NULL)", name=op.f("ck_key_proposals_key_when_new")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)",
            name=op.f("ck_key_proposals_closed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["persons.id"], name=op.f("fk_key_proposals_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["persons.id"], name=op.f("fk_key_proposals_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["item_revisions.id"], name=op.f("fk_key_proposals_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_proposals")),
    )
    op.create_index(
        "ix_key_proposals_open",
        "key_proposals",
        ["revision_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "presences",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_presences_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_presences")),
    )
    op.create_table(
        "response_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_response_files_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_files")),
    )
    op.create_index(
        op.f("ix_response_files_attempt_id"), "response_files", ["attempt_id"], unique=False
    )

    op.create_table(
        "scripts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("max_score", sa.String(), nullable=False),
        sa.Column("is_double", sa.Boolean(), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "disputed",
                "settled",
                name="script_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL)",
            name=op.f("ck_scripts_settled_at_set_when_settled"),
        ),
        sa.CheckConstraint(
            "NOT (is_control AND is_double)", name=op.f("ck_scripts_control_is_not_double")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_scripts_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["item_revisions.id"], name=op.f("fk_scripts_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_scripts_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scripts")),
        sa.UniqueConstraint("attempt_id", "position", name=op.f("uq_scripts_attempt_id_position")),
    )
    op.create_index("ix_scripts_session_id", "scripts", ["session_id", "state"], unique=False)

    op.create_table(
        "key_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "new_key",
                "full_points",
                "dropped",
                name="correction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "key",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "old_kind",
            sa.Enum(
                "new_key",
                "full_points",
                "dropped",
                name="old_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "old_key",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'new_key') = (key IS NOT NULL)", name=op.f("ck_key_changes_key_when_new")
        ),
        sa.CheckConstraint("proposed_by_id <> actor_id", name=op.f("ck_key_changes_two_persons")),
        sa.ForeignKeyConstraint(["actor_id"], ["persons.id"], name=op.f("fk_key_changes_actor_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["key_proposals.id"], name=op.f("fk_key_changes_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["persons.id"], name=op.f("fk_key_changes_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["item_revisions.id"], name=op.f("fk_key_changes_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_changes")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_key_changes_proposal_id")),
        sa.UniqueConstraint(
            "revision_id", "number", name=op.f("uq_key_changes_revision_id_number")
        ),
    )
    op.create_table(
        "marker_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "first",
                "second",
                "third",
                "control",
                "agreed",
                name="marking_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("marker_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by_id", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["persons.id"], name=op.f("fk_marker_tasks_assigned_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["persons.id"], name=op.f("fk_marker_tasks_marker_id")
        ),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_marker_tasks_script_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_tasks")),
        sa.UniqueConstraint(
            "script_id", "marker_id", name=op.f("uq_marker_tasks_script_id_marker_id")
        ),
    )
    op.create_index(op.f("ix_marker_tasks_marker_id"), "marker_tasks", ["marker_id"], unique=False)
    op.create_index(
        "uq_marker_tasks_script_id_role",
        "marker_tasks",
        ["script_id", "role"],
        unique=True,
        postgresql_where=sa.text("role <> 'control'"),
        sqlite_where=sa.text("role <> 'control'"),
    )

    op.create_table(
        "markings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "first",
                "second",
                "third",
                "control",
                "agreed",
                name="marking_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.String(), nullable=False),
        sa.Column(
            "aspects",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["persons.id"], name=op.f("fk_markings_marker_id")),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name=op.f("fk_markings_script_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markings")),
        sa.UniqueConstraint(
            "script_id", "role", "number", name=op.f("uq_markings_script_id_role_number")
        ),
    )
    op.create_index(op.f("ix_markings_marker_id"), "markings", ["marker_id"], unique=False)

    op.create_table(
        "weighed_answers",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position", "seq"],
            ["answer_revisions.attempt_id", "answer_revisions.position", "answer_revisions.seq"],
            name=op.f("fk_weighed_answers_attempt_id_position_seq"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["seat_events.id"], name=op.f("fk_weighed_answers_event_id")
        ),
        sa.PrimaryKeyConstraint(
            "attempt_id", "position", "seq", "event_id", name=op.f("pk_weighed_answers")
        ),
    )
    op.create_table(
        "key_effects",
        sa.Column("key_change_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score_before", sa.String(), nullable=True),
        sa.Column("score_after", sa.String(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_score_before", sa.String(), nullable=False),
        sa.Column("unit_max_before", sa.String(), nullable=False),
        sa.Column(
            "outcome_before",
            sa.Enum(
                "competent",
                "not_yet",
                "undecided",
                name="outcome_before",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_score_after", sa.String(), nullable=False),
        sa.Column("unit_max_after", sa.String(), nullable=False),
        sa.Column(
            "outcome_after",
            sa.Enum(
                "competent",
                "not_yet",
                "undecided",
                name="outcome_after",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_key_effects_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_change_id"], ["key_changes.id"], name=op.f("fk_key_effects_key_change_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_key_effects_unit_id")),
        sa.PrimaryKeyConstraint("key_change_id", "attempt_id", name=op.f("pk_key_effects")),
    )
    op.create_index(op.f("ix_key_effects_attempt_id"), "key_effects", ["attempt_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_key_effects_attempt_id"), table_name="key_effects")

    op.drop_table("key_effects")
    op.drop_table("weighed_answers")
    op.drop_index(op.f("ix_markings_marker_id"), table_name="markings")

    op.drop_table("markings")
    op.drop_index(
        "uq_marker_tasks_script_id_role",
        table_name="marker_tasks",
        postgresql_where=sa.text("role <> 'control'"),
        sqlite_where=sa.text("role <> 'control'"),
    )
    op.drop_index(op.f("ix_marker_tasks_marker_id"), table_name="marker_tasks")

    op.drop_table("marker_tasks")
    op.drop_table("key_changes")
    op.drop_index("ix_scripts_session_id", table_name="scripts")

    op.drop_table("scripts")
    op.drop_index(op.f("ix_response_files_attempt_id"), table_name="response_files")

    op.drop_table("response_files")
    op.drop_table("presences")
    op.drop_index(
        "ix_key_proposals_open",
        table_name="key_proposals",
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )

    op.drop_table("key_proposals")
    op.drop_index(op.f("ix_item_moves_item_id"), table_name="item_moves")

    op.drop_table("item_moves")
    op.drop_table("item_media")
    op.drop_table("item_enemies")
    op.drop_table("import_rows")
    op.drop_table("session_papers")
    op.drop_index(op.f("ix_import_drafts_created_by_id"), table_name="import_drafts")

    op.drop_table("import_drafts")
    op.drop_index(
        "uq_session_markers_head",
        table_name="session_markers",
        postgresql_where=sa.text("is_head AND stopped_at IS NULL"),
        sqlite_where=sa.text("is_head AND stopped_at IS NULL"),
    )

    op.drop_table("session_markers")
