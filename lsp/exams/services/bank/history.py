"""The history of an item: its revisions with what they changed, and the steps of its life."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lsp.exams.models import Item, ItemMove, ItemRevision
from lsp.exams.rules import changes, wording
from lsp.exams.rules.items import RULES, in_plain_words
from lsp.exams.services.bank.moving import moves_of
from lsp.exams.services.browsing import names_of


@dataclass(frozen=True)
class Event:
    """Something that happened to an item: a revision was written, or a step was taken."""

    at: datetime
    #: Who did it; empty for the system and the packaged bank.
    name: str
    #: Number of the revision written, or of the newest one when the step was taken.
    number: int
    #: The step, when it was one.
    move: ItemMove | None = None
    #: Parts the revision changed, in words marked for translation; empty for the first one.
    parts: tuple[str, ...] = ()
    #: File it was imported from, if any.
    file: str = ""


def history_of(session: Session, item: Item) -> list[Event]:
    """All of it, newest first; two statements, with the item's revisions loaded."""
    moves = moves_of(session, item.id)
    people = {r.created_by_id for r in item.revisions} | {m.actor_id for m in moves}
    names = names_of(session, people)
    events = [_written(item, place, names) for place in range(len(item.revisions))]
    events += [Event(m.at, _name(names, m.actor_id), m.revision, move=m) for m in moves]
    # A step that a revision brought with it stands above it.
    return sorted(events, key=lambda e: (e.at, e.number, e.move is not None), reverse=True)


def _written(item: Item, place: int, names: Mapping[uuid.UUID, str]) -> Event:
    revision = item.revisions[place]
    parts: list[str] = []
    if place:
        old, new = _parts(item.revisions[place - 1]), _parts(revision)
        parts = changes.changed_parts(old, new)
    return Event(
        revision.created_at,
        _name(names, revision.created_by_id),
        revision.number,
        parts=tuple(parts),
        file=str(revision.origin.get("file", "")),
    )


def _parts(revision: ItemRevision) -> dict[str, Any]:
    return {part: getattr(revision, part) for part in changes.PARTS}


def _name(names: Mapping[uuid.UUID, str], person_id: uuid.UUID | None) -> str:
    return names.get(person_id, "") if person_id else ""


def changes_in(item: Item, number: int) -> list[changes.Change]:
    """What a revision changed against the one before it, word by word; none for the first."""
    if number < 2:
        return []
    old, new = item.revisions[number - 2], item.revisions[number - 1]
    return changes.compare(_in_words(old), _in_words(new))


def _in_words(revision: ItemRevision) -> dict[str, str]:
    key = RULES[revision.type].describe_key(revision.content, revision.key)
    content = changes.content_lines(revision.content)
    return {
        "type": revision.type.value,
        "title": revision.title,
        "stem": wording.plain(revision.stem, revision.markup),
        "content": "\n".join(wording.plain(line, revision.markup) for line in content),
        "key": "\n".join(in_plain_words(revision.type, key, revision.markup)),
        "max_score": f"{revision.max_score.normalize():f}",
        "rationale": wording.plain(revision.rationale, revision.markup),
    }
