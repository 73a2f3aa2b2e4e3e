"""Questions as Moodle XML; what Moodle has no place for is named."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from lxml import etree

from lsp.exams.formats.gathering import CRITERION
from lsp.exams.formats.moodle import rubrics
from lsp.exams.formats.moodle.gapwriting import gap_fill
from lsp.exams.formats.moodle.pictures import MARKER
from lsp.exams.formats.moodle.target import Target, percent
from lsp.exams.formats.offering import lost_offering
from lsp.exams.formats.own_names import NAMES, lost_names
from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import Media, NotCarried, NotWritten, ReadItem
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_, Refusal

#: The shares of the points Moodle knows, in percent; others it rounds or refuses.
FRACTIONS = frozenset(
    Decimal(n)
    for n in [
        "100",
        "90",
        "83.33333",
        "80",
        "75",
        "70",
        "66.66667",
        "60",
        "50",
        "40",
        "33.33333",
        "30",
        "25",
        "20",
        "16.66667",
        "14.28571",
        "12.5",
        "11.11111",
        "10",
        "5",
        "0",
    ]
)
#: Longest ``idnumber`` Moodle keeps.
LONGEST_IDNUMBER = 100
NO_TYPE = N_("Moodle tidak punya jenis soal ini.")


def write(items: Sequence[ReadItem], media: Sequence[Media]) -> tuple[bytes, list[NotCarried]]:
    """A Moodle XML file of these questions with their pictures, and what it cannot hold."""
    root = etree.Element("quiz")
    by_name = {picture.name: picture for picture in media}
    notes: list[NotCarried] = []
    for item in items:
        target = Target(item, by_name)
        writer = WRITERS.get(item.type) if item.type else None
        try:
            if writer is None:
                raise Refusal(NO_TYPE)
            _common(target, writer[0])
            writer[1](target)
            _tags(target)
            root.append(target.element)
        except Refusal as refusal:
            notes.append(NotWritten(item.identifier, N_("Soal"), refusal))
        else:
            notes += target.notes
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8"), notes


def _common(target: Target, kind: str) -> None:
    item = target.item
    target.element.set("type", kind)
    target.value("text", item.title, target.child("name"))
    target.words("questiontext", item.stem)
    target.plain("generalfeedback", item.rationale)
    if kind != "cloze":  # there it is the sum of the gaps
        target.value("defaultgrade", f"{item.max_score.normalize():f}")
    target.value("penalty", "0")
    target.value("hidden", "0")
    if len(item.identifier) > LONGEST_IDNUMBER:
        target.note(
            N_("Nomor soal"),
            Refusal(N_("Moodle menyimpan paling banyak %(limit)s huruf."), limit=LONGEST_IDNUMBER),
        )
    else:
        target.value("idnumber", item.identifier)
    if why := lost_names(item):
        target.note(NAMES, why)
    for what, lost in lost_offering(item):
        target.note(what, lost)
    if differs(item):
        target.note(
            N_("Aturan penilaian"),
            Refusal(N_("Moodle menilai soal ini dengan aturan jenisnya sendiri.")),
        )


def _tags(target: Target) -> None:
    item = target.item
    tags = [item.level.value] if item.level else []
    if CRITERION.fullmatch(item.criterion):
        tags.insert(0, item.criterion)
    elif item.criterion:
        target.note(
            N_("Kriteria"),
            Refusal(N_("“%(written)s” tidak ditulis sebagai tag."), written=item.criterion[:80]),
        )
    if tags or item.tags:
        parent = target.child("tags")
        for tag in [*tags, *item.tags]:
            target.value("text", tag, target.child("tag", parent))


def _choices(target: Target) -> None:
    content, key = target.item.body.content, target.item.body.key
    single = target.item.type is ItemType.SINGLE_CHOICE
    target.value("single", "true" if single else "false")
    target.value("shuffleanswers", "true")
    target.value("answernumbering", "abc")
    for row, share in choice_shares(content["choices"], key, single=single):
        _check_fraction(target, share)
        target.words("answer", row["text"], fraction=percent(share))


def choice_shares(
    rows: Iterable[dict[str, str]], key: dict[str, object], *, single: bool
) -> list[tuple[dict[str, str], Decimal]]:
    """Each choice with its share; without weights a wrong one of several costs what a right earns."""
    weights, correct = key.get("weights"), key["correct"]
    assert isinstance(correct, list)  # noqa: S101 -- for mypy
    each = Decimal(1) if single else (Decimal(1) / len(correct)).quantize(Decimal("1e-7"))
    wrong = Decimal(0) if single else -each
    shares = []
    for row in rows:
        share = each if row["id"] in correct else wrong
        if isinstance(weights, dict):
            share = Decimal(str(weights.get(row["id"], 0)))
        shares.append((row, share))
    return shares


def _check_fraction(target: Target, share: Decimal) -> None:
    if not any(abs(abs(share * 100) - known) < Decimal("0.0001") for known in FRACTIONS):
        target.note(
            N_("Bagian nilai jawaban"),
            Refusal(N_("Moodle membulatkan bagian nilai %(share)s%%."), share=percent(share)),
        )


def _true_false(target: Target) -> None:
    is_true = target.item.body.key["answer"]
    for text, is_right in (("true", is_true), ("false", not is_true)):
        target.plain("answer", text, fraction="100" if is_right else "0")


def _short_answer(target: Target) -> None:
    key = target.item.body.key
    if key.get("ignore_spaces"):
        target.note(N_("Spasi di jawaban"), Refusal(N_("Moodle memperhitungkan spasi.")))
    target.value("usecase", "1" if key.get("case_sensitive") else "0")
    for text, share in target.accepted(key):
        _check_fraction(target, share)
        target.plain("answer", text, fraction=percent(share))


def _numerical(target: Target) -> None:
    body = target.item.body
    for value, tolerance, share in target.numbers(body.key):
        _check_fraction(target, share)
        answer = target.plain("answer", value, fraction=percent(share))
        target.value("tolerance", tolerance, answer)
    unit = body.content.get("unit")
    target.value("unitgradingtype", "0")
    target.value("showunits", "0" if unit else "3")
    if unit:
        element = target.child("unit", target.child("units"))
        target.value("multiplier", "1", element)
        target.value("unit_name", unit, element)


def _matching(target: Target) -> None:
    content, pairs = target.item.body.content, target.item.body.key["pairs"]
    target.value("shuffleanswers", "true")
    rights = {row["id"]: target.inline(row["text"]) for row in content["right"]}
    for row in content["left"]:
        element = target.words("subquestion", row["text"])
        target.value("text", rights[pairs[row["id"]]], target.child("answer", element))
    for id_, text in rights.items():
        if id_ not in pairs.values():
            element = target.words("subquestion", "")
            target.value("text", text, target.child("answer", element))


def _ordering(target: Target) -> None:
    body = target.item.body
    target.value("layouttype", "VERTICAL")
    target.value("selecttype", "ALL")
    target.value("selectcount", "0")
    grading = "ALL_OR_NOTHING" if body.key.get("exact") else "ABSOLUTE_POSITION"
    target.value("gradingtype", grading)
    target.value("showgrading", "SHOW")
    target.value("numberingstyle", "none")
    rows = {row["id"]: row["text"] for row in body.content["rows"]}
    for place, id_ in enumerate(body.key["order"], 1):
        target.words("answer", rows[id_], fraction=str(place))


def _essay(target: Target) -> None:
    body = target.item.body
    is_file = target.item.type is ItemType.FILE_UPLOAD
    target.value("responseformat", "noinline" if is_file else "editor")
    target.value("responserequired", "0" if is_file else "1")
    target.value("responsefieldlines", "15")
    if is_file:
        target.value("attachments", "1")
        target.value("attachmentsrequired", "1")
        target.value("maxbytes", str(body.content["max_megabytes"] * 1024**2))
        target.value("filetypeslist", ",".join(f".{kind}" for kind in body.content["kinds"]))
    else:
        target.value("attachments", "0")
        target.value("attachmentsrequired", "0")
        target.value("maxwordlimit", str(body.content["max_words"]))
    target.html("graderinfo", rubrics.tell(body.key))


def _hotspot(target: Target) -> None:
    """One marker without words to put on the picture."""
    content, areas = target.item.body.content, target.item.body.key["areas"]
    if len(areas) != 1:
        raise Refusal(N_("Moodle hanya dapat menampung satu daerah di gambar untuk satu penanda."))
    target.file(target.element, content["picture"]).set("alt", content["alt"])
    target.value("shuffleanswers", "1")
    drag = target.child("drag")
    target.value("no", "1", drag)
    target.value("text", MARKER, drag)
    target.value("noofdrags", "1", drag)
    drop = target.child("drop")
    target.value("no", "1", drop)
    shape, coords = _area(areas[0]["shape"], areas[0]["coords"])
    target.value("shape", shape, drop)
    target.value("coords", coords, drop)
    target.value("choice", "1", drop)


def _area(shape: str, coords: Sequence[int]) -> tuple[str, str]:
    """A zone as Moodle writes it."""
    if shape == "circle":
        return "circle", f"{coords[0]},{coords[1]};{coords[2]}"
    if shape == "rect":
        left, top, right, bottom = coords
        return "rectangle", f"{left},{top};{right - left},{bottom - top}"
    points = zip(coords[::2], coords[1::2], strict=True)
    return "polygon", ";".join(f"{x},{y}" for x, y in points)


WRITERS: dict[ItemType, tuple[str, Callable[[Target], None]]] = {
    ItemType.SINGLE_CHOICE: ("multichoice", _choices),
    ItemType.MULTIPLE_CHOICE: ("multichoice", _choices),
    ItemType.TRUE_FALSE: ("truefalse", _true_false),
    ItemType.SHORT_ANSWER: ("shortanswer", _short_answer),
    ItemType.NUMERICAL: ("numerical", _numerical),
    ItemType.MATCHING: ("matching", _matching),
    ItemType.ORDERING: ("ordering", _ordering),
    ItemType.GAP_FILL: ("cloze", gap_fill),
    ItemType.HOTSPOT: ("ddmarker", _hotspot),
    ItemType.ESSAY: ("essay", _essay),
    ItemType.FILE_UPLOAD: ("essay", _essay),
}
