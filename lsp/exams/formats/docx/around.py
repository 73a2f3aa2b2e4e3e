"""What a Word document holds besides the text of its paragraphs, to be named and not read."""

from collections.abc import Iterator
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import shorten

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: Parts beside the text, by the last word of their relation's type.
_PARTS = {
    "header": "kepala halaman",
    "footer": "kaki halaman",
    "footnotes": "catatan kaki",
    "endnotes": "catatan akhir",
    "comments": "komentar",
}
_NOTES = (f"{W}footnote", f"{W}endnote", f"{W}comment")
_DELETED = (f"{W}del", f"{W}moveFrom")
_DRAWN = {
    f"{W}drawing": "gambar atau bentuk",
    f"{W}pict": "gambar atau bentuk",
    f"{W}object": "objek",
}


def live_runs(element: Any) -> Iterator[Any]:
    """The runs of a paragraph that are its text: none deleted, none of a text box in it."""
    for child in element.iterchildren():
        if child.tag == f"{W}r":
            yield child
        elif child.tag not in (*_DELETED, FALLBACK):
            yield from live_runs(child)


def lost_parts(paragraph: Any, document: Any) -> Iterator[str]:
    """What of a paragraph no question can show, pictures left out."""
    for child in paragraph.iter(*_DELETED):
        if text := text_of(child):
            yield f"teks terhapus: {text}"
    for link in paragraph.iter(f"{W}hyperlink"):
        relation = document.part.rels.get(link.get(_ID))
        if relation is not None and relation.is_external:
            yield f"alamat tautan: {shorten(relation.target_ref)}"
    for run in live_runs(paragraph):
        yield from _lost_in(run)


def _lost_in(run: Any) -> Iterator[str]:
    for element in alive(run, *_DRAWN):
        boxes = [text_of(box) for box in element.iter(f"{W}txbxContent")]
        yield from (f"kotak teks: {text}" for text in boxes if text)
        if not boxes and next(element.iter(BLIP), None) is None:
            yield _DRAWN[element.tag]
    if run.find(f"{W}sym") is not None:
        yield "simbol"


def alive(run: Any, *tags: str) -> Iterator[Any]:
    """Elements of a run, without the second version that Word keeps for older programs."""
    for element in run.iter(*tags):
        if next(element.iterancestors(FALLBACK), None) is None:
            yield element


def text_of(element: Any) -> str:
    """The beginning of an element's text, deleted text included, its paragraphs parted."""
    words = [
        (node.text or "") if node.tag != f"{W}p" else " "
        for node in element.iter(f"{W}p", f"{W}t", f"{W}delText")
        if next(node.iterancestors(FALLBACK), None) is None
    ]
    return shorten(limits.without_controls("".join(words)))


def beside_text(document: Any) -> Iterator[tuple[str, str]]:
    """Headers, footers, notes and comments that say something: what each is, and its text."""
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind not in _PARTS or relation.is_external:
            continue
        root = limits.safe_xml(relation.target_part.blob)
        parts = list(root.iter(*_NOTES)) or [root]
        for part in parts:
            if text := text_of(part):
                yield _PARTS[kind], text
            elif next(part.iter(BLIP, f"{W}pict"), None) is not None:
                yield _PARTS[kind], "gambar"
