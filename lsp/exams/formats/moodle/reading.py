"""A Moodle XML file: its categories and questions in their order."""

from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from lxml import etree

from lsp.exams.formats.gathering import Gathering, as_html, listed, sort_tags
from lsp.exams.formats.limits import Measure, safe_xml
from lsp.exams.formats.moodle import bodies, gaps, pictures
from lsp.exams.formats.moodle.source import Source, number, text_of
from lsp.exams.formats.moodle.words import Shelf
from lsp.exams.formats.package import BadFile, Reading, ReadItem
from lsp.exams.rules.formulas import names
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

READERS: dict[str, bodies.Reader] = {
    "multichoice": bodies.multichoice,
    "truefalse": bodies.truefalse,
    "shortanswer": bodies.shortanswer,
    "numerical": bodies.numerical,
    "match": bodies.match,
    "matching": bodies.match,
    "essay": bodies.essay,
    "ordering": bodies.ordering,
    "cloze": gaps.multianswer,
    "multianswer": gaps.multianswer,
    "gapselect": gaps.gapselect,
    "ddwtos": gaps.gapselect,
    "ddmarker": pictures.ddmarker,
}
#: Parts of a question that are read, or that say nothing our pages do not decide themselves.
KNOWN = names(
    "name questiontext generalfeedback defaultgrade penalty hidden idnumber tags coursetags answer"
    " single shuffleanswers answernumbering showstandardinstruction usecase units unitgradingtype"
    " unitpenalty showunits unitsleft subquestion responseformat responserequired"
    " responsefieldlines minwordlimit maxwordlimit attachments attachmentsrequired maxbytes"
    " filetypeslist graderinfo responsetemplate layouttype selecttype selectcount gradingtype"
    " showgrading numberingstyle selectoption dragbox drag drop file shownumcorrect"
    " correctfeedback partiallycorrectfeedback incorrectfeedback hint image image_base64 category"
    " info showmisplaced correctresponsesfeedback"
)
#: Most tags of one question.
MOST_TAGS = 50
NO_FEEDBACK = N_("Ujian di sini tidak memberi umpan balik.")


def read(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is asked alike
    """The questions of a Moodle XML file. Raises BadFile for anything else.

    A question the bank cannot hold stays in the list with its words and without a type; its
    reason is among what is not carried.
    """
    root = safe_xml(content)
    if root.tag != "quiz":
        raise BadFile(
            N_("Berkas ini bukan Moodle XML: unsur pertamanya <%(tag)s>, bukan <quiz>."),
            tag=str(root.tag)[:60],
        )
    measure = Measure()
    for text in root.iter("text"):
        measure.add(text.text or "")
    gathering = Gathering("moodle-xml")
    shelf = Shelf()
    category: tuple[str, ...] = ()
    for place, element in enumerate(root.findall("question"), 1):
        kind = (element.get("type") or "").strip()
        if kind == "category":
            category = _category(element, gathering)
        else:
            source = Source(element, _where(element, place), shelf)
            _question(source, kind, category, gathering)
    for element in root:
        if element.tag != "question":
            what, why = f"<{element.tag}>"[:60], Refusal(N_("Unsur ini bukan soal."))
            gathering.leave(f"baris {element.sourceline}", what, why)
    return gathering.reading(shelf.media)


def _where(element: etree._Element, place: int) -> str:
    """Where a question stands, so that its writer finds it."""
    title = " ".join(text_of(element, "name/text").split())[:80]
    where = f"soal {place}, baris {element.sourceline}"
    return f"{where}: {title}" if title else where


def _category(element: etree._Element, gathering: Gathering) -> tuple[str, ...]:
    """The levels of the category that the questions after this belong to.

    Moodle writes ``$course$/top/Humas/Krisis``; a stroke that belongs to a name is doubled.
    """
    path = text_of(element, "category").replace("//", "\0")
    levels = [level.replace("\0", "/").strip() for level in path.split("/")]
    if levels and levels[0].startswith("$"):
        levels = levels[1:]
    if levels and levels[0] == "top":
        levels = levels[1:]
    where = f"kategori, baris {element.sourceline}: {'/'.join(levels)[:80]}"
    info = text_of(element, "info")
    if info:
        gathering.leave(
            where,
            N_("Keterangan kategori"),
            Refusal(
                N_("Nama kategori menjadi tag; keterangannya tidak: %(info)s"), info=info[:200]
            ),
        )
    if text_of(element, "idnumber"):
        gathering.leave(
            where, N_("Nomor kategori"), Refusal(N_("Kategori menjadi tag, tanpa nomor."))
        )
    return tuple(level for level in levels if level)


def _question(source: Source, kind: str, category: tuple[str, ...], gathering: Gathering) -> None:
    """One question into the gathering, with what of it is not carried."""
    if kind in ("description", "random", ""):
        why = {
            "description": N_("Keterangan antarsoal bukan soal; bank ini tidak menyimpannya."),
            "random": N_("Soal acak menunjuk bank soal Moodle; soalnya sendiri tidak di sini."),
        }
        gathering.leave(
            source.where,
            N_("Soal"),
            Refusal(why.get(kind, N_("Berkas tidak menyebut jenis soal ini."))),
        )
        return
    item = _item(source, READERS.get(kind, bodies.unknown), category)
    _name_the_rest(source)
    own, title = text_of(source.element, "idnumber"), text_of(source.element, "name/text")
    gathering.add(item, own=own, title=title)
    for note in source.notes:
        gathering.leave(note.where, note.what, note.why)


def _item(source: Source, reader: bodies.Reader, category: tuple[str, ...]) -> ReadItem:
    _old_picture(source)
    type_: ItemType | None = None
    body = Body({}, {})
    try:
        type_, body = reader(source)
        stem = source.stem()
    except Refusal as refusal:
        type_, body = None, Body({}, {})
        source.note(N_("Soal"), refusal)
        source.settle()
        stem = _words_at_least(source)
    tags = [text_of(tag, "text") for tag in source.element.findall("tags/tag")]
    tags += [text_of(tag, "text") for tag in source.element.findall("coursetags/tag")]
    criterion, level, others = sort_tags([*tags, *category])
    if len(others) > MOST_TAGS:
        source.note(
            N_("Tag"), Refusal(N_("Paling banyak %(limit)s tag disimpan."), limit=MOST_TAGS)
        )
    return ReadItem(
        identifier="",
        type=type_,
        title=source.title() or N_("Soal"),
        stem=stem,
        body=body,
        max_score=source.max_score,
        markup=source.markup,
        criterion=criterion,
        level=level,
        rationale=_rationale(source),
        tags=others[:MOST_TAGS],
        where=source.where,
    )


def _words_at_least(source: Source) -> str:
    """The words of a question that was refused, as far as they can be kept."""
    source.stem_words = source.words("questiontext")
    try:
        return source.stem()
    except Refusal:
        source.markup = Markup.PLAIN
        return source.title()


def _rationale(source: Source) -> str:
    try:
        return source.plain(source.words("generalfeedback"))
    except Refusal as refusal:
        source.note(N_("Umpan balik umum"), refusal)
        return ""


def _old_picture(source: Source) -> None:
    """The one picture of a question as Moodle wrote it until 1.9: below the words."""
    name, encoded = source.value("image"), source.value("image_base64")
    if not name:
        return
    name = name.replace("/", "_")
    if not encoded:
        source.note(
            N_("Gambar"), Refusal(N_("Berkas hanya menyebut %(name)s, tanpa isinya."), name=name)
        )
        return
    words = source.stem_words
    text = words.raw if words.is_html else as_html(words.raw)
    source.stem_words = replace(
        words,
        raw=f'{text} <img src="@@PLUGINFILE@@/{name}">' if '"' not in name else text,
        format="html",
        files={**words.files, f"/{name}": encoded},
    )


def _name_the_rest(source: Source) -> None:
    """Name what a question may have and the bank has no place for."""
    element = source.element
    if any(not source.words(e).is_blank for e in element.iterfind("answer/feedback")):
        source.note(N_("Umpan balik jawaban"), Refusal(NO_FEEDBACK))
    combined = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    if any(not source.words(tag).is_blank for tag in combined):
        source.note(N_("Umpan balik gabungan"), Refusal(NO_FEEDBACK))
    if element.find("hint") is not None:
        source.note(N_("Petunjuk"), Refusal(N_("Ujian di sini tidak memberi petunjuk.")))
    penalty = number(source.value("penalty"))
    if penalty:
        source.note(
            N_("Penalti percobaan ulang"),
            Refusal(
                N_("Soal dijawab satu kali saja, jadi penalti %(penalty)s tidak berlaku."),
                penalty=f"{penalty.normalize():f}",
            ),
        )
    if source.is_on("hidden", default=False):
        source.note(
            N_("Tanda tersembunyi"), Refusal(N_("Soal ini disembunyikan di Moodle; tetap dibaca."))
        )
    if unused := _unused_files(element):
        source.note(
            N_("Berkas"),
            Refusal(N_("Berkas ini tidak dipakai teks mana pun: %(files)s"), files=listed(unused)),
        )
    tags = dict.fromkeys(str(child.tag)[:40] for child in element)
    others = [tag for tag in tags if tag not in KNOWN]
    if others:
        source.note(
            N_("Bagian lain"),
            Refusal(N_("Bagian ini tidak dikenal: %(tags)s"), tags=listed(others)),
        )


def _unused_files(element: etree._Element) -> list[str]:
    """Names of files that stand beside a text and are not shown by it."""
    unused: dict[str, None] = {}
    for file in element.iterfind(".//file"):
        parent = file.getparent()
        # A file of the question itself is the picture of its type.
        if parent is None or parent is element:
            continue
        path = (file.get("path") or "/") + (file.get("name") or "")
        if f"@@PLUGINFILE@@{path}" not in unquote(unescape(text_of(parent, "text"))):
            unused[path.removeprefix("/")[:100]] = None
    return list(unused)
