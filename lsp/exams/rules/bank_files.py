"""The packaged bank: one question of a YAML file to a draft. The format: exams/bank/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.writing import Body, Draft
from lsp.texts import Refusal


class BadBank(ValueError):
    """A bank file cannot be loaded; the text names file, question and fault, for its writer."""


@dataclass(frozen=True)
class Entry:
    """A question of a bank file: its identifier and the number of its criterion, ``1.2``."""

    identifier: str
    criterion: str
    draft: Draft


def read_entry(entry: Mapping[str, Any]) -> Entry:
    """Check one question of a file. Raises BadBank saying what is missing or wrong."""
    name = entry.get("identifier") or "?"
    try:
        kind = ItemType(entry["type"])
        draft = Draft(
            type=kind,
            level=CognitiveLevel(entry["level"]),
            title=entry["title"].strip(),
            stem=entry["stem"].strip(),
            body=_body(kind, entry),
            max_score=Decimal(str(entry["max_score"])),
            rationale=(entry.get("rationale") or "").strip(),
            tags=tuple(entry.get("tags") or ()),
        )
        writing.check_draft(draft)
        return Entry(str(entry["identifier"]), str(entry["criterion"]), draft)
    except KeyError as missing:
        raise BadBank(f"{name}: {missing} is missing") from None
    except (Refusal, ValueError, TypeError, AttributeError, ArithmeticError) as fault:
        raise BadBank(f"{name}: {fault}") from None


def _body(kind: ItemType, entry: Mapping[str, Any]) -> Body:
    if kind in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        rows = [(row["text"], row["correct"]) for row in entry["choices"]]
        return writing.choices(rows, single=kind is ItemType.SINGLE_CHOICE)
    if kind is ItemType.TRUE_FALSE:
        return writing.true_false(entry["answer"])
    if kind is ItemType.SHORT_ANSWER:
        return writing.short_answer(
            [str(text) for text in entry["accepted"]],
            case_sensitive=bool(entry.get("case_sensitive")),
        )
    if kind is ItemType.NUMERICAL:
        return writing.numerical(entry["value"], entry.get("tolerance", 0), entry.get("unit") or "")
    if kind is ItemType.MATCHING:
        pairs = [(str(row["left"]), str(row["right"])) for row in entry["pairs"]]
        return writing.matching(pairs, [str(text) for text in entry.get("extra_right") or ()])
    return writing.essay(
        [(row["aspect"], Decimal(str(row["points"]))) for row in entry["rubric"]],
        entry["model_answer"].strip(),
        entry["max_words"],
        Decimal(str(entry["max_score"])),
    )
