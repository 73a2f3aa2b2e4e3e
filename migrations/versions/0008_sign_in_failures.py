"""Wrong passwords are counted by account and network, in the database all processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = (["account", "at"], ["network", "at"], ["at"])


def upgrade() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    for columns in INDEXES:
        name = op.f(f"ix_sign_in_failures_{'_'.join(columns)}")
        op.create_index(name, "sign_in_failures", columns)


def downgrade() -> None:
    op.drop_table("sign_in_failures")
