"""When a unit counts as competent in an exam: a proposal by numbers, for the assessor to weigh.

The certification body chooses the rule with each blueprint; the decision stays with people. An
answer nobody has marked yet leaves a unit undecided only where it could still turn the outcome.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from lsp.exams.rules.marking import percent
from lsp.texts import N_, Refusal

#: A question earned all its points, in percent.
FULL = Decimal(100)


class PassKind(StrEnum):
    """What is counted."""

    #: Points of the unit, in percent.
    CUT = "cut"
    #: Questions right, x of every y, in each criterion of the unit.
    CRITERIA = "criteria"
    #: Questions right, x of every y, in the unit as a whole.
    UNIT = "unit"


class Outcome(StrEnum):
    """What the numbers say of a unit."""

    COMPETENT = "competent"
    NOT_YET = "not_yet"
    #: Answers without a mark could still turn it, or nothing of the unit was asked.
    UNDECIDED = "undecided"


OUTCOME_NAMES = {
    Outcome.COMPETENT: N_("K (kompeten)"),
    Outcome.NOT_YET: N_("BK (belum kompeten)"),
    Outcome.UNDECIDED: N_("Belum dapat ditentukan"),
}


@dataclass(frozen=True)
class PassRule:
    """A rule of a blueprint. ``percent`` belongs to ``cut``; the others to x of y right."""

    kind: PassKind
    #: Points the unit needs, from above 0 to 100.
    percent: Decimal = Decimal(70)
    #: So many right of every so many asked; fewer asked need the same share, rounded up.
    right: int = 1
    of: int = 1
    #: From how many percent of its points a question is right, from above 0 to 100.
    right_from: Decimal = Decimal(100)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "PassRule | None":
        """The rule as a blueprint keeps it; None when there is none. Raises Refusal for nonsense."""
        if not stored:
            return None
        try:
            rule = cls(
                PassKind(stored["kind"]),
                Decimal(str(stored.get("percent", 70))),
                int(stored.get("right", 1)),
                int(stored.get("of", 1)),
                Decimal(str(stored.get("right_from", 100))),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise Refusal(N_("Pilih aturan kelulusan yang tersedia.")) from None
        for share in (rule.percent, rule.right_from):
            if not (share.is_finite() and 0 < share <= 100):
                raise Refusal(N_("Isi batas nilai lebih dari 0% sampai 100%."))
        if not 1 <= rule.right <= rule.of:
            raise Refusal(
                N_(
                    "Isi berapa soal yang benar, paling sedikit 1 dan tidak lebih banyak "
                    "daripada soalnya."
                )
            )
        return rule

    @classmethod
    def in_force(cls, stored: Mapping[str, Any], pass_percent: int) -> "PassRule":
        """The rule of a paper's blueprint; without one, the scheme's cut score for every unit."""
        return cls.read(stored) or cls(PassKind.CUT, Decimal(pass_percent))

    @property
    def words(self) -> tuple[str, dict[str, Decimal | int]]:
        """The rule as a text marked for translation, with the values of its places."""
        values: dict[str, Decimal | int]
        if self.kind is PassKind.CUT:
            return N_("nilai unit paling sedikit %(percent)s%%"), {"percent": self.percent}
        values = {"right": self.right, "of": self.of, "right_from": self.right_from}
        if self.kind is PassKind.UNIT:
            if self.right_from == FULL:
                return N_("%(right)s dari setiap %(of)s soal unit benar"), values
            return N_(
                "%(right)s dari setiap %(of)s soal unit bernilai paling sedikit %(right_from)s%%"
            ), values
        if self.right_from == FULL:
            return N_("%(right)s dari setiap %(of)s soal benar di setiap kriteria"), values
        return N_(
            "%(right)s dari setiap %(of)s soal bernilai paling sedikit %(right_from)s%% di setiap"
            " kriteria"
        ), values

    def as_json(self) -> dict[str, Any]:
        """The rule as it is stored."""
        if self.kind is PassKind.CUT:
            return {"kind": self.kind.value, "percent": f"{self.percent:f}"}
        return {
            "kind": self.kind.value,
            "right": self.right,
            "of": self.of,
            "right_from": f"{self.right_from:f}",
        }

    def needed(self, asked: int) -> int:
        """How many of so many questions must be right."""
        return -(-self.right * asked // self.of)


@dataclass(frozen=True)
class UnitQuestion:
    """A question of the unit that counts; ``score`` is None while nobody has marked it."""

    criterion_id: UUID
    score: Decimal | None
    max_score: Decimal


@dataclass(frozen=True)
class Part:
    """The numbers of a unit, or of one criterion in it.

    In points' percent for ``cut``, else in questions right: reached so far, needed, and reached
    if every answer still to be marked earned full points.
    """

    reached: Decimal
    needed: Decimal
    possible: Decimal
    #: Null for the unit as a whole.
    criterion_id: UUID | None = None

    @property
    def outcome(self) -> Outcome:
        """What these numbers alone say."""
        if self.reached >= self.needed:
            return Outcome.COMPETENT
        return Outcome.NOT_YET if self.possible < self.needed else Outcome.UNDECIDED


@dataclass(frozen=True)
class UnitVerdict:
    """What the rule proposes for a unit, and the numbers it rests on."""

    outcome: Outcome
    parts: list[Part]

    @property
    def short(self) -> list[Part]:
        """The parts that are not reached, or not yet."""
        return [part for part in self.parts if part.outcome is not Outcome.COMPETENT]


def unit_verdict(questions: Sequence[UnitQuestion], rule: PassRule) -> UnitVerdict:
    """What the rule proposes for a unit whose counting questions these are."""
    if not questions:
        return UnitVerdict(Outcome.UNDECIDED, [])
    if rule.kind is PassKind.CUT:
        parts = [_points(questions, rule)]
    elif rule.kind is PassKind.UNIT:
        parts = [_right(questions, rule, None)]
    else:
        # A dict keeps the order in which the criteria first appear in the paper.
        asked = dict.fromkeys(question.criterion_id for question in questions)
        parts = [
            _right([q for q in questions if q.criterion_id == id_], rule, id_) for id_ in asked
        ]
    return UnitVerdict(_together(part.outcome for part in parts), parts)


def _together(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    for outcome in (Outcome.NOT_YET, Outcome.UNDECIDED):
        if outcome in found:
            return outcome
    return Outcome.COMPETENT


def _points(questions: Sequence[UnitQuestion], rule: PassRule) -> Part:
    of = sum((question.max_score for question in questions), Decimal(0))
    reached = sum((question.score or Decimal(0) for question in questions), Decimal(0))
    possible = sum((_best(question) for question in questions), Decimal(0))
    # A question may cost points where the paper's policy says so; a total never ends below 0.
    least = Decimal(0)
    return Part(percent(max(reached, least), of), rule.percent, percent(max(possible, least), of))


def _right(questions: Sequence[UnitQuestion], rule: PassRule, criterion_id: UUID | None) -> Part:
    def is_right(score: Decimal | None, question: UnitQuestion) -> bool:
        return score is not None and score * 100 >= rule.right_from * question.max_score

    return Part(
        Decimal(sum(is_right(question.score, question) for question in questions)),
        Decimal(rule.needed(len(questions))),
        Decimal(sum(is_right(_best(question), question) for question in questions)),
        criterion_id,
    )


def _best(question: UnitQuestion) -> Decimal:
    return question.max_score if question.score is None else question.score
