"""Papers as they were made: what is in them, how alike they are, and which criteria they ask."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import (
    Blueprint,
    Item,
    ItemRevision,
    KeyChange,
    Paper,
    PaperQuestion,
    SessionPaper,
)
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.exams.services.browsing import newest_revision
from lsp.exams.services.keys import Doubt, doubts, may_be_asked
from lsp.exams.services.scoring import is_in_force
from lsp.skkni.models import Criterion, Element, SchemeState, SchemeUnit, SchemeVersion, Unit
from lsp.texts import NotFound

#: Batches on the list.
LISTED = 50


@dataclass(frozen=True)
class UnitPart:
    """How many questions of each type a unit has in each paper of a session, by paper number."""

    unit: Unit
    papers: dict[int, Counter[ItemType]]


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a paper as its makers see it."""

    position: int
    identifier: str
    item_id: uuid.UUID
    title: str
    type: ItemType
    level: CognitiveLevel
    unit_id: uuid.UUID
    criterion_id: uuid.UUID
    facility: Decimal | None
    max_score: Decimal
    counts: bool
    #: What replaced its key, if anything did.
    correction: Correction | None
    #: Why its key is in doubt, if it is.
    doubt: Doubt | None

    @property
    def is_struck(self) -> bool:
        """Whether no key decides any more, or one in doubt: no new session takes it."""
        return self.doubt is not None or self.correction not in (None, Correction.NEW_KEY)


@dataclass(frozen=True)
class PaperView:
    """A paper with its questions; pilots count in no sum."""

    paper: Paper
    questions: list[AskedQuestion] = field(default_factory=list)

    @property
    def counting(self) -> list[AskedQuestion]:
        """The questions that are not on trial."""
        return [question for question in self.questions if question.counts]

    @property
    def struck(self) -> list[AskedQuestion]:
        """The questions a correction left without a key, or with one in doubt."""
        return [question for question in self.questions if question.is_struck]

    @property
    def points(self) -> Decimal:
        """Points that can be reached."""
        return sum((question.max_score for question in self.counting), Decimal(0))

    @property
    def known(self) -> int:
        """How many questions somebody has an expectation of."""
        return sum(question.facility is not None for question in self.counting)

    @property
    def facility_percent(self) -> int | None:
        """Mean share of the points expected, in percent, of the questions with an expectation."""
        known = [q.facility for q in self.counting if q.facility is not None]
        return round(100 * sum(known, Decimal(0)) / len(known)) if known else None

    @property
    def criteria(self) -> Counter[uuid.UUID]:
        """How many questions each criterion has."""
        return Counter(question.criterion_id for question in self.counting)

    @property
    def per_type(self) -> Counter[ItemType]:
        """How many questions of each type."""
        return Counter(question.type for question in self.counting)

    @property
    def per_level(self) -> Counter[CognitiveLevel]:
        """How many questions of each level."""
        return Counter(question.level for question in self.counting)


@dataclass(frozen=True)
class Batch:
    """Parallel papers made in one go."""

    batch_id: uuid.UUID
    blueprint: Blueprint
    views: list[PaperView]

    @property
    def created_at(self) -> datetime:
        """When they were made."""
        return self.views[0].paper.created_at

    @property
    def has_expectations(self) -> bool:
        """Whether anything is known of how hard the questions are, so that papers are balanced."""
        return any(view.known for view in self.views)

    def shared(self, one: PaperView, other: PaperView) -> int:
        """How many questions that count two papers have in common."""
        return len({q.item_id for q in one.counting} & {q.item_id for q in other.counting})


@dataclass(frozen=True)
class BatchRow:
    """A batch in the list."""

    batch_id: uuid.UUID
    blueprint: Blueprint
    papers: int
    #: In how many sessions any of its papers is used.
    sessions: int
    created_at: datetime


@dataclass(frozen=True)
class CriterionCover:
    """A criterion: what the bank has for it, and how often each paper asks it."""

    criterion: Criterion
    per_type: Counter[ItemType]
    per_level: Counter[CognitiveLevel]
    asked: list[int]

    @property
    def active(self) -> int:
        """Active items on it."""
        return self.per_type.total()

    @property
    def is_covered(self) -> bool:
        """Whether every paper asks it; without papers, whether the bank could."""
        return all(self.asked) if self.asked else self.active > 0


@dataclass(frozen=True)
class UnitCover:
    """A unit of the scheme with its criteria."""

    unit: Unit
    criteria: list[CriterionCover]

    @property
    def active(self) -> int:
        """Active items on it."""
        return sum(cover.active for cover in self.criteria)

    @property
    def uncovered(self) -> list[Criterion]:
        """Criteria nothing asks."""
        return [cover.criterion for cover in self.criteria if not cover.is_covered]


def count_expected(session: Session, scheme_version_id: uuid.UUID) -> tuple[int, int]:
    """Active items papers may ask, and how many of them somebody has an expectation of."""
    total, known = session.execute(
        sa.select(sa.func.count(Item.id), sa.func.count(Item.facility))
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .where(
            SchemeUnit.scheme_version_id == scheme_version_id,
            Item.state == ItemState.ACTIVE,
            newest_revision(),
            may_be_asked(session),
        )
    ).one()
    return total, known


@dataclass(frozen=True)
class StruckQuestion:
    """A question of a session's paper that a correction left without a key, or with one in doubt."""

    paper: int
    position: int
    item_id: uuid.UUID
    identifier: str
    kind: Correction | None
    doubt: Doubt | None


def struck_questions(session: Session, session_id: uuid.UUID) -> list[StruckQuestion]:
    """Those of a session's papers, paper by paper, in two statements."""
    doubted = doubts(session)
    rows = session.execute(
        sa.select(
            ItemRevision.id,
            SessionPaper.number,
            PaperQuestion.position,
            Item.id,
            Item.identifier,
            KeyChange.kind,
        )
        .join(PaperQuestion, PaperQuestion.paper_id == SessionPaper.paper_id)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .where(
            SessionPaper.session_id == session_id,
            (KeyChange.kind != Correction.NEW_KEY) | ItemRevision.id.in_(list(doubted)),
        )
        .order_by(SessionPaper.number, PaperQuestion.position)
    )
    return [
        StruckQuestion(paper, position, item_id, identifier, kind, doubted.get(revision_id))
        for revision_id, paper, position, item_id, identifier, kind in rows
    ]


def composition(session: Session, session_id: uuid.UUID) -> list[UnitPart]:
    """Questions of a session's papers per unit and type, in the order of the papers."""
    rows = session.execute(
        sa.select(Unit, SessionPaper.number, ItemRevision.type, sa.func.count())
        .join(Element, Element.unit_id == Unit.id)
        .join(Criterion, Criterion.element_id == Element.id)
        .join(Item, Item.criterion_id == Criterion.id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(PaperQuestion, PaperQuestion.revision_id == ItemRevision.id)
        .join(SessionPaper, SessionPaper.paper_id == PaperQuestion.paper_id)
        .where(SessionPaper.session_id == session_id)
        .group_by(Unit.id, SessionPaper.number, ItemRevision.type)
        .order_by(sa.func.min(PaperQuestion.position))
    )
    found: dict[uuid.UUID, UnitPart] = {}
    for unit, number, type_, count in rows:
        papers = found.setdefault(unit.id, UnitPart(unit, {})).papers
        papers.setdefault(number, Counter())[type_] += count
    return list(found.values())


def get_batch(session: Session, batch_id: uuid.UUID) -> Batch:
    """The papers of a batch with their questions, in three statements. Raises NotFound."""
    papers = session.scalars(
        sa.select(Paper)
        .join(Paper.blueprint)
        .join(Blueprint.scheme_version)
        .join(SchemeVersion.scheme)
        .where(Paper.batch_id == batch_id)
        .order_by(Paper.number)
        .options(
            contains_eager(Paper.blueprint)
            .contains_eager(Blueprint.scheme_version)
            .contains_eager(SchemeVersion.scheme)
        )
    ).all()
    if not papers:
        raise NotFound
    views = {paper.id: PaperView(paper) for paper in papers}
    rows = session.execute(
        sa.select(
            PaperQuestion.paper_id,
            ItemRevision.id,
            PaperQuestion.position,
            Item.identifier,
            Item.id,
            ItemRevision.title,
            ItemRevision.type,
            Item.level,
            Element.unit_id,
            Item.criterion_id,
            Item.facility,
            PaperQuestion.max_score,
            PaperQuestion.counts,
            KeyChange.kind,
        )
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .join(Item, Item.id == ItemRevision.item_id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .where(PaperQuestion.paper_id.in_(views))
        .order_by(PaperQuestion.position)
    )
    doubted = doubts(session)
    for paper_id, revision_id, *values in rows:
        values.append(doubted.get(revision_id))
        views[paper_id].questions.append(AskedQuestion(*values))
    return Batch(batch_id, papers[0].blueprint, list(views.values()))


def list_batches(session: Session, blueprint_id: uuid.UUID | None = None) -> list[BatchRow]:
    """Batches of the schemes in force, or of one blueprint, newest first, at most 50."""
    grouped = (
        sa.select(
            Paper.batch_id,
            Paper.blueprint_id,
            sa.func.count(Paper.id.distinct()).label("papers"),
            sa.func.count(SessionPaper.session_id.distinct()).label("sessions"),
            sa.func.max(Paper.created_at).label("created_at"),
        )
        .outerjoin(SessionPaper, SessionPaper.paper_id == Paper.id)
        .group_by(Paper.batch_id, Paper.blueprint_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            grouped.c.batch_id,
            Blueprint,
            grouped.c.papers,
            grouped.c.sessions,
            grouped.c.created_at,
        )
        .join(Blueprint, Blueprint.id == grouped.c.blueprint_id)
        .join(Blueprint.scheme_version)
        .join(SchemeVersion.scheme)
        .where(
            SchemeVersion.state == SchemeState.ACTIVE
            if blueprint_id is None
            else Blueprint.id == blueprint_id
        )
        .order_by(grouped.c.created_at.desc(), grouped.c.batch_id)
        .limit(LISTED)
        .options(contains_eager(Blueprint.scheme_version).contains_eager(SchemeVersion.scheme))
    )
    return [BatchRow(*row) for row in rows]


def coverage(
    session: Session, scheme_version_id: uuid.UUID, views: Sequence[PaperView] = ()
) -> list[UnitCover]:
    """Every criterion of a scheme version: its active items, and how often these papers ask it.

    Items no key decides count for nothing (``browsing.struck_items`` names them). In three statements.
    """
    counts = session.execute(
        sa.select(Item.criterion_id, ItemRevision.type, Item.level, sa.func.count(Item.id))
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .where(Item.state == ItemState.ACTIVE, newest_revision(), may_be_asked(session))
        .group_by(Item.criterion_id, ItemRevision.type, Item.level)
    )
    types: dict[uuid.UUID, Counter[ItemType]] = {}
    levels: dict[uuid.UUID, Counter[CognitiveLevel]] = {}
    for criterion_id, type_, level, count in counts:
        types.setdefault(criterion_id, Counter())[type_] += count
        levels.setdefault(criterion_id, Counter())[level] += count
    asked = [view.criteria for view in views]
    found: dict[uuid.UUID, UnitCover] = {}
    for criterion in _criteria(session, scheme_version_id):
        unit = criterion.element.unit
        found.setdefault(unit.id, UnitCover(unit, [])).criteria.append(
            CriterionCover(
                criterion,
                types.get(criterion.id, Counter()),
                levels.get(criterion.id, Counter()),
                [criteria[criterion.id] for criteria in asked],
            )
        )
    return list(found.values())


def _criteria(session: Session, scheme_version_id: uuid.UUID) -> Sequence[Criterion]:
    """Criteria of a scheme version with element and unit, in the scheme's order."""
    return session.scalars(
        sa.select(Criterion)
        .join(Criterion.element)
        .join(Element.unit)
        .join(SchemeUnit, SchemeUnit.unit_id == Unit.id)
        .where(SchemeUnit.scheme_version_id == scheme_version_id)
        .order_by(SchemeUnit.position, Element.number, Criterion.number)
        .options(contains_eager(Criterion.element).contains_eager(Element.unit))
    ).all()
