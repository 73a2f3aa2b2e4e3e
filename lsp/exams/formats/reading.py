"""Reading a file of whatever format, and finding out which it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.package import BadFile, NotCarried, Reading, ReadItem
from lsp.exams.formats.tables.files import is_table
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup
from lsp.texts import N_, Refusal


@dataclass(frozen=True)
class Format:
    """Where a format's functions are; a module is loaded when a file needs it."""

    module: str
    reader: str = ""
    writer: str = ""


FORMATS = {
    "gift": Format("gift", "read", "write"),
    "aiken": Format("aiken", "read"),
    "moodle-xml": Format("moodle", "read", "write"),
    "qti": Format("qti", "read"),
    "qti3": Format("qti", writer="write"),
    "csv": Format("tables", "read_csv", "write"),
    "xlsx": Format("tables", "read_xlsx", "write_xlsx"),
    "docx": Format("docx", "read"),
}
READABLE = tuple(name for name, format_ in FORMATS.items() if format_.reader)
WRITABLE = ("qti3", "moodle-xml", "gift", "csv")

# No pattern here runs over line ends: on a file of nothing else that would take for ever.
_ROOT = re.compile(r"<\s*([A-Za-z_][\w.:-]*)")
_PROLOGUE = re.compile(r"<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>", re.DOTALL)
_AIKEN = re.compile(
    r"^[ \t]*(?:ANSWER|JAWABAN|KUNCI)[ \t]*:[ \t]*[A-Za-z]\b", re.MULTILINE | re.IGNORECASE
)
_AIKEN_CHOICE = re.compile(r"^[ \t]*A[.)]\s", re.MULTILINE | re.IGNORECASE)
_GIFT = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}|^::|^\$CATEGORY:", re.MULTILINE)


def read_file(content: bytes, name: str, format: str = "auto") -> Reading:  # noqa: A002
    """The questions of a file. Raises BadFile when it cannot be read as a whole.

    ``format`` is one of ``READABLE``, or ``auto``: the content decides, never the name. Where
    a question shows a picture that the file does not have, that is named.
    """
    limits.check_size(content)
    found = detect(content) if format == "auto" else format
    if found not in READABLE:
        raise BadFile(N_("Format “%(name)s” tidak dikenal."), name=found)
    return _checked(function(found, FORMATS[found].reader)(content, name))


def function(format_name: str, name: str) -> Any:
    """A function of a format's module. Raises BadFile where there is none."""
    module = import_module(f"lsp.exams.formats.{FORMATS[format_name].module}")
    found = getattr(module, name, None)
    if found is None:
        raise BadFile(N_("Format “%(name)s” belum tersedia."), name=format_name)
    return found


def detect(content: bytes) -> str:
    """The format a file is in, by its content. Raises BadFile when it is none we read."""
    if limits.is_zip(content):
        members = limits.open_zip(content)
        if "xl/workbook.xml" in members:
            return "xlsx"
        return "docx" if "word/document.xml" in members else "qti"
    beginning = content[:4_000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").replace(b"\x00", b"")
    if beginning.startswith(b"<") and (root := _root(beginning.decode("latin-1"))):
        return "moodle-xml" if root == "quiz" else "qti"
    text = limits.decode(content)
    if _AIKEN.search(text) and _AIKEN_CHOICE.search(text) and not _GIFT.search(text):
        return "aiken"
    if is_table(text):
        return "csv"
    if _GIFT.search(text):
        return "gift"
    raise BadFile(N_("Format berkas ini tidak dikenal. Pilih formatnya, lalu coba lagi."))


def _root(beginning: str) -> str:
    """The name of the first element; empty where a text merely begins with a ``<``."""
    is_xml = beginning.startswith("<?xml") or "xmlns" in beginning
    found = _ROOT.match(_PROLOGUE.sub("", beginning).lstrip())
    if found is None:
        # A document type that declares something, for one: the reader of XML says what is wrong.
        return "?" if beginning.startswith(("<?xml", "<!DOCTYPE")) else ""
    name = found[1].rpartition(":")[2]
    known = ("quiz", "questestinterop", "assessmentItem", "assessmentTest", "manifest")
    return name if is_xml or name in known or name.startswith("qti-") else ""


# --- What holds for every format ----------------------------------------------------------------


def _checked(reading: Reading) -> Reading:
    """The reading without questions that are too long, and with missing pictures named."""
    limits.check_count(len(reading.items))
    known = {picture.name for picture in reading.media}
    items: list[ReadItem] = []
    left = list(reading.not_carried)
    for item in reading.items:
        if fault := _too_long(item):
            left.append(NotCarried(item.where, item.title[:120], fault))
            continue
        for name in dict.fromkeys(_pictures(item)):
            if name not in known:
                why = Refusal(N_("Gambar ini tidak ada di berkas."))
                left.append(NotCarried(item.where, f"{item.identifier}: gambar {name}", why))
        items.append(item)
    return replace(reading, items=items, not_carried=left)


def _too_long(item: ReadItem) -> Refusal | None:
    if len(item.stem) > limits.LONGEST_STEM:
        return Refusal(
            N_("Pertanyaan paling panjang %(limit)s karakter."), limit=limits.LONGEST_STEM
        )
    if any(len(text) > limits.LONGEST_CHOICE for text in _texts(item)):
        return Refusal(
            N_("Pilihan paling panjang %(limit)s karakter."), limit=limits.LONGEST_CHOICE
        )
    return None


def _texts(item: ReadItem) -> Iterator[str]:
    content = item.body.content
    for name in ("choices", "left", "right", "rows"):
        for row in content.get(name) or ():
            yield row["text"]
    for gap in content.get("gaps") or ():
        for row in gap.get("choices") or ():
            yield row["text"]


def _pictures(item: ReadItem) -> Iterator[str]:
    if item.markup is Markup.HTML:
        for text in (item.stem, *_texts(item)):
            yield from wording.pictures(text)
    if item.body.content.get("picture"):
        yield item.body.content["picture"]
