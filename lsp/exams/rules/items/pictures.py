"""Questions answered by pointing at a place in a picture."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    Response,
    ScoringPolicy,
    letter,
)
from lsp.exams.rules.items.choices import right_or_wrong
from lsp.texts import N_


class Hotspot(ItemRules):
    """A point in pixels of the picture, from its top left corner: ``{"point": [120, 48]}``.

    A form without script sends ``point-x`` and ``point-y``. Edges of an area belong to it.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = raw.get("point", [raw.get("point-x"), raw.get("point-y")])
        if given is None or given == "":
            return None
        if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
            raise BadResponse(_NO_POINT)
        if all(value in (None, "") for value in given):
            return None
        x, y = (_whole(value) for value in given)
        if not (0 <= x < content["width"] and 0 <= y < content["height"]):
            raise BadResponse(
                N_("Titik itu di luar gambar: x dari 0 sampai %(x)s, y dari 0 sampai %(y)s."),
                x=content["width"] - 1,
                y=content["height"] - 1,
            )
        return {"point": [x, y]}

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
        x, y = response["point"]
        is_right = any(is_inside(x, y, area["shape"], area["coords"]) for area in key["areas"])
        return right_or_wrong(is_right, max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [f"x = {response['point'][0]}, y = {response['point'][1]}"] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return [
            f"{letter(place)}. {_extent(area['shape'], area['coords'])}"
            for place, area in enumerate(key["areas"])
        ]


_NO_POINT = N_("Isi x dan y dengan bilangan bulat, atau tunjuk titiknya di gambar.")


def _whole(value: object) -> int:
    """A coordinate as a whole number of pixels. Raises BadResponse."""
    if isinstance(value, str) and len(value.strip()) <= 9:
        text = value.strip()
        if text.isascii() and text.isdecimal():
            return int(text)
    elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return int(value)
    raise BadResponse(_NO_POINT)


def is_inside(x: int, y: int, shape: str, coords: Sequence[int]) -> bool:
    """Whether a point lies in a rectangle, a circle or a polygon, or on its edge."""
    if shape == "rect":
        left, top, right, bottom = coords
        return left <= x <= right and top <= y <= bottom
    if shape == "circle":
        middle_x, middle_y, radius = coords
        return bool((x - middle_x) ** 2 + (y - middle_y) ** 2 <= radius**2)
    return _is_in_polygon(x, y, list(zip(coords[::2], coords[1::2], strict=True)))


def _is_in_polygon(x: int, y: int, corners: Sequence[tuple[int, int]]) -> bool:
    """The even-odd rule, in whole numbers, so that nothing is rounded."""
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
        if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (side < 0) == (y2 < y1):
            inside = not inside
    return inside


def _extent(shape: str, coords: Sequence[int]) -> str:
    if shape == "circle":
        return f"({coords[0]}, {coords[1]}), r = {coords[2]}"
    points = [f"({x}, {y})" for x, y in zip(coords[::2], coords[1::2], strict=True)]
    return " – ".join(points)
