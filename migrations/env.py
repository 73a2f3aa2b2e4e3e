"""Alembic's entry: runs the migrations on the connection it is handed (see ``lsp.migrating``)."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from lsp.db import ExactDecimal, UTCDateTime
from lsp.models import Base

JSON_TYPE = 'sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")'


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our column kinds as plain ones: a migration stands for itself for ever."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, ExactDecimal):
        return "sa.String()"
    if isinstance(item, sa.JSON):
        autogen_context.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return JSON_TYPE
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=context.config.attributes.get("batch", connection.dialect.name == "sqlite"),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
