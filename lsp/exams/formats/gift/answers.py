"""Reading the answer of a GIFT question: what stands between ``{`` and ``}``."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lsp.exams.formats.accepting import NOTHING_RIGHT, Span, accepted, first_spans
from lsp.exams.formats.gathering import Words
from lsp.exams.formats.gift.syntax import FORMAT, reveal
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: Most parts of one answer; a question has fewer, and this many are still read quickly.
MOST_PARTS = 200
#: Two shares closer than this are the same: files round thirds.
NEAR = Decimal("0.0001")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,40})?)%")
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?")


@dataclass
class Answers:
    """A kind of answer, its texts in the order they are used, and how they become a body.

    ``body`` takes the texts back after the markup of the whole question was settled.
    """

    kind: ItemType
    body: Callable[[Sequence[str]], Body]
    words: list[Words] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    #: What else of the answer is not carried, and why.
    left: list[tuple[str, Refusal]] = field(default_factory=list)


@dataclass
class _Part:
    """``=%50%text#feedback``: its sign, its share if it states one, its text, its feedback."""

    sign: str
    share: Decimal | None
    text: str
    feedback: str


def read_answers(answer: str, default_format: str) -> Answers:
    """What a question's answer says. Raises Refusal for what cannot be an answer."""
    if not answer:
        return Answers(ItemType.ESSAY, lambda _: Body({}, {}))
    if answer.startswith("#"):
        return _numerical(answer[1:])
    truth, *comments = answer.split("#", 2)
    if (value := _TRUTH.get(truth.strip().upper())) is not None:
        return Answers(
            ItemType.TRUE_FALSE,
            lambda _: writing.true_false(value),
            feedback=[_feedback(text) for text in comments if text.strip()],
        )
    if "~" in answer:
        return _choices(_parts(answer, "~="), default_format)
    parts = _parts(answer, "=")
    if "=" in answer and "->" in answer:
        return _matching(parts, default_format)
    return _short_answer(parts)


def _parts(answer: str, signs: str) -> list[_Part]:
    pieces = [piece.strip() for piece in re.split(f"(?=[{signs}])", answer)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) > MOST_PARTS:
        raise Refusal(N_("Jawaban soal ini terlalu banyak."))
    return [_part(piece, signs) for piece in pieces]


def _part(piece: str, signs: str) -> _Part:
    sign = piece[0] if piece[0] in signs else ""
    text, _, feedback = piece[len(sign) :].partition("#")
    text = text.strip()
    share = None
    if found := _WEIGHT.match(text):
        share, text = Decimal(found[1]) / 100, text[found.end() :].strip()
    return _Part(sign, share, text, _feedback(feedback))


def _feedback(text: str) -> str:
    return FORMAT.sub("", reveal(text).strip(), count=1).strip()


def _told(parts: Sequence[_Part]) -> list[str]:
    return [part.feedback for part in parts if part.feedback]


def _words(text: str, default_format: str) -> Words:
    found = FORMAT.match(text)
    if found is None:
        return Words(reveal(text).strip(), default_format)
    return Words(reveal(text[found.end() :]).strip(), found[1].lower())


# --- Choices ------------------------------------------------------------------------------------


def _choices(parts: Sequence[_Part], default_format: str) -> Answers:
    is_single = any(part.sign == "=" for part in parts)
    shares = [
        part.share if part.share is not None else Decimal(1 if part.sign == "=" else 0)
        for part in parts
    ]

    def body(texts: Sequence[str]) -> Body:
        if is_single:
            return _single(texts, shares)
        rows = [(text, share > 0) for text, share in zip(texts, shares, strict=True)]
        return writing.choices(rows, single=False, weights=None if _is_usual(shares) else shares)

    return Answers(
        ItemType.SINGLE_CHOICE if is_single else ItemType.MULTIPLE_CHOICE,
        body,
        [_words(part.text, default_format) for part in parts],
        _told(parts),
    )


def _single(texts: Sequence[str], shares: Sequence[Decimal]) -> Body:
    """The first choice worth all the points is the right one; weights where that is not all."""
    if max(shares) != 1:
        raise Refusal(N_("Tidak ada pilihan yang bernilai penuh."))
    right = list(shares).index(Decimal(1))
    is_plain = all(share == 0 for n, share in enumerate(shares) if n != right)
    return writing.choices(
        [(text, n == right) for n, text in enumerate(texts)],
        single=True,
        weights=None if is_plain else shares,
    )


def _is_usual(shares: Sequence[Decimal]) -> bool:
    """Whether each right choice earns the same and each wrong one costs as much, as by default."""
    right = [share for share in shares if share > 0]
    if not right:
        return True  # refused with a better reason by the rules of choices
    each = Decimal(1) / len(right)
    return all(abs(abs(share) - each) <= NEAR for share in shares)


# --- Matching, words, numbers -------------------------------------------------------------------


def _matching(parts: Sequence[_Part], default_format: str) -> Answers:
    words: list[Words] = []
    for part in parts:
        left, arrow, right = part.text.partition("->")
        if not arrow:
            raise Refusal(N_("Tulis setiap pasangan sebagai =kiri -> kanan."))
        words += [_words(left.strip(), default_format), Words(reveal(right).strip(), "plain")]

    def body(texts: Sequence[str]) -> Body:
        pairs = list(zip(texts[::2], texts[1::2], strict=True))
        return writing.matching(
            [(left, right) for left, right in pairs if left],
            [right for left, right in pairs if not left],
        )

    why = Refusal(N_("Setiap pasangan di sini bernilai sama."))
    weights = [
        (f"%{(part.share * 100).normalize():f}%{reveal(part.text)}", why)
        for part in parts
        if part.share is not None
    ]
    return Answers(ItemType.MATCHING, body, words, _told(parts), weights)


def _short_answer(parts: Sequence[_Part]) -> Answers:
    rows = [(reveal(FORMAT.sub("", part.text, count=1).strip()), _share(part)) for part in parts]
    left: list[tuple[str, Refusal]] = []
    body = accepted(rows, exact=False, note=lambda what, why: left.append((what, why)))
    return Answers(ItemType.SHORT_ANSWER, lambda _: body, [], _told(parts), left)


def _share(part: _Part) -> Decimal:
    return Decimal(1) if part.share is None else part.share


def _numerical(answer: str) -> Answers:
    answer, _, rest = answer.partition("~")
    parts = _parts(answer, "=")
    other, _, feedback = rest.partition("#")
    told = [*_told(parts), *filter(None, [_feedback(feedback)])]
    if any(part.text == "*" and _share(part) > 0 for part in parts):
        raise Refusal(N_("Angka apa pun bernilai di soal ini."))
    rows = [(_range(reveal(part.text)), _share(part)) for part in parts if _share(part) > 0]
    wrong = [reveal(part.text) for part in parts if _share(part) <= 0]
    why = Refusal(N_("Angka yang bernilai 0 tidak perlu disimpan."))
    left = [(f"{N_('Jawaban salah')}: {text}", why) for text in [*wrong, other.strip()] if text]
    spans = first_spans(
        [span for part in parts if (span := _span(part))],
        lambda what, why: left.append((what, why)),
    )

    def body(_texts: Sequence[str]) -> Body:
        if len(rows) == len(spans) == 1 and rows[0][0].tolerance is not None and rows[0][1] == 1:
            value, tolerance = rows[0][0].low, rows[0][0].tolerance
            if rows[0][0].ends == (spans[0].low, spans[0].high):
                return writing.numerical(value, tolerance, "")
        return writing.number_ranges([(span.low, span.high, span.share) for span in spans], "")

    return Answers(ItemType.NUMERICAL, body, [], told, left)


def _span(part: _Part) -> Span | None:
    """The numbers of a part and what they earn; None for a wrong one that is no number."""
    text, share = reveal(part.text), _share(part)
    if share <= 0:
        if text == "*":
            return NOTHING_RIGHT
        if not all(_NUMBER.fullmatch(end.strip()) for end in re.split(r"\.\.|:", text)):
            return None
    return Span(*_range(text).ends, min(share, Decimal(1)))


@dataclass(frozen=True)
class _Range:
    """Two ends, or a value (``low``) and how far off an answer may be."""

    low: Decimal
    high: Decimal
    tolerance: Decimal | None = None

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest number that is right."""
        if self.tolerance is None:
            return self.low, self.high
        return self.low - self.tolerance, self.low + self.tolerance


def _range(text: str) -> _Range:
    """``3.14``, ``3.14:0.01`` or ``3.1..3.2``."""
    low, dots, high = text.partition("..")
    if dots:
        return _Range(_number(low), _number(high))
    value, _, tolerance = text.partition(":")
    number = _number(value)
    return _Range(number, number, _number(tolerance) if tolerance.strip() else Decimal(0))


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise Refusal(N_("Tulis angka dengan titik desimal, misalnya 12.5."))
    return Decimal(text.strip())
