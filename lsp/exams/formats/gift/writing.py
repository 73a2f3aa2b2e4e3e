"""Writing GIFT."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lsp.exams.formats.gathering import CRITERION, as_html, shorten
from lsp.exams.formats.gift.reading import ESSAY_ASPECT, ESSAY_WORDS, GAP
from lsp.exams.formats.gift.syntax import FORMAT, escape
from lsp.exams.formats.offering import lost_offering
from lsp.exams.formats.own_names import NAMES, lost_names
from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import Media, NotCarried, NotWritten, ReadItem
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.texts import N_, Refusal

_STEP = Decimal("0.00001")
_AMBIGUOUS = re.compile(r"%-?\d{1,3}(\.\d+)?%|->")
_MARKED_UP = re.compile(r"[<&]")
_WORD = re.compile(r"\w")


def write(
    items: Sequence[ReadItem],
    media: Sequence[Media],  # noqa: ARG001 -- every format is called alike
) -> tuple[bytes, list[NotCarried]]:
    """A GIFT file of these questions in UTF-8, and what such a file cannot hold."""
    lost: list[NotCarried] = []
    parts = []
    for item in items:
        try:
            answer = _answer(item)
        except Refusal as refusal:
            lost.append(NotWritten(item.identifier, item.title, refusal))
            continue
        parts.append(_question(item, answer))
        lost += _losses(item)
    return ("\n\n".join(parts) + "\n").encode(), lost


def _question(item: ReadItem, answer: str) -> str:
    comment = [f"[id:{_field(item.identifier)}]"]
    level = (item.level.value,) if item.level else ()
    criterion = (item.criterion,) if CRITERION.fullmatch(item.criterion) else ()
    comment += [f"[tag:{_field(tag)}]" for tag in (*criterion, *level, *item.tags)]
    if item.max_score != 1:
        comment.append(f"[nilai:{item.max_score.normalize():f}]")
    if item.type is ItemType.GAP_FILL:
        comment.append(f"[jenis:{GAP}]")
    if item.rationale:
        answer = f"{answer}\n####{_rationale(item)}"
    stem = escape(item.stem)
    body = f"{{{answer}}}"
    if item.type is ItemType.GAP_FILL:
        stem = stem.replace("[[1]]", body, 1)
    else:
        stem += body
    return f"// {' '.join(comment)}\n::{escape(item.title)}::{_format(item)}{stem}"


def _field(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", " ".join(text.split()))


def _rationale(item: ReadItem) -> str:
    """General feedback; it is plain text, whatever the question is."""
    text = item.rationale
    needs_name = _format(item) or FORMAT.match(text) or _MARKED_UP.search(text)
    return f"{'[plain]' if needs_name else ''}{escape(item.rationale)}"


def _format(item: ReadItem) -> str:
    """The name of the format where Moodle's own would read something else into the texts."""
    if item.markup is Markup.HTML:
        return "[html]"
    texts = [item.stem, *_texts(item.body.content)]
    return "[plain]" if any(_MARKED_UP.search(t) or FORMAT.match(t) for t in texts) else ""


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for rows in (content.get("choices"), content.get("left"), *_gap_choices(content)):
        for row in rows or ():
            yield row["text"]


def _gap_choices(content: Mapping[str, Any]) -> Iterator[Sequence[Mapping[str, Any]] | None]:
    for gap in content.get("gaps") or ():
        yield gap.get("choices")


# --- Answers ------------------------------------------------------------------------------------


def _answer(item: ReadItem) -> str:
    """What stands between the braces. Raises Refusal when GIFT has no way to say it."""
    content, key = item.body.content, item.body.key
    match item.type:
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            return _choices(item, content, key)
        case ItemType.TRUE_FALSE:
            return "TRUE" if key["answer"] else "FALSE"
        case ItemType.SHORT_ANSWER:
            return _short_answer(key)
        case ItemType.NUMERICAL:
            return _numerical(key)
        case ItemType.MATCHING:
            return _matching(item)
        case ItemType.ESSAY:
            return ""
        case ItemType.GAP_FILL:
            return _gap(item)
        case _:
            raise Refusal(N_("GIFT tidak mengenal jenis soal ini."))


def _choices(item: ReadItem, content: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    shares = shares_of(item.type, content, key)
    is_single = item.type is not ItemType.MULTIPLE_CHOICE
    if is_single and max(shares.values()) != 1:
        raise Refusal(N_("Di GIFT satu pilihan harus bernilai penuh."))
    lines = []
    for choice in content["choices"]:
        share, text = shares[choice["id"]], _marked(item, choice["text"])
        if is_single and share == 1:
            sign = "=%100%" if _AMBIGUOUS.match(choice["text"]) else "="
        elif share == 0 and not _AMBIGUOUS.match(choice["text"]):
            sign = "~"
        else:
            sign = f"~%{_percent(share)}%"
        lines.append(f"\n\t{sign}{text}")
    return "".join(lines) + "\n"


def shares_of(
    kind: ItemType | None, content: Mapping[str, Any], key: Mapping[str, Any]
) -> dict[str, Decimal]:
    """Share of the points each choice is worth: its weight, or as the type's rules have it."""
    if key.get("weights"):
        return {id_: Decimal(share) for id_, share in key["weights"].items()}
    correct = key["correct"]
    each = Decimal(1) / len(correct)
    wrong = -each if kind is ItemType.MULTIPLE_CHOICE else Decimal(0)
    return {
        choice["id"]: each if choice["id"] in correct else wrong for choice in content["choices"]
    }


def _marked(item: ReadItem, text: str) -> str:
    """A choice or a row; it names its format where its beginning would be read as one."""
    name = f"[{item.markup.value}]" if FORMAT.match(text) else ""
    return name + escape(text)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(_STEP, ROUND_HALF_UP).normalize():f}"


def _short_answer(key: Mapping[str, Any]) -> str:
    accepted = key["accepted"]
    if any("->" in text for text in accepted):
        raise Refusal(N_("Di GIFT jawaban dengan “->” dibaca sebagai pasangan."))
    shares = key.get("shares") or {}
    lines = []
    # The best come first: Moodle takes the first that fits.
    for text in sorted(accepted, key=lambda text: -Decimal(shares.get(text, 1))):
        share = Decimal(shares.get(text, 1))
        pattern = text if key.get("wildcards") else text.replace("*", "\\*")
        needs_share = share != 1 or _AMBIGUOUS.match(text)
        name = "[plain]" if FORMAT.match(text) else ""
        lines.append(f"\n\t={f'%{_percent(share)}%' if needs_share else ''}{name}{escape(pattern)}")
    return "".join(lines) + "\n"


def _numerical(key: Mapping[str, Any]) -> str:
    if "ranges" not in key:
        tolerance = Decimal(key.get("tolerance") or 0)
        return f"#{key['value']}{f':{tolerance.normalize():f}' if tolerance else ''}"
    lines = []
    for row in sorted(key["ranges"], key=lambda row: -Decimal(row["share"])):
        share = Decimal(row["share"])
        sign = "=" if share == 1 else f"=%{_percent(share)}%"
        lines.append(f"\n\t{sign}{row['low']}..{row['high']}")
    return f"#{''.join(lines)}\n"


def _matching(item: ReadItem) -> str:
    content, pairs = item.body.content, item.body.key["pairs"]
    right = {row["id"]: row["text"] for row in content["right"]}
    if any("->" in row["text"] for row in content["left"]):
        raise Refusal(N_("Di GIFT pasangan tidak dapat memuat “->” di sisi kiri."))
    if any(_AMBIGUOUS.match(row["text"]) for row in content["left"]):
        raise Refusal(N_("Di GIFT pasangan tidak dapat diawali persentase."))
    lines = [
        f"\n\t={_marked(item, row['text'])} -> {_right(item, right[pairs[row['id']]])}"
        for row in content["left"]
    ]
    used = set(pairs.values())
    lines += [
        f"\n\t= -> {_right(item, row['text'])}" for row in content["right"] if row["id"] not in used
    ]
    return "".join(lines) + "\n"


def _right(item: ReadItem, text: str) -> str:
    """The right-hand side of a pair: plain text in GIFT, whatever the question is."""
    return escape(wording.plain(text, item.markup))


def _gap(item: ReadItem) -> str:
    content, key = item.body.content, item.body.key
    after = item.stem.partition("[[1]]")[2]
    if len(content["gaps"]) != 1 or not _WORD.search(after):
        raise Refusal(N_("GIFT hanya memuat satu rumpang, dengan kata-kata sesudahnya."))
    gap, gap_key = content["gaps"][0], key["gaps"]["1"]
    if gap["kind"] == "choice":
        return _choices(item, gap, gap_key)
    return _short_answer(gap_key) if gap["kind"] == "text" else _numerical(gap_key)


# --- What is lost -------------------------------------------------------------------------------


def _lost_of_file(item: ReadItem) -> Iterator[NotCarried]:
    """What it brought from the file it came from."""
    if why := lost_names(item):
        yield NotCarried(item.identifier, NAMES, why)
    for what, lost in lost_offering(item):
        yield NotCarried(item.identifier, what, lost)


def _losses(item: ReadItem) -> Iterator[NotCarried]:
    """What the file cannot hold of a question that it does hold."""

    def lose(what: str, why: str) -> NotCarried:
        return NotCarried(item.identifier, what, Refusal(why))

    content, key = item.body.content, item.body.key
    none = N_("GIFT tidak punya tempat untuk ini.")
    if item.criterion and not CRITERION.fullmatch(item.criterion):
        yield lose(f"kriteria {shorten(item.criterion)}", none)
    if content.get("unit"):
        yield lose(f"satuan {content['unit']}", none)
    if key.get("case_sensitive"):
        yield lose("huruf besar dan kecil dibedakan", none)
    if key.get("ignore_spaces"):
        yield lose("spasi diabaikan", none)
    yield from _lost_of_file(item)
    if differs(item):
        yield lose("cara penilaian QTI", none)
    if item.type is ItemType.ESSAY:
        for what in _essay_losses(content, key):
            yield lose(what, none)
    if item.markup is Markup.HTML:
        yield from _html_losses(item, lose)


def _html_losses(item: ReadItem, lose: Callable[[str, str], NotCarried]) -> Iterator[NotCarried]:
    """What of a question's HTML has no place: looks on the right-hand side, pictures."""
    content = item.body.content
    if any(
        row["text"] != as_html(wording.plain(row["text"], item.markup))
        for row in content.get("right") or ()
    ):
        yield lose("format teks di sisi kanan", N_("GIFT tidak punya tempat untuk ini."))
    texts = (item.stem, *_texts(content))
    for name in dict.fromkeys(name for text in texts for name in wording.pictures(text)):
        yield lose(f"gambar {name}", N_("GIFT tidak memuat gambar."))


def _essay_losses(content: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[str]:
    if [row["aspect"] for row in key.get("rubric", [])] != [ESSAY_ASPECT]:
        yield "rubrik esai"
    if key.get("model_answer"):
        yield "contoh jawaban"
    if content.get("max_words") != ESSAY_WORDS:
        yield f"batas {content.get('max_words')} kata"
