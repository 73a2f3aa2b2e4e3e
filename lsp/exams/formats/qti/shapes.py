"""Areas of a picture: read from a file, and whether a point lies in one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import number

SHAPES = ("rect", "circle", "ellipse", "poly", "default")
#: Most numbers of an area, and how far out a corner may lie, in pixels.
MOST_COORDS, FARTHEST = 2_000, 100_000
_LENGTHS = {"rect": 4, "circle": 3, "ellipse": 4, "default": 0}

Point = tuple[Decimal, Decimal]


def read_coords(shape: str, written: str) -> list[str] | None:
    """The numbers of an area as plain texts; None for what is no area."""
    parts = written.replace(",", " ").split()
    if shape not in SHAPES or len(parts) > MOST_COORDS:
        return None
    found = [number(part) for part in parts]
    numbers = [n for n in found if n is not None and abs(n) <= FARTHEST]
    if len(numbers) < len(parts):
        return None
    if shape == "poly":
        fits = len(parts) >= 6 and len(parts) % 2 == 0
    else:
        fits = len(parts) == _LENGTHS[shape] or shape == "default"
    return [f"{n:f}" for n in numbers] if fits else None


def name_at(areas: Sequence[Sequence[Any]], point: Point) -> str | None:
    """The name of the first of these areas (name, shape, coordinates) that a point lies in.

    The standard has the areas that are listed first hide those that follow.
    """
    return next((name for name, shape, coords in areas if inside(shape, coords, point)), None)


def overlap(one: tuple[str, Sequence[str]], other: tuple[str, Sequence[str]]) -> bool:
    """Whether two areas may share a point: whether the rectangles around them do."""
    a, b = _extent(*one), _extent(*other)
    if a is None or b is None:
        return True
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _extent(shape: str, coords: Sequence[str]) -> tuple[Decimal, Decimal, Decimal, Decimal] | None:
    """Left, top, right and bottom of an area; None for the whole picture."""
    c = [Decimal(n) for n in coords]
    if shape == "default":
        return None
    if shape in ("circle", "ellipse"):
        wide, high = c[2], c[-1]
        return c[0] - wide, c[1] - high, c[0] + wide, c[1] + high
    return min(c[::2]), min(c[1::2]), max(c[::2]), max(c[1::2])


def inside(shape: str, coords: Sequence[str], point: Point) -> bool:
    """Whether a point lies in an area or on its edge."""
    c = [Decimal(n) for n in coords]
    x, y = point
    if shape == "default":
        return True
    if shape == "rect":
        left, right = min(c[0], c[2]), max(c[0], c[2])
        top, bottom = min(c[1], c[3]), max(c[1], c[3])
        return left <= x <= right and top <= y <= bottom
    if shape == "circle":
        return (x - c[0]) ** 2 + (y - c[1]) ** 2 <= c[2] ** 2
    if shape == "ellipse":
        if not c[2] or not c[3]:
            return False
        return ((x - c[0]) / c[2]) ** 2 + ((y - c[1]) / c[3]) ** 2 <= 1
    return _in_polygon([(c[i], c[i + 1]) for i in range(0, len(c) - 1, 2)], x, y)


def _in_polygon(corners: Sequence[Point], x: Decimal, y: Decimal) -> bool:
    is_inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if not cross and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            is_inside = not is_inside
    return is_inside
