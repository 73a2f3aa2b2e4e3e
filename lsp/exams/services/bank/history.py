"""The history of an item: its revisions, the steps of its life, the corrections of its keys."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.formats.own_points import own_points, points_of
from lsp.exams.models import Item, ItemMove, ItemRevision, KeyChange
from lsp.exams.rules import changes, wording
from lsp.exams.rules.items import RULES, in_plain_words
from lsp.exams.services.bank.moving import moves_of
from lsp.exams.services.browsing import names_of


@dataclass(frozen=True)
class Event:
    """Something that happened to an item: it was revised, took a step, or its key was corrected."""

    at: datetime
    #: Who did it, or confirmed it; empty for the system and the packaged bank.
    name: str
    #: Number of the revision written or corrected, or of the newest one when the step was taken.
    number: int
    #: The step, when it was one.
    move: ItemMove | None = None
    #: Parts the revision changed, in words marked for translation; empty for the first one.
    parts: tuple[str, ...] = ()
    #: File it was imported from, if any.
    file: str = ""
    #: The correction, when it was one, and who asked for it.
    change: KeyChange | None = None
    proposer: str = ""


def history_of(session: Session, item: Item) -> list[Event]:
    """All of it, newest first; three statements, with the item's revisions loaded."""
    moves, changes_ = moves_of(session, item.id), _corrections(session, item)
    people = {r.created_by_id for r in item.revisions} | {m.actor_id for m in moves}
    people |= {c.actor_id for c in changes_} | {c.proposed_by_id for c in changes_}
    names = names_of(session, people)
    events = [_written(item, place, names) for place in range(len(item.revisions))]
    events += [Event(m.at, _name(names, m.actor_id), m.revision, move=m) for m in moves]
    numbers = {revision.id: revision.number for revision in item.revisions}
    events += [
        Event(
            change.at,
            _name(names, change.actor_id),
            numbers[change.revision_id],
            change=change,
            proposer=_name(names, change.proposed_by_id),
        )
        for change in changes_
    ]
    # A step that a revision brought with it stands above it, a correction of the revision, too.
    return sorted(
        events, key=lambda e: (e.at, e.number, e.move is not None, bool(e.change)), reverse=True
    )


def _corrections(session: Session, item: Item) -> Sequence[KeyChange]:
    """Those of all its revisions, at most 200."""
    return session.scalars(
        sa.select(KeyChange)
        .where(KeyChange.revision_id.in_([revision.id for revision in item.revisions]))
        .order_by(KeyChange.at.desc(), KeyChange.number.desc())
        .limit(200)
    ).all()


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
    key = {name: value for name, value in revision.key.items() if name != "qti"}
    apart = {"key": key, "rules": revision.key.get("qti") or {}}
    return {
        part: apart[part] if part in apart else getattr(revision, part) for part in changes.PARTS
    }


def _name(names: Mapping[uuid.UUID, str], person_id: uuid.UUID | None) -> str:
    return names.get(person_id, "") if person_id else ""


def changes_in(item: Item, number: int) -> list[changes.Change]:
    """What a revision changed against the one before it, word by word; none for the first."""
    if number < 2:
        return []
    old, new = item.revisions[number - 2], item.revisions[number - 1]
    return changes.compare(_in_words(old), _in_words(new))


def _rules_in_words(revision: ItemRevision) -> str:
    """What the rules of a file give, a line each; empty without."""
    found = own_points(revision.type, revision.content, revision.key, revision.max_score)
    if found is None:
        return ""
    lines = [f"{case.what}: {points_of(case.points)}" for case in found.cases if case.is_quoted]
    lines = in_plain_words(revision.type, lines, revision.markup)
    bounds = [f"≥ {points_of(found.least)}"] if found.least is not None else []
    bounds += [f"≤ {points_of(found.most)}"] if found.most is not None else []
    return "\n".join([found.template, *lines, *bounds])


def _in_words(revision: ItemRevision) -> dict[str, str]:
    key = RULES[revision.type].describe_key(revision.content, revision.key)
    content = changes.content_lines(revision.content)
    return {
        "type": revision.type.value,
        "title": revision.title,
        "stem": wording.plain(revision.stem, revision.markup),
        "content": "\n".join(wording.plain(line, revision.markup) for line in content),
        "key": "\n".join(in_plain_words(revision.type, key, revision.markup)),
        "rules": _rules_in_words(revision),
        "max_score": f"{revision.max_score.normalize():f}",
        "rationale": wording.plain(revision.rationale, revision.markup),
    }
