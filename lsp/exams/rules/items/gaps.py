"""Questions with gaps in their text, each filled by typing or from a list."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ONE,
    UNKNOWN_CHOICE,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    Response,
    ScoringPolicy,
    fields,
    known_id,
    share,
)
from lsp.exams.rules.items.choices import SingleChoice
from lsp.exams.rules.items.numbers import Numerical, number_lines, unit_of
from lsp.exams.rules.items.written import ShortAnswer, accepted_forms, read_text

#: Longest text of one gap, in characters.
LONGEST_GAP = 200
_BY_KIND: dict[str, ItemRules] = {
    "choice": SingleChoice(),
    "text": ShortAnswer(),
    "number": Numerical(),
}


class GapFill(ItemRules):
    """What fills each gap, a text or the id of a choice: ``{"gaps": {"1": "rilis", "2": "b"}}``.

    A form without script sends one field a gap, named ``gaps-1``. Each gap earns its share of the
    points by its weight, so a wrong one costs nothing but its own.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = fields(raw, "gaps")
        gaps = {gap["id"]: gap for gap in content["gaps"]}
        if any(id_ not in gaps for id_ in given):
            raise BadResponse(UNKNOWN_CHOICE)
        read = {id_: _read_gap(gap, given.get(id_)) for id_, gap in gaps.items()}
        filled = {id_: text for id_, text in read.items() if text}
        return {"gaps": filled} if filled else None

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
        earned, of = ZERO, ZERO
        for gap in content["gaps"]:
            part = key["gaps"][gap["id"]]
            weight = Decimal(part.get("weight", 1))
            of += weight
            if gap["id"] in response["gaps"]:
                earned += weight * _earned(gap, part, response["gaps"][gap["id"]])
        return share(earned, of, max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        given = response["gaps"] if response else {}
        return [
            f"{gap['id']}: {_words(gap, given[gap['id']])}"
            for gap in content["gaps"]
            if gap["id"] in given
        ]

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return [
            f"{gap['id']}: {_key_words(gap, key['gaps'][gap['id']])}" for gap in content["gaps"]
        ]


def _read_gap(gap: Content, value: object) -> str:
    """What fills one gap, empty when nothing does. Raises BadResponse."""
    if value is None or value == "":
        return ""
    if gap["kind"] == "choice":
        return known_id(value, gap["choices"])
    read = read_text({"text": value}, LONGEST_GAP)
    if read is None:
        return ""
    if gap["kind"] == "number":
        _BY_KIND["number"].read(gap, read)
    return str(read["text"])


def _earned(gap: Content, key: Content, value: str) -> Decimal:
    """The share of one gap's points, from 0 to 1."""
    name = "choice" if gap["kind"] == "choice" else "text"
    return _BY_KIND[gap["kind"]].score(gap, key, {name: value}, ONE) or ZERO


def _words(gap: Content, value: str) -> str:
    if gap["kind"] != "choice":
        return value
    return next((row["text"] for row in gap["choices"] if row["id"] == value), value)


def _key_words(gap: Content, key: Content) -> str:
    if gap["kind"] == "number":
        return " / ".join(number_lines(key, unit_of(gap)))
    if gap["kind"] == "choice":
        return " / ".join(row["text"] for row in gap["choices"] if row["id"] in key["correct"])
    return " / ".join(accepted_forms(key))
