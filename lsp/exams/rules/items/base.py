"""What all types of question share: the interface, the scoring policy, and the arithmetic."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from lsp.texts import N_, Refusal

Content = Mapping[str, Any]
Response = dict[str, Any]

#: Scores by the key are rounded to this many points.
STEP = Decimal("0.0001")
ZERO, ONE = Decimal(0), Decimal(1)

UNKNOWN_CHOICE = N_("Pilih jawaban yang ada di soal.")


class BadResponse(Refusal):
    """This is not a possible answer to the question; the text says why or what to do."""


class MultipleScoring(StrEnum):
    """How right and wrong ticks of a multiple choice make its points."""

    #: Each right tick earns its share, each wrong one costs as much; ticking everything earns 0.
    RIGHT_MINUS_WRONG = "right_minus_wrong"
    #: All the right ones and no other, or nothing.
    ALL_OR_NOTHING = "all_or_nothing"
    #: Each right tick earns its share, wrong ones cost nothing.
    RIGHT_ONLY = "right_only"


@dataclass(frozen=True)
class ScoringPolicy:
    """How a paper counts right and wrong choices. The default takes no points away."""

    multiple: MultipleScoring = MultipleScoring.RIGHT_MINUS_WRONG
    #: Share of a question's points, from 0 to 1, that a wrong single choice or truth value costs.
    wrong_penalty: Decimal = ZERO
    #: Whether a question may end below 0; without it no answer costs more than its question.
    below_zero: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "ScoringPolicy":
        """The policy as a blueprint or paper keeps it; what is missing is the default's.

        Raises Refusal for what is no policy, and for a penalty that could never take effect.
        """
        try:
            policy = cls(
                multiple=MultipleScoring(stored.get("multiple", MultipleScoring.RIGHT_MINUS_WRONG)),
                wrong_penalty=Decimal(str(stored.get("wrong_penalty", 0))),
                below_zero=bool(stored.get("below_zero", False)),
            )
        except (ValueError, InvalidOperation):
            raise Refusal(N_("Pilih cara menilai yang tersedia.")) from None
        if not (policy.wrong_penalty.is_finite() and 0 <= policy.wrong_penalty <= 1):
            raise Refusal(N_("Isi potongan jawaban salah dari 0% sampai 100%."))
        if policy.wrong_penalty and not policy.below_zero:
            raise Refusal(N_("Potongan jawaban salah hanya berlaku bila nilai boleh di bawah 0."))
        return policy

    def as_json(self) -> dict[str, Any]:
        """The policy as it is stored."""
        return {
            "multiple": self.multiple.value,
            "wrong_penalty": f"{self.wrong_penalty:f}",
            "below_zero": self.below_zero,
        }


DEFAULT_POLICY = ScoringPolicy()


class ItemRules(ABC):
    """The rules of one type of question."""

    #: Whether an answer of this type is marked by a person, not by the key.
    needs_person = False
    #: Whether the lines of ``describe`` and ``describe_key`` quote choices or rows of the
    #: question, which are HTML in a question of ``Markup.HTML``.
    quotes_question = False

    @abstractmethod
    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        """The response in its stored form; None when it is empty or taken back.

        ``raw`` comes from JSON or from a form and may hold anything. Raises BadResponse for what
        cannot be an answer to this question. Reading what was read changes nothing.
        """

    @abstractmethod
    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal | None:
        """Points from 0 to ``max_score``, or from ``-max_score`` where the policy says so.

        0 when unanswered, None when a person must mark it.
        """

    @abstractmethod
    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        """The response in words, a line each, for staff; no line when unanswered.

        A line is either text of the question or the candidate, or a text marked for translation.
        """

    @abstractmethod
    def describe_key(self, content: Content, key: Content) -> list[str]:
        """The key in words, a line each. For staff only."""


def share(
    part: Decimal | int, of: Decimal | int, max_score: Decimal, policy: ScoringPolicy
) -> Decimal:
    """That share of the points, rounded to four decimals, within the bounds of the policy."""
    least = -max_score if policy.below_zero else ZERO
    points = (max_score * part / of).quantize(STEP, ROUND_HALF_UP)
    return min(max(points, least), max_score)


def known_id(value: object, rows: Sequence[Mapping[str, Any]]) -> str:
    """The id, if one of the rows has it. Raises BadResponse otherwise."""
    if not isinstance(value, str) or all(row["id"] != value for row in rows):
        raise BadResponse(UNKNOWN_CHOICE)
    return value


def fields(raw: Mapping[str, object], name: str) -> Mapping[str, object]:
    """What was answered row by row: a mapping under ``name``, or form fields ``name-1``, …

    Raises BadResponse when it is neither.
    """
    given = raw.get(name)
    if given is None:
        prefix = f"{name}-"
        return {key[len(prefix) :]: raw[key] for key in raw if key.startswith(prefix)}
    if not isinstance(given, Mapping):
        raise BadResponse(UNKNOWN_CHOICE)
    return given


def letter(place: int) -> str:
    """The letter of a choice by its place, from 0."""
    return chr(ord("A") + place)
