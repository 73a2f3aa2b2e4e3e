"""From judged criteria and exam scores to a proposal on each unit, and from units to the scheme.

The proposal explains; the assessor decides (facts/lsp-process.md section 6).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lsp.assessments.rules.states import Result
from lsp.assessments.rules.words import Words, words
from lsp.exams.rules.passing import Outcome, PassKind, PassRule, UnitVerdict
from lsp.texts import N_


class Standing(StrEnum):
    """What the portfolio says of one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class UnitEvidence:
    """What is known of one unit: the standing of its criteria by label (``1.2``)."""

    unit_id: uuid.UUID
    title: str
    is_compulsory: bool
    criteria: Sequence[tuple[str, Standing]]

    def labels(self, standing: Standing) -> list[str]:
        """Labels of the criteria that stand so."""
        return [label for label, found in self.criteria if found is standing]


@dataclass(frozen=True)
class Proposal:
    """What the facts suggest for a unit, and the facts in words."""

    unit_id: uuid.UUID
    result: Result
    reasons: tuple[Words, ...]
    #: Which columns of AK.02 the facts fill: ``portofolio``, ``tertulis``.
    basis: tuple[str, ...]


def criterion_standing(accepted: Iterable[bool | None]) -> Standing:
    """The standing of a criterion by its claims: accepted, refused, or not judged (None).

    It is met when at least one claim is accepted; a "no" on one piece of evidence does not undo
    another piece (the same roll-up as in the portfolio).
    """
    judged = [verdict for verdict in accepted if verdict is not None]
    if not judged:
        return Standing.UNJUDGED
    return Standing.MET if any(judged) else Standing.NOT_MET


def propose(
    unit: UnitEvidence,
    *,
    exam_percent: Decimal | None,
    pass_percent: Decimal | int,
    exam_is_marked: bool = True,
    rule: PassRule | None = None,
    verdict: UnitVerdict | None = None,
) -> Proposal:
    """What the portfolio and the exam suggest for a unit.

    ``exam_percent`` is the share of points reached in the unit's questions, None when the paper
    had none. Competent needs every criterion met and, where asked, ``pass_percent`` reached, or
    what another ``rule`` of the paper says (its ``verdict`` on the unit); while the exam is not
    over and marked, it is not proposed.
    """
    met = unit.labels(Standing.MET)
    reasons = [
        words(
            N_("Portofolio: %(met)s dari %(all)s KUK terpenuhi"),
            met=len(met),
            all=len(unit.criteria),
        )
    ]
    if not unit.criteria:
        reasons = [words(N_("KUK unit ini belum dimuat"))]
    not_met, unjudged = unit.labels(Standing.NOT_MET), unit.labels(Standing.UNJUDGED)
    if not_met:
        reasons.append(words(N_("Belum terpenuhi: KUK %(labels)s"), labels=", ".join(not_met)))
    if unjudged:
        reasons.append(
            words(N_("Belum ada bukti yang dinilai: KUK %(labels)s"), labels=", ".join(unjudged))
        )
    if not exam_is_marked:
        passed = False
        reasons.append(words(N_("Ujian: belum selesai atau belum dinilai")))
    elif exam_percent is None:
        passed = True
        reasons.append(words(N_("Ujian: tidak ada soal untuk unit ini")))
    elif rule is not None and verdict is not None and rule.kind is not PassKind.CUT:
        passed = verdict.outcome is Outcome.COMPETENT
        reasons.append(_counted(rule, verdict))
    else:
        passed = exam_percent >= pass_percent
        text = N_("Ujian: %(percent)s persen, batasnya %(limit)s persen")
        # A whole number rounded down stands on the same side of a limit that is whole.
        shown = int(exam_percent) if pass_percent == int(pass_percent) else exam_percent
        reasons.append(words(text, percent=shown, limit=pass_percent))
    competent = passed and bool(unit.criteria) and len(met) == len(unit.criteria)
    return Proposal(
        unit_id=unit.unit_id,
        result=Result.COMPETENT if competent else Result.NOT_YET_COMPETENT,
        reasons=tuple(reasons),
        basis=(
            *(("portofolio",) if len(unjudged) < len(unit.criteria) else ()),
            *(("tertulis",) if exam_is_marked and exam_percent is not None else ()),
        ),
    )


def _counted(rule: PassRule, verdict: UnitVerdict) -> Words:
    """What a rule of "x of every y right" found, in words."""
    if rule.kind is PassKind.UNIT:
        (part,) = verdict.parts
        return words(
            N_("Ujian: %(reached)s soal benar, perlu %(needed)s"),
            reached=part.reached,
            needed=part.needed,
        )
    reached = len(verdict.parts) - len(verdict.short)
    return words(
        N_("Ujian: %(reached)s dari %(all)s KUK yang diujikan tercapai"),
        reached=reached,
        all=len(verdict.parts),
    )


def scheme_result(units: Iterable[tuple[bool, Result]]) -> Result:
    """The recommendation on the scheme from (is compulsory, result) of its units.

    Competent when every compulsory unit is, and at least one unit is.
    """
    known = list(units)
    compulsory = [result for is_compulsory, result in known if is_compulsory]
    decisive = compulsory or [result for _, result in known]
    if decisive and all(result is Result.COMPETENT for result in decisive):
        return Result.COMPETENT
    return Result.NOT_YET_COMPETENT
