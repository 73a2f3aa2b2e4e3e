"""Questions answered by putting things together: pairs, and an order."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
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
from lsp.texts import N_


class Matching(ItemRules):
    """A right-hand choice for each left-hand one: ``{"pairs": {"1": "b"}}``.

    A form without script sends one field a row, named ``pairs-1``.
    """

    quotes_question = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = fields(raw, "pairs")
        if len(given) > len(content["left"]):
            raise BadResponse(UNKNOWN_CHOICE)
        pairs = {
            known_id(left, content["left"]): known_id(right, content["right"])
            for left, right in given.items()
            if right not in (None, "")
        }
        ordered = {row["id"]: pairs[row["id"]] for row in content["left"] if row["id"] in pairs}
        return {"pairs": ordered} if ordered else None

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
        right = sum(response["pairs"].get(left) == choice for left, choice in key["pairs"].items())
        return share(right, len(key["pairs"]), max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return pair_lines(content, response["pairs"] if response else {})

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return pair_lines(content, key["pairs"])


class Ordering(ItemRules):
    """The rows in order, first to last: ``{"order": ["c", "a", "b"]}``.

    The list is as long as there are rows; a place not yet filled is ``""``, so that half an answer
    is kept too. A form without script sends each row's place, from 1: ``{"places": {"c": "1"}}``.
    Each row in its right place earns its share, unless the key wants the whole order (``exact``).
    """

    quotes_question = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        rows = content["rows"]
        order = raw.get("order")
        if order is None:
            order = _placed(fields(raw, "places"), rows)
        if not isinstance(order, list) or len(order) != len(rows):
            raise BadResponse(UNKNOWN_CHOICE)
        order = [known_id(id_, rows) if id_ not in (None, "") else "" for id_ in order]
        filled = [id_ for id_ in order if id_]
        if len(set(filled)) != len(filled):
            raise BadResponse(UNKNOWN_CHOICE)
        return {"order": order} if filled else None

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
        order = key["order"]
        if key.get("exact"):
            return max_score if response["order"] == order else ZERO
        right = sum(ours == theirs for ours, theirs in zip(order, response["order"], strict=False))
        return share(right, len(order), max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return order_lines(content, response["order"] if response else [])

    def describe_key(self, content: Content, key: Content) -> list[str]:
        note = [N_("Nilai hanya untuk urutan yang seluruhnya benar.")] if key.get("exact") else []
        return [*order_lines(content, key["order"]), *note]


def _placed(places: Mapping[str, object], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The order that rows and their places make. Raises BadResponse for a place given twice."""
    order = [""] * len(rows)
    for row, place in places.items():
        if place in (None, ""):
            continue
        id_ = known_id(row, rows)
        if not isinstance(place, int | str) or isinstance(place, bool):
            raise BadResponse(UNKNOWN_CHOICE)
        text = str(place)[:4]
        number = int(text) if text.isascii() and text.isdecimal() else 0
        if not 1 <= number <= len(rows):
            raise BadResponse(UNKNOWN_CHOICE)
        if order[number - 1]:
            raise BadResponse(
                N_(
                    "Urutan %(number)s dipilih dua kali. Pilih urutan yang berbeda untuk tiap baris."
                ),
                number=number,
            )
        order[number - 1] = id_
    return order


def pair_lines(content: Content, pairs: Mapping[str, str]) -> list[str]:
    """The pairs in words, in the order of the left-hand side."""
    right = {row["id"]: row["text"] for row in content["right"]}
    return [
        f"{row['text']} → {right[pairs[row['id']]]}"
        for row in content["left"]
        if row["id"] in pairs
    ]


def order_lines(content: Content, order: Sequence[str]) -> list[str]:
    """The rows by their place, numbered; places not filled are left out."""
    texts = {row["id"]: row["text"] for row in content["rows"]}
    return [f"{place}. {texts[id_]}" for place, id_ in enumerate(order, 1) if id_]
