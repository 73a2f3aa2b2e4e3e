"""Making papers: when the manager asks for them, never when a candidate starts.

The choice takes seconds and is made outside any transaction: on SQLite a writing one would hold up
every answer that is being saved meanwhile.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp import audit
from lsp.exams.models import (
    Blueprint,
    BlueprintRow,
    Item,
    ItemEnemy,
    ItemRevision,
    Paper,
    PaperQuestion,
    SessionPaper,
)
from lsp.exams.rules.assembling import (
    Assembly,
    Candidate,
    Family,
    Fault,
    Impossible,
    Wish,
    assemble,
)
from lsp.exams.rules.kinds import LEVEL_NAMES, TYPE_NAMES, ItemState
from lsp.exams.rules.passing import PassKind, PassRule
from lsp.exams.services.blueprints import get_blueprint, rows_of
from lsp.exams.services.browsing import newest_revision
from lsp.exams.services.keys import may_be_asked
from lsp.skkni.models import Criterion, Element, SchemeUnit
from lsp.texts import N_, Refusal

#: Most parallel papers of one batch.
MOST_PAPERS = 12


@dataclass(frozen=True)
class PaperOrder:
    """How many parallel papers, and how they are to be."""

    seed: int
    papers: int = 1
    #: How many questions any two of them may share.
    overlap: int = 0
    #: Mean share of the points, 0 to 1, candidates are expected to reach; None to make the papers
    #: alike only.
    target: float | None = None


class RowFault(Refusal):
    """A row of the blueprint cannot be kept; ``names`` say which questions it is about."""

    def __init__(
        self, text: str, row: int, names: Sequence[str], amount: int, **values: int | None
    ) -> None:
        self.names = names
        super().__init__(text, row=row, what=", ".join(names), amount=amount, **values)


class NotAssembled(Refusal):
    """No paper fits the blueprint: ``reasons`` stand in the way, the first is also its own text."""

    def __init__(self, reasons: Sequence[Refusal]) -> None:
        first = reasons[0]
        super().__init__(first.text, **first.values)
        self.reasons = list(reasons)


@dataclass(frozen=True)
class _Source:
    """Where a candidate comes from."""

    item_id: uuid.UUID
    revision_id: uuid.UUID
    max_score: Decimal


@dataclass(frozen=True)
class Task:
    """Everything the choice needs, so that it can be made while the database is let go."""

    blueprint_id: uuid.UUID
    order: PaperOrder
    wish: Wish
    sources: dict[Candidate, _Source]
    scoring: dict[str, Any]
    #: What each row asks about, in words marked for translation.
    row_names: list[list[str]]


def assemble_papers(
    session: Session,
    *,
    blueprint_id: uuid.UUID,
    order: PaperOrder,
    now: datetime,
    actor_id: uuid.UUID | None = None,
) -> list[Paper]:
    """Make parallel papers by a blueprint from the active items, in one go.

    ``gather``, ``choose`` and ``keep_papers`` in one transaction: for where nobody else waits.
    """
    task = gather(session, blueprint_id, order)
    return keep_papers(session, task, choose(task), actor_id=actor_id, now=now)


def gather(session: Session, blueprint_id: uuid.UUID, order: PaperOrder) -> Task:
    """Read what papers can be chosen from and must be like; nothing is written.

    Raises NotFound for an unknown blueprint and Refusal for too many papers.
    """
    blueprint = get_blueprint(session, blueprint_id)
    if not 1 <= order.papers <= MOST_PAPERS:
        raise Refusal(N_("Susun 1 sampai %(most)s naskah sekaligus."), most=MOST_PAPERS)
    sources = _sources(session, blueprint)
    return Task(
        blueprint_id,
        order,
        _wish(session, blueprint, order, sources),
        sources,
        blueprint.scoring,
        [_names(row) for row in blueprint.rows],
    )


def choose(task: Task) -> Assembly:
    """Choose the questions; takes seconds, and no database. The same bank and seed, the same papers.

    Raises NotAssembled with what stands in the way, and TooHard.
    """
    try:
        return assemble(task.sources, task.wish)
    except Impossible as impossible:
        reasons = [_worded(fault, task) for fault in impossible.faults]
        raise NotAssembled(
            reasons or [Refusal(N_("Kisi-kisi ini tidak dapat dipenuhi."))]
        ) from None


def check_unchanged(session: Session, task: Task) -> None:
    """Raise Refusal when the bank is no longer as it was gathered."""
    now = gather(session, task.blueprint_id, task.order)
    if (now.sources, now.wish) != (task.sources, task.wish):
        raise Refusal(N_("Bank soal berubah selama naskah disusun. Susun sekali lagi."))


def keep_papers(
    session: Session,
    task: Task,
    assembly: Assembly,
    *,
    actor_id: uuid.UUID | None,
    now: datetime,
) -> list[Paper]:
    """Store chosen papers as one batch."""
    papers = _papers(task, assembly, now)
    session.add_all(papers)
    session.flush()
    audit.record(
        session,
        action="papers.assembled",
        subject_type="blueprint",
        subject_id=task.blueprint_id,
        actor_id=actor_id,
        now=now,
        detail={
            "batch": str(papers[0].batch_id),
            "papers": task.order.papers,
            "overlap": task.order.overlap,
            "target": task.order.target,
        },
    )
    return papers


def target_percent(session: Session, blueprint_id: uuid.UUID, batch_id: uuid.UUID) -> int | None:
    """The mean share of the points, in percent, that was wanted of a batch; None where none was.

    Papers do not keep it: it is read from the record of how they were made.
    """
    target = session.scalar(
        sa.select(audit.AuditEntry.detail["target"].as_float()).where(
            audit.AuditEntry.subject_type == "blueprint",
            audit.AuditEntry.subject_id == str(blueprint_id),
            audit.AuditEntry.action == "papers.assembled",
            audit.AuditEntry.detail["batch"].as_string() == str(batch_id),
        )
    )
    return None if target is None else round(100 * target)


def _wish(
    session: Session, blueprint: Blueprint, order: PaperOrder, sources: Collection[Candidate]
) -> Wish:
    rule = PassRule.read(blueprint.pass_rule)
    cut = rule.percent if rule and rule.kind is PassKind.CUT else None
    if cut is None:
        cut = Decimal(blueprint.scheme_version.exam_pass_percent)
    return Wish(
        length=blueprint.length,
        rows=rows_of(blueprint),
        seed=order.seed,
        papers=order.papers,
        overlap=order.overlap,
        pilot_count=blueprint.pilot_count,
        max_exposure=blueprint.max_exposure,
        enemies=_enemies(session, {candidate.identifier for candidate in sources}),
        target=order.target,
        cut=float(cut) / 100,
    )


def _sources(session: Session, blueprint: Blueprint) -> dict[Candidate, _Source]:
    """Newest revisions of the items a paper may have, in one statement.

    Active ones, and those on trial when the blueprint takes pilots; none whose answers a
    correction left without a key. Only papers of sessions count as uses: nobody saw the others. Those restricted since they
    are used up come along, so that it can be said where questions lack.
    """
    states = [ItemState.ACTIVE] + [ItemState.PILOT] * bool(blueprint.pilot_count)
    used = aliased(ItemRevision)
    uses = (
        sa.select(used.item_id, sa.func.count(PaperQuestion.paper_id.distinct()).label("count"))
        .join(PaperQuestion, PaperQuestion.revision_id == used.id)
        .where(PaperQuestion.paper_id.in_(sa.select(SessionPaper.paper_id)))
        .group_by(used.item_id)
        .subquery()
    )
    most = blueprint.max_exposure
    is_used_up = sa.false() if most is None else uses.c.count >= most
    rows = session.execute(
        sa.select(
            Item.identifier,
            Element.unit_id,
            Element.id.label("element_id"),
            Item.criterion_id,
            ItemRevision.type,
            Item.level,
            Item.facility,
            Item.discrimination,
            Item.location,
            Item.state,
            sa.func.coalesce(uses.c.count, 0).label("uses"),
            Item.id,
            ItemRevision.id.label("revision_id"),
            ItemRevision.max_score,
        )
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
        .outerjoin(uses, uses.c.item_id == Item.id)
        .where(
            SchemeUnit.scheme_version_id == blueprint.scheme_version_id,
            Item.state.in_(states) | ((Item.state == ItemState.RESTRICTED) & is_used_up),
            newest_revision(),
            may_be_asked(session),
        )
    )
    return {_candidate(row): _Source(row.id, row.revision_id, row.max_score) for row in rows}


def _candidate(row: Any) -> Candidate:
    """A candidate from a row of the statement above."""
    return Candidate(
        identifier=row.identifier,
        unit_id=row.unit_id,
        element_id=row.element_id,
        criterion_id=row.criterion_id,
        type=row.type,
        level=row.level,
        facility=None if row.facility is None else float(row.facility),
        discrimination=row.discrimination,
        location=row.location,
        uses=row.uses,
        is_pilot=row.state is ItemState.PILOT,
    )


def _enemies(session: Session, identifiers: Collection[str]) -> list[tuple[str, str]]:
    """Pairs among these items that must not meet."""
    one, other = aliased(Item), aliased(Item)
    rows = session.execute(
        sa.select(one.identifier, other.identifier)
        .select_from(ItemEnemy)
        .join(one, one.id == ItemEnemy.item_id)
        .join(other, other.id == ItemEnemy.enemy_id)
    )
    return sorted((a, b) for a, b in rows if a in identifiers and b in identifiers)


def _papers(task: Task, assembly: Assembly, now: datetime) -> list[Paper]:
    batch_id = uuid.uuid4()
    papers = []
    for number, candidates in enumerate(assembly.papers, 1):
        paper = Paper(
            blueprint_id=task.blueprint_id,
            seed=task.order.seed,
            batch_id=batch_id,
            number=number,
            scoring=task.scoring,
            created_at=now,
        )
        paper.questions = [
            PaperQuestion(
                position=position,
                revision_id=task.sources[candidate].revision_id,
                max_score=task.sources[candidate].max_score,
                counts=not candidate.is_pilot,
            )
            for position, candidate in enumerate(candidates, 1)
        ]
        papers.append(paper)
    return papers


def _worded(fault: Fault, task: Task) -> Refusal:
    """A fault in words that say what to do."""
    amount = abs(fault.amount)
    used_up = {"used_up": fault.used_up, "most": task.wish.max_exposure}
    if fault.family is Family.ROWS:
        if fault.amount > 0:
            text = N_(
                "Baris %(row)s kisi-kisi (%(what)s) perlu batas atas %(amount)s soal lebih tinggi."
            )
        elif fault.used_up:
            text = N_(
                "Baris %(row)s kisi-kisi (%(what)s) kurang %(amount)s soal; %(used_up)s soal yang"
                " cocok dikecualikan karena sudah dipakai dalam %(most)s naskah."
            )
        else:
            text = N_("Baris %(row)s kisi-kisi (%(what)s) kurang %(amount)s soal.")
        return RowFault(text, fault.about + 1, task.row_names[fault.about], amount, **used_up)
    if fault.family is Family.ENEMIES:
        text = N_(
            "Soal %(one)s dan %(other)s tidak boleh bersama, tetapi tanpa keduanya satu naskah"
            " kekurangan soal."
        )
        return Refusal(text, one=fault.about[0], other=fault.about[1])
    if fault.family is Family.EXPOSURE:
        text = N_(
            "Soal %(identifier)s perlu dipakai %(amount)s kali lebih banyak daripada batas pakai"
            " %(most)s naskah."
        )
        return Refusal(text, most=used_up["most"], identifier=fault.about, amount=amount)
    if fault.family is Family.OVERLAP:
        text = N_(
            "Dua naskah perlu boleh berbagi paling sedikit %(needed)s soal; yang diizinkan"
            " %(allowed)s."
        )
        return Refusal(text, needed=task.order.overlap + amount, allowed=task.order.overlap)
    if fault.family is Family.PILOTS:
        text = N_("Soal uji coba kurang %(amount)s.")
        if fault.used_up:
            text = N_(
                "Soal uji coba kurang %(amount)s; %(used_up)s dikecualikan karena sudah dipakai"
                " dalam %(most)s naskah."
            )
    elif fault.amount > 0:
        text = N_(
            "Panjang naskah %(length)s soal tidak cukup: kisi-kisi perlu %(amount)s soal lagi."
        )
    elif fault.used_up:
        text = N_(
            "Panjang naskah %(length)s soal tidak tercapai: kurang %(amount)s soal; %(used_up)s soal"
            " yang cocok dikecualikan karena sudah dipakai dalam %(most)s naskah."
        )
    else:
        text = N_("Panjang naskah %(length)s soal tidak tercapai: kurang %(amount)s soal.")
    return Refusal(text, length=task.wish.length, amount=amount, **used_up)


def _names(row: BlueprintRow) -> list[str]:
    """What a row asks about, in words marked for translation."""
    names = []
    if row.unit is not None:
        names.append(row.unit.label)
    if row.element is not None:
        names.append(f"{row.element.number} {row.element.title}")
    if row.level is not None:
        names.append(LEVEL_NAMES[row.level])
    if row.type is not None:
        names.append(TYPE_NAMES[row.type])
    return names or [N_("semua soal")]
