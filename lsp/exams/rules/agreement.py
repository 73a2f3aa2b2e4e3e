"""Marks of several people: when they agree, who decides when they don't, and who marks what.

Everything here is exact: decimals in, decimals out, and the same input gives the same result on
every machine, so that a sample or a distribution can be done over before an auditor.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from lsp.exams.rules.kinds import MarkingRole
from lsp.exams.rules.marking import MARK_STEP, CommentNeeded
from lsp.texts import N_, Refusal

TWO = Decimal(2)
#: Deviations are told in percent of an answer's points, with this many decimals.
PERCENT_STEP = Decimal("0.1")


@dataclass(frozen=True)
class Settlement:
    """What the marks given so far come to: a score, or whose mark is waited for."""

    score: Decimal | None
    waits_for: MarkingRole | None
    #: Whose marks the score is: one person's, or the two whose mean it is.
    decided_by: tuple[MarkingRole, ...] = ()


def settle(
    marks: Mapping[MarkingRole, Decimal],
    *,
    is_double: bool,
    max_score: Decimal,
    tolerance_percent: int,
) -> Settlement:
    """The mark of an answer by the marks of its markers, each blind to the others.

    An answer for one marker has that marker's mark. An answer for two has the mean of both while
    they differ by no more than the tolerance (percent of ``max_score``, the limit itself
    included). The mean is exact and is never rounded: the mean of two quarters is an eighth, and
    an eighth is kept, so no candidate gains or loses by rounding; only a unit's percentage is
    rounded, once, downwards (``rules.marking.percent``).

    Beyond the tolerance the third marker's mark is final, once it is given, whatever the others
    gave. Exam boards settle it so because the third is the head marker, to whose standard
    everybody else is held; the nearest pair, the other usual rule, would let two markers who err
    the same way outvote the one who holds the standard, and makes a mark depend on chance when
    the third lies half-way.

    The mark a control script was agreed at (``AGREED``) measures its markers and decides nothing
    by itself. Only where two of them are too far apart is it the third mark, which the head marker
    has given beforehand.
    """
    if MarkingRole.THIRD in marks:
        return _decided(marks, MarkingRole.THIRD)
    first, second = marks.get(MarkingRole.FIRST), marks.get(MarkingRole.SECOND)
    if first is None:
        return Settlement(None, MarkingRole.FIRST)
    if not is_double:
        return _decided(marks, MarkingRole.FIRST)
    if second is None:
        return Settlement(None, MarkingRole.SECOND)
    if within_tolerance(first, second, max_score, tolerance_percent):
        return Settlement((first + second) / TWO, None, (MarkingRole.FIRST, MarkingRole.SECOND))
    if MarkingRole.AGREED in marks:
        return _decided(marks, MarkingRole.AGREED)
    return Settlement(None, MarkingRole.THIRD)


def _decided(marks: Mapping[MarkingRole, Decimal], role: MarkingRole) -> Settlement:
    return Settlement(marks[role], None, (role,))


def within_tolerance(
    one: Decimal, other: Decimal, max_score: Decimal, tolerance_percent: int
) -> bool:
    """Whether two marks differ by at most so many percent of the points."""
    return abs(one - other) * 100 <= max_score * tolerance_percent


# --- Aspects ------------------------------------------------------------------------------------


def total_of(given: Sequence[Decimal], most: Sequence[Decimal], comment: str) -> Decimal:
    """The points for the aspects of a rubric, in its order, added up.

    Raises AspectRefused for an aspect out of range or off the quarter (its full points are always
    allowed), CommentNeeded when something is missing from the full points and nobody said why,
    ValueError when there are not as many points as aspects.
    """
    for number, (points, of) in enumerate(zip(given, most, strict=True)):
        if not (points.is_finite() and 0 <= points <= of):
            raise AspectRefused(number, N_("Isi nilai dari 0 sampai %(max_score)s."), max_score=of)
        if points % MARK_STEP and points != of:
            raise AspectRefused(number, N_("Isi nilai dengan kelipatan 0,25, misalnya 2,75."))
    if sum(given) < sum(most) and not comment.strip():
        raise CommentNeeded(N_("Isi alasan karena nilai belum penuh."))
    return sum(given, Decimal(0))


class AspectRefused(Refusal):
    """The points of one aspect cannot be given; ``number`` is its place in the rubric, from 0."""

    def __init__(self, number: int, text: str, **values: Decimal) -> None:
        super().__init__(text, **values)
        self.number = number


# --- Who marks what -----------------------------------------------------------------------------


def drawn(
    ids: Iterable[UUID],
    *,
    percent: int,
    seed: str,
    already: Collection[UUID] = (),
    closed: Collection[UUID] = (),
) -> set[UUID]:
    """The sample that a second person marks: at least ``percent`` of ``ids``, rounded up.

    The order of chance is a hash of seed and id, so the same ids and seed give the same sample.
    What was drawn ``already`` stays drawn; what is ``closed`` (marked by one already) is not
    drawn any more.
    """
    every = sorted(set(ids), key=lambda id_: _chance(seed, id_))
    wanted = -(-len(every) * percent // 100)
    sample = {id_ for id_ in every if id_ in set(already)}
    shut = set(closed)
    for id_ in every:
        if len(sample) >= wanted:
            break
        if id_ not in shut:
            sample.add(id_)
    return sample


def next_marker(loads: Mapping[UUID, int], *, barred: Collection[UUID], seed: str) -> UUID | None:
    """Who has the least to do and may; chance by ``seed`` among equals. None when nobody may."""
    free = [person for person in loads if person not in barred]
    return min(free, key=lambda person: (loads[person], _chance(seed, person)), default=None)


def _chance(seed: str, id_: UUID) -> bytes:
    return hashlib.sha256(f"{seed} {id_}".encode()).digest()


# --- Control scripts ----------------------------------------------------------------------------

#: How much of a session's answers may be control scripts, in percent, rounded up. Every marker
#: marks each of them, so beyond a fifth measuring would cost a session of five markers more marks
#: than its answers do; and a head marker who has fixed a reference for more of a session than that
#: sets its marks rather than its standard.
MOST_CONTROL_PERCENT = 20


def most_controls(answers: int) -> int:
    """How many of so many answers may be control scripts."""
    return -(-answers * MOST_CONTROL_PERCENT // 100)


@dataclass(frozen=True)
class ControlResult:
    """What a marker gave for an answer whose mark was agreed before."""

    given: Decimal
    agreed: Decimal
    max_score: Decimal


@dataclass(frozen=True)
class Deviation:
    """How a marker marks beside the agreed marks, in percent of the points, one decimal.

    ``mean`` is above 0 for a generous marker and below for a severe one; ``size`` ignores the
    direction, so that generous and severe marks do not cancel out. None without any result.
    """

    count: int
    within: int
    mean: Decimal | None
    size: Decimal | None
    is_beyond: bool


def deviation(results: Sequence[ControlResult], tolerance_percent: int) -> Deviation:
    """Count, mean and size of the deviations.

    A marker is beyond the limit when their deviation is on average larger than the tolerance of
    the session; decided on exact numbers, the rounding (half up) is only for show.
    """
    if not results:
        return Deviation(0, 0, None, None, is_beyond=False)
    shares = [(result.given - result.agreed) * 100 / result.max_score for result in results]
    within = sum(
        within_tolerance(result.given, result.agreed, result.max_score, tolerance_percent)
        for result in results
    )
    mean = sum(shares, Decimal(0)) / len(shares)
    size = sum((abs(share) for share in shares), Decimal(0)) / len(shares)
    return Deviation(
        len(results),
        within,
        mean.quantize(PERCENT_STEP, ROUND_HALF_UP),
        size.quantize(PERCENT_STEP, ROUND_HALF_UP),
        is_beyond=size > tolerance_percent,
    )
