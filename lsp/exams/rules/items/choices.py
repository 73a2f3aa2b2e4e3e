"""Questions answered by choosing: one, any number, true or false."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ONE,
    UNKNOWN_CHOICE,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    MultipleScoring,
    Response,
    ScoringPolicy,
    known_id,
    letter,
    share,
)
from lsp.texts import N_

TRUE_WORDS = {True: True, "true": True, False: False, "false": False}
TRUTH_NAMES = {True: N_("Benar"), False: N_("Salah")}
#: Decimals of a percentage that staff read.
_SHOWN = Decimal("0.00001")


class SingleChoice(ItemRules):
    """One of the choices: ``{"choice": "b"}``. A key may give each choice a share of its own."""

    quotes_question = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        choice = raw.get("choice")
        if choice in (None, ""):
            return None
        return {"choice": known_id(choice, content["choices"])}

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal:
        if response is None:
            return ZERO
        if "weights" in key:
            weight = Decimal(key["weights"].get(response["choice"], 0))
            return share(weight, ONE, max_score, policy)
        return right_or_wrong(response["choice"] in key["correct"], max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return choice_lines(content, [response["choice"]] if response else [])

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return key_lines(content, key)


class MultipleChoice(ItemRules):
    """Any number of the choices: ``{"choices": ["a", "c"]}``, kept in the order of the question.

    The policy says how right and wrong ones count, unless the key gives each choice a share. A
    content with ``most`` takes no more than so many.
    """

    quotes_question = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = raw.get("choices")
        if given in (None, ""):
            return None
        if isinstance(given, str):
            given = [given]
        if not isinstance(given, Sequence) or len(given) > len(content["choices"]):
            raise BadResponse(UNKNOWN_CHOICE)
        chosen = {known_id(choice, content["choices"]) for choice in given}
        most = content.get("most") or len(content["choices"])
        if len(chosen) > most:
            raise BadResponse(N_("Pilih paling banyak %(most)s jawaban."), most=most)
        ordered = [choice["id"] for choice in content["choices"] if choice["id"] in chosen]
        return {"choices": ordered} if ordered else None

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal:
        if response is None:
            return ZERO
        chosen, correct = set(response["choices"]), set(key["correct"])
        if "weights" in key:
            earned = sum((Decimal(key["weights"].get(id_, 0)) for id_ in chosen), ZERO)
            return share(earned, ONE, max_score, policy)
        right, wrong = len(chosen & correct), len(chosen - correct)
        if policy.multiple is MultipleScoring.ALL_OR_NOTHING:
            return max_score if chosen == correct else ZERO
        if policy.multiple is MultipleScoring.RIGHT_ONLY:
            return share(right, len(correct), max_score, policy)
        return share(right - wrong, len(correct), max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return choice_lines(content, response["choices"] if response else [])

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return key_lines(content, key)


class TrueFalse(ItemRules):
    """True or false: ``{"value": true}``; a form says ``true`` or ``false``."""

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        value = raw.get("value")
        if value in (None, ""):
            return None
        if not isinstance(value, bool | str) or value not in TRUE_WORDS:
            raise BadResponse(UNKNOWN_CHOICE)
        return {"value": TRUE_WORDS[value]}

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal:
        if response is None:
            return ZERO
        return right_or_wrong(response["value"] is key["answer"], max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [TRUTH_NAMES[response["value"]]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return [TRUTH_NAMES[key["answer"]]]


def right_or_wrong(is_right: bool, max_score: Decimal, policy: ScoringPolicy) -> Decimal:
    """All the points, or what a wrong choice costs."""
    return max_score if is_right else share(-policy.wrong_penalty, ONE, max_score, policy)


def choice_lines(content: Content, ids: Sequence[str]) -> list[str]:
    """The choices with these ids, letter and text, in the order of the question."""
    return [
        f"{letter(place)}. {row['text']}"
        for place, row in enumerate(content["choices"])
        if row["id"] in ids
    ]


def key_lines(content: Content, key: Content) -> list[str]:
    """The right choices; where each has a share of its own, every choice that has one, with it."""
    if "weights" not in key:
        return choice_lines(content, key["correct"])
    lines = []
    for place, row in enumerate(content["choices"]):
        weight = Decimal(key["weights"].get(row["id"], 0))
        if weight:
            lines.append(f"{letter(place)}. {row['text']} ({percent(weight)})")
    return lines


def percent(weight: Decimal | str) -> str:
    """A share as staff read it, with at most five decimals: ``50%``, ``33,33333%``."""
    whole = Decimal(weight) * 100
    short = whole.quantize(_SHOWN, ROUND_HALF_UP)
    return f"{(short or whole).normalize():f}%".replace(".", ",")
