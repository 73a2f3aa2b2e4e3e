"""The order of answers: which of those that arrive for a question counts.

Answers are numbered by the browser before they are sent, because they may arrive late, twice or
in another order. Each browser window is given a number by the server when it opens and counts in
a range of its own: window 3 uses 3 · SPAN … 4 · SPAN − 1. So two devices can never give the same
number to different answers, and what was chosen in a newer window outranks an older one's.

Below all windows are the numbers of what was chosen on a page that was gone before any window
opened on its device. Nobody knows whether it is older or newer than what another device saved
meanwhile, so it counts only where nothing else does, and is kept in any case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeGuard

#: Numbers a window may use; an exam takes a few hundred.
SPAN = 1_000_000
#: What a browser may call a moment: milliseconds since the start, up to 115 days.
LARGEST_HINT = 10**10
#: Most answers one request may carry; a longer queue is sent in parts.
LARGEST_BATCH = 100


class BadAnswers(ValueError):
    """Not a list of answers; no browser of ours sends this."""


class Via(StrEnum):
    """How an answer came."""

    SCRIPT = "script"
    #: The same, chosen on a page that was loaded without network: if it says when, that is the
    #: device's estimate, by its own time of day since it last heard the server.
    OFFLINE = "offline"
    #: Without script, as a question's form.
    FORM = "form"
    #: As a file that an invigilator loaded.
    FILE = "file"


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
    #: Whether that is an estimate (``Via.OFFLINE``).
    is_estimated: bool = False


def first_seq(window: int) -> int:
    """The lowest number that answers of this window may carry."""
    return window * SPAN


def is_possible(seq: int, newest_window: int) -> bool:
    """Whether any window opened so far may have given this number, or a page without one."""
    return 0 < seq < first_seq(newest_window + 1)


def window_of(seq: int) -> int:
    """The window that gave this number; 0 for a page without one."""
    return seq // SPAN


def in_order(answers: Iterable[Arriving]) -> list[Arriving]:
    """Each (position, seq) once, by position and number, so that savers lock rows alike."""
    unique = {(answer.position, answer.seq): answer for answer in answers}
    return [unique[key] for key in sorted(unique)]


def chosen_at(started_at: datetime, chosen_ms: int | None) -> datetime | None:
    """When an answer was chosen, as the browser says; None when it does not say."""
    return None if chosen_ms is None else started_at + timedelta(milliseconds=chosen_ms)


def read_answers(answers: Any, most: int) -> list[Arriving]:
    """Answers as a browser writes them in JSON. Raises BadAnswers for anything else."""
    if not isinstance(answers, list) or len(answers) > most:
        raise BadAnswers("no list of answers, or a longer one than is taken at once")
    return [_read_answer(answer) for answer in answers]


def _read_answer(answer: Any) -> Arriving:
    if not isinstance(answer, dict):
        raise BadAnswers("an answer is an object")
    response = answer.get("response")
    if not (response is None or isinstance(response, dict)):
        raise BadAnswers("a response is an object or null")
    chosen_ms = answer.get("chosen_ms")
    is_hint = is_whole(chosen_ms) and 0 <= chosen_ms <= LARGEST_HINT
    return Arriving(
        position=_whole(answer, "position"),
        seq=_whole(answer, "seq"),
        response=response,
        is_doubtful=answer.get("doubtful") is True,
        chosen_ms=chosen_ms if is_hint else None,
        is_estimated=answer.get("estimated") is True,
    )


def _whole(values: dict[str, Any], name: str) -> int:
    value = values.get(name)
    if not is_whole(value):
        raise BadAnswers(f"{name} must be a whole number")
    return value


def is_whole(value: Any) -> TypeGuard[int]:
    """Whether a value of JSON is a whole number; true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)
