"""From the parts of a Moodle question to content and key: the types a person types an answer to,
and those with choices. Gaps are in ``gaps``, pictures with markers in ``pictures``."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from lsp.exams.formats.accepting import NOTHING_RIGHT, Span, accepted, first_spans
from lsp.exams.formats.gathering import listed
from lsp.exams.formats.moodle import rubrics
from lsp.exams.formats.moodle.source import Option, Source, number, text_of
from lsp.exams.formats.moodle.words import Words
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

ONE, ZERO = Decimal(1), Decimal(0)
#: Moodle keeps five digits of a third; shares this close are the same.
CLOSE = Decimal("0.0001")
#: What an essay may have in words where the file sets no limit, and a file in megabytes.
WORDS, MEGABYTES = 500, 10
KINDS = ("pdf", "docx", "jpg", "png")
#: Groups of file types Moodle has names for, as extensions.
GROUPS = {
    "document": ("pdf", "docx"),
    "image": ("jpg", "png"),
    "web_image": ("jpg", "png"),
    "spreadsheet": ("xlsx",),
    "presentation": ("pptx",),
}

Made = tuple[ItemType, Body]


def multichoice(source: Source) -> Made:
    """One right choice or several, with Moodle's fractions as weights where they are not plain."""
    single = source.is_on("single", default=True)
    options = [option for option in source.options() if not _is_empty(option, source)]
    if len(options) > writing.MOST:
        raise Refusal(
            N_("Tulis %(least)s sampai %(most)s pilihan."), least=writing.FEWEST, most=writing.MOST
        )
    source.settle(*(option.words for option in options))
    numbering = source.value("answernumbering", "abc")
    if numbering not in ("abc", ""):
        source.note(
            N_("Penomoran pilihan"),
            Refusal(
                N_("Pilihan di sini selalu ditandai A, B, C, …; di berkas: %(kind)s."),
                kind=numbering[:20],
            ),
        )
    _fixed_order(source)
    texts = [source.shown(option.words) for option in options]
    return choices(source, list(zip(texts, (o.share for o in options), strict=True)), single=single)


def choices(source: Source, rows: Sequence[tuple[str, Decimal]], *, single: bool) -> Made:
    """Choices of these texts and shares."""
    shares = [share for _, share in rows]
    if max(shares, default=ZERO) <= 0:
        raise Refusal(N_("Tidak ada pilihan yang benar."))
    if single:
        best = shares.index(max(shares))
        marked = [(text, n == best) for n, (text, _) in enumerate(rows)]
        is_plain = all(share == (ONE if n == best else ZERO) for n, share in enumerate(shares))
        if shares[best] != 1:
            source.note(
                N_("Nilai penuh"),
                Refusal(N_("Tidak ada pilihan yang bernilai 100%%; nilai penuh tidak tercapai.")),
            )
    else:
        marked = [(text, share > 0) for text, share in rows]
        each = ONE / sum(share > 0 for share in shares)
        is_plain = all(abs(abs(share) - each) < CLOSE for share in shares)
        if abs(sum((share for share in shares if share > 0), ZERO) - 1) > CLOSE * len(shares):
            source.note(
                N_("Nilai penuh"),
                Refusal(N_("Bagian nilai pilihan yang benar tidak berjumlah 100%%.")),
            )
    body = writing.choices(marked, single=single, weights=None if is_plain else shares)
    return ItemType.SINGLE_CHOICE if single else ItemType.MULTIPLE_CHOICE, body


def truefalse(source: Source) -> Made:
    """True or false; where the answers are not in English, the first is the one for true."""
    answer: bool | None = None
    for place, option in enumerate(source.options()):
        said = option.text.lower()
        is_true = said == "true" if said in ("true", "false") else place == 0
        answer = (option.share == 1) is is_true
    source.settle()
    return ItemType.TRUE_FALSE, writing.true_false(answer)


def shortanswer(source: Source) -> Made:
    """A few words; ``*`` stands for any text, ``\\*`` for itself."""
    rows = [(" ".join(option.text.split()), option.share) for option in source.options()]
    source.settle()
    exact = source.is_on("usecase", default=False)
    return ItemType.SHORT_ANSWER, accepted(rows, exact=exact, note=source.note)


def numerical(source: Source) -> Made:
    """A number with a tolerance, or several; the unit is the one the answers are in."""
    rows = []
    for option in source.options():
        share = number(text_of(option.element, "fraction"))  # an old way to say it
        tolerance = text_of(option.element, "tolerance", "0") or "0"
        text = option.text or "*"
        rows.append((text, tolerance, option.share if share is None else share))
    source.settle()
    return ItemType.NUMERICAL, numbers(source, rows, _unit(source))


def numbers(source: Source, rows: Sequence[tuple[str, str, Decimal]], unit: str = "") -> Body:
    """Numbers as they are written, how far off an answer may be, and their shares."""
    spans: list[Span] = []
    plain: list[tuple[Decimal, Decimal]] = []
    has_wrong = False
    for text, tolerance, share in rows:
        if text == "*":
            if share > 0:
                raise Refusal(N_("Angka apa pun bernilai di soal ini."))
            spans.append(NOTHING_RIGHT)
            continue
        value, margin = number(text), number(tolerance)
        if value is None or margin is None:
            raise Refusal(
                N_("“%(written)s” bukan angka."),
                written=(tolerance if margin is None else text)[:60],
            )
        margin = abs(margin)
        low, high = _short(value - margin), _short(value + margin)
        if share <= 0:
            has_wrong = True
        else:
            _name_rounding(source, value, margin, (low, high))
            plain.append((_short(value), _short(margin)))
        spans.append(Span(low, high, min(share, ONE)))
    if has_wrong:
        source.note(N_("Jawaban salah"), Refusal(N_("Angka yang bernilai 0 tidak perlu disimpan.")))
    left = first_spans(spans, source.note)
    if len(plain) == len(left) == 1 and left[0].share == 1:
        value, margin = plain[0]
        if (value - margin, value + margin) == (left[0].low, left[0].high):
            return writing.numerical(value, margin, unit)
    return writing.number_ranges([(span.low, span.high, span.share) for span in left], unit)


def _short(value: Decimal) -> Decimal:
    """The number with the decimals the bank keeps; the rules refuse one beyond their bound."""
    return value if abs(value) >= writing.LARGEST else value.quantize(writing.SMALLEST)


def _name_rounding(
    source: Source, value: Decimal, margin: Decimal, ends: tuple[Decimal, Decimal]
) -> None:
    """Name ends that are not quite the file's. Raises Refusal when little would be left."""
    for exact in (value, margin):
        if abs(_short(exact) - exact) * 1000 > abs(exact):
            raise Refusal(N_("Angka %(value)s terlalu kecil."), value=f"{exact.normalize():g}")
    if ends != (value - margin, value + margin):
        source.note(N_("Angka"), Refusal(N_("Angka dibulatkan menjadi 6 angka desimal.")))


def _unit(source: Source) -> str:
    """The unit of the answers: the one Moodle multiplies by 1."""
    units = [
        (text_of(unit, "unit_name"), number(text_of(unit, "multiplier", "1")))
        for unit in source.parts("units/unit")
    ]
    units = [(name, multiplier) for name, multiplier in units if name]
    if not units:
        return ""
    unit = next((name for name, multiplier in units if multiplier == 1), "")
    if not unit:
        raise Refusal(N_("Tidak ada satuan dengan pengali 1."))
    others = [name for name, _ in units if name != unit]
    if others:
        source.note(
            N_("Satuan lain"),
            Refusal(
                N_("Jawaban diisi dalam %(unit)s; tidak dihitung ulang dari %(others)s."),
                unit=unit,
                others=listed(others),
            ),
        )
    if source.value("unitgradingtype", "0") not in ("", "0"):
        source.note(
            N_("Penilaian satuan"), Refusal(N_("Satuan yang salah tidak dinilai tersendiri."))
        )
    return " ".join(unit.split())[:40]


def match(source: Source) -> Made:
    """Pairs; an answer without a question is a right-hand text that fits nothing."""
    rows: list[tuple[Words, Words]] = []
    for element in source.parts("subquestion"):
        right = Words(text_of(element, "answer/text"), "plain_text")
        rows.append((source.words(element), right))
    source.settle(*(left for left, _ in rows))
    _fixed_order(source)
    pairs: list[tuple[str, str]] = []
    extra: list[str] = []
    for left, right in rows:
        label = " ".join(source.label(right).split())
        if not left.is_blank and not label:
            raise Refusal(N_("Sebuah baris tidak punya pasangan."))
        if not left.is_blank:
            pairs.append((source.shown(left), label))
        elif label:
            extra.append(label)
    return ItemType.MATCHING, writing.matching(pairs, extra)


def ordering(source: Source) -> Made:
    """Texts in the order in which the file has them, which is the right one."""
    rows = [option.words for option in source.options()]
    source.settle(*rows)
    select = source.value("selecttype", "ALL").upper()
    if select not in ("", "0", "ALL"):
        source.note(
            N_("Sebagian langkah"), Refusal(N_("Semua langkah ditampilkan, bukan sebagian."))
        )
    grading = source.value("gradingtype", "ABSOLUTE_POSITION").upper()
    exact = grading in ("ALL_OR_NOTHING", "-1")
    if not exact and grading not in ("", "0", "ABSOLUTE_POSITION"):
        source.note(
            N_("Cara menilai urutan"),
            Refusal(N_("Langkah dinilai menurut tempatnya, bukan %(kind)s."), kind=grading[:40]),
        )
    texts = [source.shown(words) for words in rows]
    return ItemType.ORDERING, writing.ordering(texts, exact=exact)


def essay(source: Source) -> Made:
    """An essay, or a file where Moodle takes nothing but files."""
    source.settle()
    rubric, model_answer = _grading(source)
    attachments = number(source.value("attachments", "0")) or ZERO
    if not source.words("responsetemplate").is_blank:
        source.note(
            N_("Kerangka jawaban"), Refusal(N_("Jawaban di sini dimulai dari kotak kosong."))
        )
    if source.value("responseformat") == "noinline" and attachments:
        if attachments != 1:
            source.note(N_("Jumlah berkas"), Refusal(N_("Asesi mengunggah satu berkas.")))
        size = number(source.value("maxbytes", "0")) or ZERO
        megabytes = min(int(size // 1024**2) or MEGABYTES, writing.LARGEST_UPLOAD)
        if size > writing.LARGEST_UPLOAD * 1024**2:
            source.note(
                N_("Ukuran berkas"),
                Refusal(N_("Paling besar %(limit)s MB."), limit=writing.LARGEST_UPLOAD),
            )
        return ItemType.FILE_UPLOAD, writing.file_upload(
            _file_kinds(source), megabytes, rubric, model_answer, source.max_score
        )
    if attachments:
        source.note(
            N_("Lampiran"), Refusal(N_("Esai di sini tanpa lampiran; buat soal unggah berkas."))
        )
    if number(source.value("minwordlimit")):
        source.note(
            N_("Jumlah kata terkecil"), Refusal(N_("Hanya batas atas jumlah kata yang dipakai."))
        )
    words = number(source.value("maxwordlimit"))
    if not words:
        source.note(
            N_("Batas kata"),
            Refusal(N_("Berkas tidak menyebut batas kata; diisi %(words)s."), words=WORDS),
        )
    return ItemType.ESSAY, writing.essay(
        rubric, model_answer, int(words or WORDS), source.max_score
    )


def _grading(source: Source) -> tuple[list[tuple[str, Decimal]], str]:
    """Rubric and model answer out of what Moodle tells the grader."""
    info = source.words("graderinfo")
    rubric, rest = rubrics.take(info) if info.is_html else ([], info)
    if not rubric or sum(points for _, points in rubric) != source.max_score:
        source.note(
            N_("Rubrik"),
            Refusal(N_("Berkas tidak memuat rubrik; satu aspek dibuat untuk seluruh nilai.")),
        )
        rubric = [(rubrics.WHOLE, source.max_score)]
    return rubric, source.plain(rest)


def _file_kinds(source: Source) -> list[str]:
    wanted = source.value("filetypeslist").replace(";", " ").replace(",", " ").lower().split()
    kinds: dict[str, None] = {}
    unknown_kinds: list[str] = []
    for name in wanted:
        for kind in GROUPS.get(name, (name.lstrip(".*"),)):
            if kind in writing.FILE_KINDS:
                kinds[kind] = None
            else:
                unknown_kinds.append(kind[:40])
    if unknown_kinds:
        source.note(
            N_("Jenis berkas"),
            Refusal(N_("Tidak diterima di sini: %(kinds)s."), kinds=listed(unknown_kinds)),
        )
    if not kinds:
        source.note(
            N_("Jenis berkas"),
            Refusal(N_("Berkas tidak menyebutnya; diisi %(kinds)s."), kinds=", ".join(KINDS)),
        )
    return list(kinds) or list(KINDS)


def _is_empty(option: Option, source: Source) -> bool:
    if option.words.is_blank and option.share == 0:
        source.note(N_("Pilihan kosong"), Refusal(N_("Pilihan tanpa isi dilewati.")))
        return True
    if option.words.is_blank:
        raise Refusal(N_("Sebuah pilihan yang bernilai tidak berisi."))
    return False


def _fixed_order(source: Source) -> None:
    shuffled = source.element.findall("shuffleanswers")
    if shuffled and not source.is_on("shuffleanswers", default=True):
        source.note(
            N_("Urutan pilihan tetap"),
            Refusal(N_("Urutan pilihan di sini diatur oleh naskah ujian.")),
        )


def unknown(source: Source) -> Made:
    """A type the bank has no place for: refused, so that it is named."""
    if source.element.get("type") == "ddimageortext":
        # The file does not say how large the places on the picture are.
        raise Refusal(N_("Kata atau gambar yang diseret ke gambar tidak ada di bank soal ini."))
    raise Refusal(
        N_("Jenis soal Moodle “%(kind)s” tidak ada di bank soal ini."),
        kind=(source.element.get("type") or "?")[:40],
    )


Reader = Callable[[Source], Made]
