"""Loading the questions that come with the product."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from importlib import resources

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from lsp.exams.models import Item
from lsp.exams.rules.bank_files import BadBank, Entry, read_entry
from lsp.exams.rules.kinds import ItemState
from lsp.exams.services.bank.reading import criteria_by_label
from lsp.exams.services.bank.writing import add_item


def load_bank(session: Session, *, now: datetime) -> int:
    """Load the packaged questions as active items; return how many were new.

    What is in the bank already stays as it is. Raises BadBank naming the file, the question and
    the fault, before anything is written.
    """
    criteria = criteria_by_label(session)
    known = set(session.scalars(sa.select(Item.identifier)))
    new = [placed for placed in _packaged(criteria) if placed[0].identifier not in known]
    for entry, criterion_id in new:
        item = add_item(
            session,
            identifier=entry.identifier,
            criterion_id=criterion_id,
            draft=entry.draft,
            state=ItemState.ACTIVE,
            writer_id=None,
            now=now,
        )
        item.facility = entry.facility
    session.flush()
    return len(new)


def _packaged(criteria: Mapping[tuple[str, str], uuid.UUID]) -> list[tuple[Entry, uuid.UUID]]:
    """Every question of the package with the criterion it measures."""
    folder = resources.files("lsp.exams") / "bank"
    found: dict[str, tuple[Entry, uuid.UUID]] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
        for raw in parsed["items"]:
            try:
                entry = read_entry(raw)
            except BadBank as fault:
                raise BadBank(f"{file.name}: {fault}") from None
            place = (str(parsed["unit"]), entry.criterion)
            if place not in criteria:
                raise BadBank(f"{file.name}: {entry.identifier}: no criterion {' '.join(place)}")
            if entry.identifier in found:
                raise BadBank(f"{file.name}: {entry.identifier} is there twice")
            found[entry.identifier] = (entry, criteria[place])
    return list(found.values())
