"""Accepted words and numbers from programs of Moodle's kind.

Moodle goes through the answers and takes the first that fits; here the best one counts. What no
answer would ever reach there is left out and ranges are cut, so that both give the same points;
where words overlap in a way that no list of forms can say, an answer that shows it is named.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lsp.exams.formats.gathering import listed
from lsp.exams.rules import writing
from lsp.exams.rules.items.choices import percent
from lsp.exams.rules.items.written import fold, matches, parts_of
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: Longest accepted form of a short answer, in characters.
LONGEST_ANSWER = 500
#: Most pairs of forms that are compared, most examples that are named, most ranges of a question.
MOST_COMPARED, MOST_NAMED, MOST_SPANS = 2_000, 3, 50
ORDER = N_("Urutan jawaban")
_FRESH = "xyzqjkvw0123456789○"
ZERO, ONE, EVERY = Decimal(0), Decimal(1), Decimal("Infinity")

#: Names something that is not carried: what it is, and why.
Note = Callable[[str, Refusal], None]
#: A form as it is compared: what stands between its stars.
Parts = list[str]


def accepted(rows: Sequence[tuple[str, Decimal]], *, exact: bool, note: Note) -> Body:
    """Forms with their shares, in the file's order; ``*`` is any text, ``\\*`` the sign itself.

    Raises Refusal when none is right, and where every answer is but the ones named.
    """
    if any(len(text) > LONGEST_ANSWER for text, _ in rows):
        raise Refusal(N_("Teks soal ini terlalu panjang."))
    rows = [(text, min(max(share, ZERO), ONE)) for text, share in rows if text]
    wrong = list(dict.fromkeys(text for text, share in rows if share == 0))
    if wrong:
        why = N_("Jawaban bernilai 0 tidak perlu disimpan: %(texts)s.")
        note(N_("Jawaban salah"), Refusal(why, texts=listed([text[:80] for text in wrong])))
    right = _Forms(rows, exact=exact).settled(note)
    if not right:
        raise Refusal(N_("Tidak ada jawaban yang benar."))
    if "*" in right and wrong:
        raise Refusal(N_("Soal ini menerima semua jawaban kecuali yang disebut salah."))
    wildcards = any("*" in text.replace("\\*", "") for text in right)
    forms = {_form(text, wildcards): share for text, share in right.items()}
    shares = {text: share for text, share in forms.items() if share != 1}
    return writing.short_answer(
        list(forms), case_sensitive=exact, shares=shares or None, wildcards=wildcards
    )


def _form(text: str, wildcards: bool) -> str:
    """A form as the key has it: an escaped star is a plain one where no star means any text."""
    return text if wildcards else text.replace("\\*", "*")


class _Forms:
    """The forms of a question, compared with one another."""

    def __init__(self, rows: Sequence[tuple[str, Decimal]], *, exact: bool) -> None:
        self.exact = exact
        rules = {"wildcards": True, "case_sensitive": exact}
        self.rows = [(text, share, parts_of(text, rules)) for text, share in rows]
        signs = {sign for _, _, parts in self.rows for part in parts for sign in part}
        #: A sign of no form; what holds of it holds of any text.
        self.fresh = next((sign for sign in _FRESH if sign not in signs), "\ue0ff")
        self.compared = 0

    def settled(self, note: Note) -> dict[str, Decimal]:
        """The forms that earn something and are reached, with their shares."""
        right: dict[str, Decimal] = {}
        for place, (text, share, parts) in enumerate(self.rows):
            if share == 0 or right.get(text, ZERO) >= share:
                continue
            above = next((form for form, whole in self._lower(place) if self._in(parts, whole)), "")
            if above:
                why = N_(
                    "“%(written)s” tidak pernah dipakai: “%(form)s” di atasnya sudah cocok dan"
                    " bernilai lebih rendah."
                )
                note(ORDER, Refusal(why, written=text[:80], form=above[:80]))
            else:
                right[text] = share
        self._name_overlaps(right, note)
        if self.compared > MOST_COMPARED:
            why = N_("Jawaban terlalu banyak untuk dibandingkan; di sini yang terbaik dihitung.")
            note(ORDER, Refusal(why))
        return right

    def _lower(self, place: int) -> Iterator[tuple[str, Parts]]:
        """The forms above this one that earn less."""
        for form, share, parts in self.rows[:place]:
            if share < self.rows[place][1]:
                self.compared += 1
                if self.compared > MOST_COMPARED:
                    return
                yield form, parts

    def _in(self, parts: Parts, whole: Parts) -> bool:
        """Whether every text of one form is one of another."""
        return matches(self.fresh.join(parts), whole)

    def _name_overlaps(self, right: dict[str, Decimal], note: Note) -> None:
        """Name answers that the file gives less than the best form they fit."""
        reached = [parts if text in right else None for text, _, parts in self.rows]
        named: set[str] = set()
        for place, parts in enumerate(reached):
            for _, lower in self._lower(place) if parts else ():
                for text in self._meeting(lower, parts or []):
                    first, best = self._first_and_best(text, reached)
                    if first < best and len(named) < MOST_NAMED:
                        named.add(text)
                        why = N_(
                            "“%(answer)s” bernilai %(first)s di berkas, yang memakai baris cocok"
                            " pertama; di sini %(best)s, menurut baris cocok terbaik."
                        )
                        values = {"first": percent(first), "best": percent(best)}
                        note(ORDER, Refusal(why, answer=text[:80], **values))
                        break
                if len(named) == MOST_NAMED:
                    return

    def _first_and_best(
        self, text: str, reached: Sequence[Parts | None]
    ) -> tuple[Decimal, Decimal]:
        """What the file gives for an answer, and what the forms that are kept give."""
        fitting = [matches(text, parts) for _, _, parts in self.rows]
        first = next((row[1] for row, fits in zip(self.rows, fitting, strict=True) if fits), ZERO)
        earned = (
            row[1]
            for row, parts, fits in zip(self.rows, reached, fitting, strict=True)
            if fits and parts
        )
        return first, max(earned, default=ZERO)

    def _meeting(self, one: Parts, other: Parts) -> Iterator[str]:
        """Texts that both forms take: short ones, then such as little else takes."""
        if len(one) == 1 or len(other) == 1:
            texts = ["".join(one if len(one) == 1 else other)]
        else:
            head, tail = max(one[0], other[0], key=len), max(one[-1], other[-1], key=len)
            orders = (one[1:-1] + other[1:-1], other[1:-1] + one[1:-1])
            texts = [
                fill.join([head, *middle, tail])
                for fill in (" ", "", self.fresh)
                for middle in orders
            ]
        for text in texts:
            told = fold(text, case_sensitive=self.exact)
            if told and matches(told, one) and matches(told, other):
                yield told


# --- Numbers ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Numbers from ``low`` to ``high``, both inclusive, and their share of the points."""

    low: Decimal
    high: Decimal
    share: Decimal


#: Any number, worth nothing.
NOTHING_RIGHT = Span(-EVERY, EVERY, ZERO)


def first_spans(rows: Sequence[Span], note: Note) -> list[Span]:
    """Ranges of which the best one gives what the first of the file's gives; the cut is named.

    Exact for numbers with as many decimals as the bank keeps. Raises Refusal for too many pieces.
    """
    left: list[Span] = []
    for place, row in enumerate(rows):
        if row.share <= 0:
            continue
        pieces = [(row.low, row.high)]
        for above in rows[:place]:
            if above.share < row.share:
                pieces = [part for low, high in pieces for part in _without(low, high, above)]
        if len(left) + len(pieces) > MOST_SPANS:
            raise Refusal(N_("Jawaban soal ini terlalu banyak."))
        left += [Span(low, high, row.share) for low, high in pieces]
        if pieces != [(row.low, row.high)]:
            _name_cut(rows, place, note)
    return left


def _without(low: Decimal, high: Decimal, other: Span) -> Iterator[tuple[Decimal, Decimal]]:
    """What is left of a range, where an end that another has is none of it."""
    if other.high < low or high < other.low:
        yield low, high
        return
    if low < other.low:
        yield low, other.low - writing.SMALLEST
    if other.high < high:
        yield other.high + writing.SMALLEST, high


def _name_cut(rows: Sequence[Span], place: int, note: Note) -> None:
    """Name a number that a row above takes for less, if there is one."""
    row = rows[place]
    for above in rows[:place]:
        low, high = max(row.low, above.low), min(row.high, above.high)
        middle = (row.low + row.high) / 2
        example = middle if low <= middle <= high else low
        first = next(span.share for span in rows if span.low <= example <= span.high)
        if low <= high and first < row.share:
            why = N_(
                "%(answer)s cocok dengan baris bernilai %(best)s, tetapi baris di atasnya"
                " (%(first)s) berlaku lebih dulu; rentangnya dipotong agar nilainya sama."
            )
            values = {"first": percent(max(first, ZERO)), "best": percent(row.share)}
            note(ORDER, Refusal(why, answer=f"{example.normalize():f}", **values))
            return
