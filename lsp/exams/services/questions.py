"""A paper as the candidate may see it: words and choices, never a key.

The key is not left out here, it is never read: the statement below does not ask for it, and
``wrong_choices`` says of keys no more than whether a wrong choice costs anything. Oral questions are not read either: the assessor asks them (FR.IA.07), the candidate's paper does not.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Blueprint, ItemRevision, Paper, PaperQuestion
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.exams.rules.ordering import own_choices, own_order
from lsp.exams.services.wrong_choices import own_scorings

K = TypeVar("K")
V = TypeVar("V")

#: Papers kept at hand; a whole session sits the same few.
KEPT = 100
#: Candidates' own views kept at hand: those of a large session.
OWN_KEPT = 500


@dataclass(frozen=True)
class Question:
    """One question of a paper, as shown."""

    position: int
    type: ItemType
    stem: str
    content: dict[str, Any]
    markup: Markup = Markup.PLAIN
    #: Whose pictures the stem names; None where it has none to name.
    item_id: uuid.UUID | None = None
    #: The paper's ScoringPolicy as JSON: what a wrong choice costs is told before it is made; with
    #: ``own`` where the key decides that (``wrong_choices``).
    scoring: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnQuestion(Question):
    """A question as one candidate meets it; its place in the paper stays its name in answers."""

    #: "Soal 3": the place in the candidate's own order, from 1.
    number: int = 0


class Shuffles(NamedTuple):
    """What of a paper each candidate gets in an order of their own."""

    questions: bool
    choices: bool


_QUESTIONS = (
    sa.select(
        PaperQuestion.position,
        ItemRevision.type,
        ItemRevision.stem,
        ItemRevision.content,
        ItemRevision.markup,
        ItemRevision.item_id,
        Paper.scoring,
    )
    .join(Paper, Paper.id == PaperQuestion.paper_id)
    .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
    .where(PaperQuestion.paper_id == sa.bindparam("paper_id"), ItemRevision.type != ItemType.ORAL)
    .order_by(PaperQuestion.position)
)
_SHUFFLES = (
    sa.select(Blueprint.shuffles_questions, Blueprint.shuffles_choices)
    .join(Paper, Paper.blueprint_id == Blueprint.id)
    .where(Paper.id == sa.bindparam("paper_id"))
)
_papers: dict[uuid.UUID, dict[int, Question]] = {}
_shuffles: dict[uuid.UUID, Shuffles] = {}
_own: dict[tuple[uuid.UUID, bool, bool], list[OwnQuestion]] = {}


def paper_view(session: Session | sa.Connection, paper_id: uuid.UUID) -> dict[int, Question]:
    """The questions of a paper by position, in order, without the oral ones.

    Papers and item revisions never change, so each is read once in the life of the process.
    """
    questions = _papers.get(paper_id)
    if questions is None:
        rows = session.execute(_QUESTIONS, {"paper_id": paper_id})
        questions = {row.position: Question(*row) for row in rows}
        for position, scoring in own_scorings(session, paper_id).items():
            questions[position] = replace(questions[position], scoring=scoring)
        _keep(_papers, paper_id, questions, KEPT)
    return questions


def paper_at_hand(paper_id: uuid.UUID) -> Mapping[int, Question] | None:
    """``paper_view`` of a paper that this process has read; None when it has not."""
    return _papers.get(paper_id)


def paper_shuffles(session: Session | sa.Connection, paper_id: uuid.UUID) -> Shuffles:
    """Whether candidates get the questions and choices of a paper in an order of their own.

    Read once in the life of the process: blueprints never change.
    """
    shuffles = _shuffles.get(paper_id)
    if shuffles is None:
        row = session.execute(_SHUFFLES, {"paper_id": paper_id}).one()
        shuffles = Shuffles(*row)
        _keep(_shuffles, paper_id, shuffles, KEPT)
    return shuffles


def own_view(
    questions: Mapping[int, Question],
    attempt_id: uuid.UUID,
    shuffles_questions: bool,
    shuffles_choices: bool,
) -> list[OwnQuestion]:
    """A paper's questions (``paper_view``) in the order of one sitting, numbered from 1.

    The same after every reload and restart; kept at hand, since every page of a sitting asks.
    """
    key = (attempt_id, shuffles_questions, shuffles_choices)
    own = _own.get(key)
    if own is None:
        seed = attempt_id.hex
        order = own_order(questions, seed) if shuffles_questions else sorted(questions)
        own = [
            _own_question(questions[position], number, seed if shuffles_choices else None)
            for number, position in enumerate(order, 1)
        ]
        _keep(_own, key, own, OWN_KEPT)
    return own


def _own_question(question: Question, number: int, seed: str | None) -> OwnQuestion:
    content = question.content
    if seed is not None:
        content = own_choices(question.type, content, seed, question.position)
    return OwnQuestion(
        question.position,
        question.type,
        question.stem,
        content,
        question.markup,
        question.item_id,
        question.scoring,
        number,
    )


def _keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    if len(kept) >= most:
        kept.clear()
    kept[key] = value
