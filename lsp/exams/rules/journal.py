"""The order of answers: which of those that arrive for a question counts.

Answers are numbered by the browser before they are sent, because they may arrive late, twice or
in another order. Each browser window is given a number by the server when it opens and counts in
a range of its own: window 3 uses 3 · SPAN … 4 · SPAN − 1. So two devices can never give the same
number to different answers, and what was chosen in a newer window outranks an older one's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Numbers a window may use; an exam takes a few hundred.
SPAN = 1_000_000
#: Most answers one request may carry; a longer queue is sent in parts.
LARGEST_BATCH = 100


@dataclass(frozen=True)
class Arriving:
    """One answer as the browser sent it, not yet read by the rules of its question."""

    #: Position of the question in the paper, from 1.
    position: int
    seq: int
    response: dict[str, Any] | None
    is_doubtful: bool = False
    #: Milliseconds since the start at which it was chosen, as the browser says.
    chosen_ms: int | None = None


def first_seq(window: int) -> int:
    """The lowest number that answers of this window may carry."""
    return window * SPAN


def is_possible(seq: int, newest_window: int) -> bool:
    """Whether any window opened so far may have given this number."""
    return SPAN <= seq < first_seq(newest_window + 1)


def window_of(seq: int) -> int:
    """The window that gave this number."""
    return seq // SPAN


def in_order(answers: Iterable[Arriving]) -> list[Arriving]:
    """Each (position, seq) once, by position and number, so that savers lock rows alike."""
    unique = {(answer.position, answer.seq): answer for answer in answers}
    return [unique[key] for key in sorted(unique)]
