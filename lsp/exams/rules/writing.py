"""Writing a question: from what an item writer states to content and key, or a clear refusal.

The packaged bank (YAML) and the writers' forms both come through here, so that a question that
cannot be answered or marked never enters the bank.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.marking import MARK_STEP
from lsp.texts import N_, Refusal

#: Fewest and most choices of a question, and the most pairs.
FEWEST, MOST = 2, 8
#: Numbers of a key stay below this and are whole multiples of that.
LARGEST, SMALLEST = Decimal(10) ** 12, Decimal("0.000001")


@dataclass(frozen=True)
class Body:
    """What a type of question stores: ``content`` for the candidate, ``key`` for the server."""

    content: dict[str, Any]
    key: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A question as its writer hands it in."""

    type: ItemType
    level: CognitiveLevel
    title: str
    stem: str
    body: Body
    max_score: Decimal
    rationale: str = ""
    tags: tuple[str, ...] = ()


def choices(rows: Sequence[tuple[str, bool]], *, single: bool) -> Body:
    """Choices with whether each is right; ids ``a``, ``b``, … in the order given."""
    texts = [text for text, _ in rows]
    if not FEWEST <= len(texts) <= MOST:
        raise Refusal(N_("Tulis %(least)s sampai %(most)s pilihan."), least=FEWEST, most=MOST)
    _check_texts(texts)
    ids = string.ascii_lowercase[: len(texts)]
    correct = [id_ for id_, (_, is_right) in zip(ids, rows, strict=True) if is_right]
    if single and len(correct) != 1:
        raise Refusal(N_("Tandai tepat satu pilihan sebagai jawaban benar."))
    if not single and not 0 < len(correct) < len(texts):
        raise Refusal(N_("Tandai pilihan yang benar; paling sedikit satu pilihan salah."))
    rows_ = [{"id": id_, "text": text} for id_, text in zip(ids, texts, strict=True)]
    return Body({"choices": rows_}, {"correct": correct})


def true_false(answer: object) -> Body:
    """A statement that is true or false."""
    if not isinstance(answer, bool):
        raise Refusal(N_("Pilih apakah pernyataan itu benar atau salah."))
    return Body({}, {"answer": answer})


def short_answer(accepted: Sequence[str], *, case_sensitive: bool) -> Body:
    """Every form of the answer that is right."""
    if not accepted:
        raise Refusal(N_("Tulis paling sedikit satu jawaban yang diterima."))
    _check_texts(accepted)
    return Body({}, {"accepted": list(accepted), "case_sensitive": case_sensitive})


def numerical(value: object, tolerance: object, unit: str) -> Body:
    """A number, how far off an answer may be (inclusive), and the unit beside the field."""
    number, margin = _decimal(value), _decimal(tolerance)
    if margin < 0:
        raise Refusal(N_("Toleransi tidak boleh kurang dari 0."))
    content = {"unit": unit} if unit else {}
    return Body(
        content, {"value": f"{number.normalize():f}", "tolerance": f"{margin.normalize():f}"}
    )


def matching(pairs: Sequence[tuple[str, str]], extra_right: Sequence[str]) -> Body:
    """Pairs, and right-hand texts that fit nothing.

    The right-hand side is put in alphabetical order, so that its order tells nothing.
    """
    lefts = [left for left, _ in pairs]
    if not FEWEST <= len(lefts) <= MOST:
        raise Refusal(N_("Tulis %(least)s sampai %(most)s pasangan."), least=FEWEST, most=MOST)
    _check_texts(lefts)
    rights = sorted({right for _, right in pairs} | set(extra_right), key=fold)
    _check_texts(rights)
    if len(rights) > len(string.ascii_lowercase):
        raise Refusal(N_("Kurangi pilihan di sisi kanan."))
    ids = dict(zip(rights, string.ascii_lowercase, strict=False))
    return Body(
        {
            "left": [{"id": str(n), "text": left} for n, left in enumerate(lefts, 1)],
            "right": [{"id": id_, "text": text} for text, id_ in ids.items()],
        },
        {"pairs": {str(n): ids[right] for n, (_, right) in enumerate(pairs, 1)}},
    )


def essay(
    rubric: Sequence[tuple[str, Decimal]], model_answer: str, max_words: int, max_score: Decimal
) -> Body:
    """A text of the candidate's own with the aspects an assessor gives points for."""
    if not rubric:
        raise Refusal(N_("Tulis paling sedikit satu aspek penilaian."))
    _check_texts([aspect for aspect, _ in rubric])
    if any(points <= 0 for _, points in rubric):
        raise Refusal(N_("Setiap aspek bernilai lebih dari 0."))
    total = sum((points for _, points in rubric), Decimal(0))
    if total != max_score:
        raise Refusal(
            N_("Jumlah nilai aspek (%(total)s) harus sama dengan nilai soal (%(max_score)s)."),
            total=f"{total.normalize():f}",
            max_score=f"{max_score.normalize():f}",
        )
    if max_words <= 0:
        raise Refusal(N_("Isi batas kata dengan angka lebih dari 0."))
    rows = [{"aspect": aspect, "points": f"{points.normalize():f}"} for aspect, points in rubric]
    return Body({"max_words": max_words}, {"rubric": rows, "model_answer": model_answer})


def check_draft(draft: Draft) -> None:
    """Raise Refusal unless the parts every question has are there."""
    if not draft.title.strip() or not draft.stem.strip():
        raise Refusal(N_("Isi judul dan pertanyaan."))
    if not (draft.max_score.is_finite() and 0 < draft.max_score <= 100):
        raise Refusal(N_("Isi nilai soal lebih dari 0 sampai 100."))
    if draft.max_score % MARK_STEP:
        raise Refusal(N_("Isi nilai soal dengan kelipatan 0,25."))


def _check_texts(texts: Sequence[str]) -> None:
    if any(not text.strip() for text in texts):
        raise Refusal(N_("Isi setiap baris; jangan ada yang kosong."))
    folded = [fold(text, case_sensitive=True) for text in texts]
    for text in texts:
        if folded.count(fold(text, case_sensitive=True)) > 1:
            raise Refusal(N_("“%(line)s” tertulis lebih dari sekali."), line=text)


def _decimal(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise Refusal(N_("Isi dengan angka, misalnya 12,5.")) from None
    if not number.is_finite():
        raise Refusal(N_("Isi dengan angka, misalnya 12,5."))
    if abs(number) >= LARGEST or number != number.quantize(SMALLEST):
        raise Refusal(N_("Isi angka di bawah 1 triliun dengan paling banyak 6 angka desimal."))
    return number
