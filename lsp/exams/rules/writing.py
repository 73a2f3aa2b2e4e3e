"""Writing a question: from what an item writer states to content and key, or a clear refusal.

The packaged bank (YAML) and the writers' forms both come through here, so that a question that
cannot be answered or marked never enters the bank.
"""

import re
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.rules import wording
from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from lsp.exams.rules.marking import MARK_STEP
from lsp.texts import N_, Refusal

#: Fewest and most choices of a question, and the most pairs.
FEWEST, MOST = 2, 26
#: Numbers of a key stay below this and are whole multiples of that.
LARGEST, SMALLEST = Decimal(10) ** 12, Decimal("0.000001")
#: Largest side of a picture with hotspots, in pixels, and most areas of it.
LONGEST_SIDE, MOST_AREAS = 10_000, 26
#: Kinds of file a candidate may be asked for, by their ending, with their media types.
FILE_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
#: Largest file a candidate may be asked for, in megabytes.
LARGEST_UPLOAD = 20
#: Where a gap stands in a stem.
_GAP = re.compile(r"\[\[(\d{1,3})\]\]")


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
    markup: Markup = Markup.PLAIN


def choices(
    rows: Sequence[tuple[str, bool]], *, single: bool, weights: Sequence[Decimal] | None = None
) -> Body:
    """Choices with whether each is right; ids ``a``, ``b``, … in the order given.

    ``weights`` are shares of the points, from -1 to 1, one a choice, where the choices are not
    simply right or wrong; they then decide the score.
    """
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
    key: dict[str, Any] = {"correct": correct}
    if weights is not None:
        if max(weights) <= 0:
            raise Refusal(N_("Beri nilai kepada paling sedikit satu pilihan."))
        key["weights"] = {id_: _share(w) for id_, w in zip(ids, weights, strict=True)}
    return Body({"choices": rows_}, key)


def limited(body: Body, most: int) -> Body:
    """A multiple choice of which no more than ``most`` may be ticked; 0 sets no limit."""
    if not 0 <= most <= len(body.content["choices"]):
        raise Refusal(
            N_("Isi paling banyak pilihan dari 1 sampai %(most)s."),
            most=len(body.content["choices"]),
        )
    is_limit = 0 < most < len(body.content["choices"])
    return Body({**body.content, "most": most}, body.key) if is_limit else body


def check_limit(body: Body) -> None:
    """Raise Refusal where a multiple choice may not be answered with all its right choices.

    For questions that our own rules score; a file's may give all points for fewer.
    """
    most = body.content.get("most", 0)
    if "weights" not in body.key and 0 < most < len(body.key.get("correct", ())):
        raise Refusal(
            N_(
                "Ada %(right)s pilihan yang benar, tetapi paling banyak %(most)s boleh dipilih:"
                " nilai penuh tidak akan pernah tercapai. Naikkan batasnya atau kosongkan."
            ),
            right=len(body.key["correct"]),
            most=most,
        )


def pinned(body: Body, places: Mapping[str, Collection[str]], *, whole: bool = False) -> Body:
    """The body with choices that keep their place where a paper shuffles: all, or some.

    ``places`` are ids of choices, under the id of their gap, or under "" outside gaps.
    """
    content = dict(body.content)
    if whole and "choices" in content:
        content["fixed"] = True
    elif "choices" in content:
        content["choices"] = _pinned_rows(content["choices"], places.get("", ()))
    if "gaps" in content:
        content["gaps"] = [
            {**gap, "choices": _pinned_rows(gap["choices"], places.get(gap["id"], ()))}
            if "choices" in gap
            else gap
            for gap in content["gaps"]
        ]
    return Body(content, body.key)


def pinned_like(body: Body, before: Mapping[str, Any]) -> Body:
    """The body with the choices kept in place that were in the content of the revision before."""
    earlier = {gap["id"]: gap for gap in before.get("gaps", ())}
    places = {
        gap["id"]: _kept_places(gap, earlier.get(gap["id"], {}))
        for gap in body.content.get("gaps", ())
    }
    places[""] = _kept_places(body.content, before)
    if not any(places.values()) and not before.get("fixed"):
        return body
    return pinned(body, places, whole=bool(before.get("fixed")))


def _pinned_rows(
    rows: Sequence[Mapping[str, Any]], ids: Collection[str]
) -> list[Mapping[str, Any]]:
    return [{**row, "fixed": True} if row["id"] in ids else row for row in rows]


def _kept_places(part: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Ids of choices that stay: those of the same text, or where a pinned one's text was edited."""
    earlier = {row["text"]: row for row in before.get("choices", ())}
    pinned_ids = {row["id"] for row in earlier.values() if row.get("fixed")}
    rows = part.get("choices", ())
    # A pinned choice that stands elsewhere now has taken its pin along.
    moved = {earlier[row["text"]]["id"] for row in rows if row["text"] in earlier}
    return [
        row["id"]
        for row in rows
        if (
            earlier[row["text"]].get("fixed")
            if row["text"] in earlier
            else row["id"] in pinned_ids - moved
        )
    ]


def several_as_shares(
    type_: ItemType, content: Mapping[str, Any], key: Mapping[str, Any]
) -> dict[str, Any]:
    """A key as a writer may state it.

    Only a correction gives a single choice several right ones; each of them is then worth all the
    points, and the first stands for the one that must be marked right.
    """
    if type_ is not ItemType.SINGLE_CHOICE or len(key["correct"]) == 1:
        return dict(key)
    weights = {row["id"]: "1" if row["id"] in key["correct"] else "0" for row in content["choices"]}
    return {"weights": weights, **key, "correct": key["correct"][:1]}


def true_false(answer: object) -> Body:
    """A statement that is true or false."""
    if not isinstance(answer, bool):
        raise Refusal(N_("Pilih apakah pernyataan itu benar atau salah."))
    return Body({}, {"answer": answer})


def short_answer(
    accepted: Sequence[str],
    *,
    case_sensitive: bool,
    shares: Mapping[str, Decimal] | None = None,
    wildcards: bool = False,
    ignore_spaces: bool = False,
) -> Body:
    """Every form of the answer that is right.

    ``shares`` names the forms that earn only a share of the points, above 0 to 1. With
    ``wildcards`` a ``*`` in a form stands for any text, ``\\*`` for the character itself. White
    space at the ends and how much of it stands between words never matters; with
    ``ignore_spaces`` it does not matter at all.
    """
    if not accepted:
        raise Refusal(N_("Tulis paling sedikit satu jawaban yang diterima."))
    _check_texts(accepted)
    key: dict[str, Any] = {"accepted": list(accepted), "case_sensitive": case_sensitive}
    if shares:
        key["shares"] = {text: _share(share) for text, share in shares.items()}
    if wildcards:
        key["wildcards"] = True
    if ignore_spaces:
        key["ignore_spaces"] = True
    return Body({}, key)


def numerical(value: object, tolerance: object, unit: str) -> Body:
    """A number, how far off an answer may be (inclusive), and the unit beside the field."""
    number, margin = _decimal(value), _decimal(tolerance)
    if margin < 0:
        raise Refusal(N_("Toleransi tidak boleh kurang dari 0."))
    content = {"unit": unit} if unit else {}
    return Body(
        content, {"value": f"{number.normalize():f}", "tolerance": f"{margin.normalize():f}"}
    )


def number_ranges(ranges: Sequence[tuple[object, object, Decimal]], unit: str) -> Body:
    """Ranges of numbers, both ends inclusive, each with its share of the points, above 0 to 1."""
    if not ranges:
        raise Refusal(N_("Tulis paling sedikit satu rentang angka."))
    rows = []
    for low, high, share in ranges:
        lowest, highest = _decimal(low), _decimal(high)
        if lowest > highest:
            raise Refusal(N_("Batas bawah rentang tidak boleh melebihi batas atasnya."))
        rows.append(
            {
                "low": f"{lowest.normalize():f}",
                "high": f"{highest.normalize():f}",
                "share": _share(share),
            }
        )
    return Body({"unit": unit} if unit else {}, {"ranges": rows})


def ordering(texts: Sequence[str], *, exact: bool = False) -> Body:
    """Texts in their right order; shown in alphabetical order, so that it tells nothing.

    Each text in its right place earns its share; with ``exact`` only the whole order earns points.
    """
    if not FEWEST <= len(texts) <= MOST:
        raise Refusal(N_("Tulis %(least)s sampai %(most)s langkah."), least=FEWEST, most=MOST)
    _check_texts(texts)
    shown = sorted(texts, key=_alphabetically)
    ids = dict(zip(shown, string.ascii_lowercase, strict=False))
    key: dict[str, Any] = {"order": [ids[text] for text in texts]}
    if exact:
        key["exact"] = True
    return Body({"rows": [{"id": ids[text], "text": text} for text in shown]}, key)


def gap_fill(gaps: Sequence[tuple[Body, Decimal]], stem: str) -> Body:
    """Gaps in a text: the stem has ``[[1]]``, ``[[2]]``, … where they stand, numbered from 1.

    Each gap is the body of a single choice (shown as a drop-down), a short answer or a number,
    with its weight among the gaps, above 0.
    """
    if not gaps:
        raise Refusal(N_("Tulis paling sedikit satu rumpang."))
    shown: list[dict[str, Any]] = []
    keys: dict[str, dict[str, Any]] = {}
    for n, (body, weight) in enumerate(gaps, 1):
        id_ = str(n)
        if stem.count(f"[[{id_}]]") != 1:
            raise Refusal(N_("Tulis [[%(n)s]] tepat satu kali di pertanyaan."), n=id_)
        if weight <= 0:
            raise Refusal(N_("Bobot setiap rumpang lebih dari 0."))
        kind = "choice" if "correct" in body.key else "text" if "accepted" in body.key else "number"
        shown.append({"id": id_, "kind": kind, **body.content})
        keys[id_] = {**body.key, "weight": f"{weight.normalize():f}"}
    for id_ in _GAP.findall(stem):
        if id_ not in keys:
            raise Refusal(N_("Pertanyaan memuat [[%(n)s]], tetapi isinya belum ditulis."), n=id_)
    return Body({"gaps": shown}, {"gaps": keys})


def hotspot(
    picture: str, width: int, height: int, alt: str, areas: Sequence[tuple[str, Sequence[int]]]
) -> Body:
    """A point to be found on a picture (the name of one of the item's media files).

    Areas are ``rect`` (left, top, right, bottom), ``circle`` (x, y, radius) or ``poly`` (x, y,
    x, y, …) in pixels of the picture; a point in any of them is right. ``alt`` says what the
    picture shows, without giving the answer away.
    """
    if not picture or not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise Refusal(N_("Pilih gambar untuk soal ini."))
    if not alt.strip():
        raise Refusal(N_("Tulis apa yang tampak di gambar, untuk peserta yang tidak melihatnya."))
    if not areas:
        raise Refusal(N_("Tandai paling sedikit satu daerah yang benar."))
    if len(areas) > MOST_AREAS:
        raise Refusal(N_("Tandai paling banyak %(most)s daerah."), most=MOST_AREAS)
    for shape, coords in areas:
        fits = {"rect": len(coords) == 4, "circle": len(coords) == 3}
        if not fits.get(shape, shape == "poly" and len(coords) >= 6 and len(coords) % 2 == 0):
            raise Refusal(N_("Daerah di gambar belum lengkap."))
        if not _can_be_hit(shape, coords, width, height):
            raise Refusal(N_("Setiap daerah harus punya luas dan berada di dalam gambar."))
    return Body(
        {"picture": picture, "width": width, "height": height, "alt": alt.strip()},
        {
            "areas": [
                {"id": id_, "shape": shape, "coords": list(coords)}
                for id_, (shape, coords) in zip(string.ascii_lowercase, areas, strict=False)
            ]
        },
    )


def _can_be_hit(shape: str, coords: Sequence[int], width: int, height: int) -> bool:
    """Whether an area has an inside, and some of it lies on the picture."""
    if shape == "circle":
        x, y, radius = coords
        left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
    else:
        left, right = min(coords[::2]), max(coords[::2])
        top, bottom = min(coords[1::2]), max(coords[1::2])
    if shape == "rect" and (left, top) != (coords[0], coords[1]):
        return False
    return left < right and top < bottom and left < width and top < height and right >= 0 <= bottom


def matching(pairs: Sequence[tuple[str, str]], extra_right: Sequence[str]) -> Body:
    """Pairs, and right-hand texts that fit nothing.

    The right-hand side is put in alphabetical order, so that its order tells nothing.
    """
    lefts = [left for left, _ in pairs]
    if not FEWEST <= len(lefts) <= MOST:
        raise Refusal(N_("Tulis %(least)s sampai %(most)s pasangan."), least=FEWEST, most=MOST)
    _check_texts(lefts)
    rights = sorted({right for _, right in pairs} | set(extra_right), key=_alphabetically)
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
    if max_words <= 0:
        raise Refusal(N_("Isi batas kata dengan angka lebih dari 0."))
    return Body({"max_words": max_words}, _rubric(rubric, model_answer, max_score))


def file_upload(
    kinds: Sequence[str],
    megabytes: int,
    rubric: Sequence[tuple[str, Decimal]],
    model_answer: str,
    max_score: Decimal,
) -> Body:
    """A file the candidate hands in; ``kinds`` are endings of FILE_KINDS, ``pdf``, ``docx``, …"""
    if not kinds or not set(kinds) <= set(FILE_KINDS):
        raise Refusal(N_("Pilih jenis berkas yang diterima."))
    if not 0 < megabytes <= LARGEST_UPLOAD:
        raise Refusal(N_("Isi ukuran terbesar dari 1 sampai %(most)s MB."), most=LARGEST_UPLOAD)
    content = {"kinds": list(kinds), "max_megabytes": megabytes}
    return Body(content, _rubric(rubric, model_answer, max_score))


def oral(rubric: Sequence[tuple[str, Decimal]], model_answer: str, max_score: Decimal) -> Body:
    """A question the assessor asks, with the aspects of a good answer (FR.IA.07)."""
    return Body({}, _rubric(rubric, model_answer, max_score))


def _rubric(
    rubric: Sequence[tuple[str, Decimal]], model_answer: str, max_score: Decimal
) -> dict[str, Any]:
    """The key of what a person marks: aspects that add up to the points, and a model answer."""
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
    rows = [{"aspect": aspect, "points": f"{points.normalize():f}"} for aspect, points in rubric]
    return {"rubric": rows, "model_answer": model_answer}


def check_draft(draft: Draft) -> None:
    """Raise Refusal unless the parts every question has are there."""
    if not draft.title.strip() or not wording.plain(draft.stem, draft.markup).strip():
        raise Refusal(N_("Isi judul dan pertanyaan."))
    if not (draft.max_score.is_finite() and 0 < draft.max_score <= 100):
        raise Refusal(N_("Isi nilai soal lebih dari 0 sampai 100."))
    if draft.max_score % MARK_STEP:
        raise Refusal(N_("Isi nilai soal dengan kelipatan 0,25."))


def _alphabetically(text: str) -> tuple[str, str]:
    """Place in the alphabet; of "A" and "a" the capital comes first, in every process."""
    return fold(text), text


def _check_texts(texts: Sequence[str]) -> None:
    if any(not text.strip() for text in texts):
        raise Refusal(N_("Isi setiap baris; jangan ada yang kosong."))
    folded = [fold(text, case_sensitive=True) for text in texts]
    for text in texts:
        if folded.count(fold(text, case_sensitive=True)) > 1:
            raise Refusal(N_("“%(line)s” tertulis lebih dari sekali."), line=text)


def _share(share: Decimal) -> str:
    """A share of the points, from -1 to 1, as the key keeps it."""
    if not (share.is_finite() and -1 <= share <= 1):
        raise Refusal(N_("Isi bagian nilai dari -100% sampai 100%."))
    return f"{share.normalize():f}"


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
