"""The packaged bank: one question of a YAML file to a draft. The format: exams/bank/README.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.measures import Measures, check_measures
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
    #: Share of the points its writer expects candidates to reach; None where nobody guessed.
    facility: Decimal | None = None


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
        guess = entry.get("facility")
        facility = None if guess is None else Decimal(str(guess))
        check_measures(Measures(facility, None, None))
        return Entry(str(entry["identifier"]), str(entry["criterion"]), draft, facility)
    except KeyError as missing:
        raise BadBank(f"{name}: {missing} is missing") from None
    except (Refusal, ValueError, TypeError, AttributeError, ArithmeticError) as fault:
        raise BadBank(f"{name}: {fault}") from None


def _body(kind: ItemType, entry: Mapping[str, Any]) -> Body:
    if kind in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        return _choices(entry, single=kind is ItemType.SINGLE_CHOICE)
    if kind is ItemType.TRUE_FALSE:
        return writing.true_false(entry["answer"])
    if kind is ItemType.SHORT_ANSWER:
        return _short_answer(entry)
    if kind is ItemType.NUMERICAL:
        return _numerical(entry)
    if kind is ItemType.MATCHING:
        pairs = [(str(row["left"]), str(row["right"])) for row in entry["pairs"]]
        return writing.matching(pairs, [str(text) for text in entry.get("extra_right") or ()])
    if kind is ItemType.ORDERING:
        return writing.ordering(
            [str(text) for text in entry["steps"]], exact=bool(entry.get("exact"))
        )
    if kind is ItemType.GAP_FILL:
        gaps = [(_gap(gap), Decimal(str(gap.get("weight", 1)))) for gap in entry["gaps"]]
        return writing.gap_fill(gaps, entry["stem"])
    if kind is ItemType.HOTSPOT:
        raise ValueError("a bank file carries no pictures; import the question from a package")
    return _for_person(kind, entry)


def _choices(entry: Mapping[str, Any], *, single: bool) -> Body:
    rows = [(str(row["text"]), row["correct"]) for row in entry["choices"]]
    return writing.choices(rows, single=single)


def _short_answer(entry: Mapping[str, Any]) -> Body:
    return writing.short_answer(
        [str(text) for text in entry["accepted"]],
        case_sensitive=bool(entry.get("case_sensitive")),
    )


def _numerical(entry: Mapping[str, Any]) -> Body:
    return writing.numerical(entry["value"], entry.get("tolerance", 0), entry.get("unit") or "")


def _gap(gap: Mapping[str, Any]) -> Body:
    """One gap, told apart by what it holds."""
    if "choices" in gap:
        return _choices(gap, single=True)
    return _short_answer(gap) if "accepted" in gap else _numerical(gap)


def _for_person(kind: ItemType, entry: Mapping[str, Any]) -> Body:
    rubric = [(row["aspect"], Decimal(str(row["points"]))) for row in entry["rubric"]]
    model_answer = entry["model_answer"].strip()
    max_score = Decimal(str(entry["max_score"]))
    if kind is ItemType.ORAL:
        return writing.oral(rubric, model_answer, max_score)
    if kind is ItemType.FILE_UPLOAD:
        kinds = [str(ending) for ending in entry["kinds"]]
        return writing.file_upload(kinds, entry["max_megabytes"], rubric, model_answer, max_score)
    return writing.essay(rubric, model_answer, entry["max_words"], max_score)
