"""Turns what the rules' guards say into a refusal, and locks the row a move is made on."""

import uuid
from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import RoleGrant
from lsp.assessments.models import Application, Assessment
from lsp.assessments.rules.words import Words
from lsp.roles import Role
from lsp.texts import NotFound, Refusal

Row = TypeVar("Row", Application, Assessment)


class Unready(Refusal):
    """A move is not possible yet; ``unmet`` lists every condition that is missing."""

    def __init__(self, unmet: list[Words]) -> None:
        super().__init__(unmet[0].text, **unmet[0].values)
        self.unmet = unmet


def demand(*guards: Iterable[Words]) -> None:
    """Raise Unready with everything the guards found missing; do nothing when all is well."""
    unmet = [words for guard in guards for words in guard]
    if unmet:
        raise Unready(unmet)


def locked(session: Session, model: type[Row], row_id: uuid.UUID) -> Row:
    """The row, locked until the transaction ends, so that two moves never overlap.

    Raises NotFound for an unknown id.
    """
    row = session.scalars(
        sa.select(model)
        .where(model.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def holds_role(session: Session, person_id: uuid.UUID, role: Role) -> bool:
    """Whether a person holds a role at this moment."""
    return session.get(RoleGrant, (person_id, role)) is not None
