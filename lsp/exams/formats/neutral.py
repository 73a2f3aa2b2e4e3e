"""Files without their makers: what a marker downloads says nothing about who wrote it.

Names hide in a document's properties, in comments and tracked changes, and in what a camera notes
beside a picture. They are taken out of a copy; the file handed in stays as it is.
"""

import io
import re
import zipfile

import pypdfium2
from lxml import etree
from PIL import ExifTags, Image

from lsp.exams.formats.limits import open_zip, safe_xml
from lsp.exams.formats.package import BadFile
from lsp.exams.rules.writing import FILE_KINDS

#: Parts of Office's files that only tell about the maker.
_PROPERTIES = re.compile(r"^(docProps/|customXml/)|^(word|ppt|xl)/(people|persons/|commentAuthors)")
#: Attributes that name somebody, in any namespace: comments, tracked changes, presentations.
_NAMING = frozenset({"author", "initials", "userId", "providerId", "displayName", "lastModifiedBy"})
#: Parts of a JPEG that carry text: application data (EXIF, XMP) but for JFIF and Adobe's colours,
#: which the picture needs, and comments.
_JPEG_NOTES = frozenset({0xFE, *range(0xE1, 0xEE), 0xEF})
#: Parts of a PNG that carry text.
_PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def neutral(content: bytes, media_type: str) -> bytes:
    """The same document or picture without its properties; as it is when it has none.

    Written for the kinds a candidate may hand in (``writing.FILE_KINDS``); the content has been
    looked at when it came in. A file that cannot be taken apart is given as it is: its answer
    must be marked, and only its properties might tell something.
    """
    kind = next((kind for kind, type_ in FILE_KINDS.items() if type_ == media_type), "")
    try:
        if kind == "pdf":
            return _pdf(content)
        if kind in ("docx", "xlsx", "pptx"):
            return _office(content)
        if kind == "jpg":
            return _jpeg(content)
        if kind == "png":
            return _png(content)
    except (
        BadFile,
        pypdfium2.PdfiumError,
        ValueError,
        OSError,
        SyntaxError,
        IndexError,
        etree.LxmlError,
    ):
        pass
    return content


def _pdf(content: bytes) -> bytes:
    """The pages in a new document, which has no properties yet."""
    source, copy = pypdfium2.PdfDocument(content), pypdfium2.PdfDocument.new()
    try:
        copy.import_pages(source)
        out = io.BytesIO()
        copy.save(out)
        return out.getvalue()
    finally:
        copy.close()
        source.close()


def _office(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in open_zip(content).items():
            archive.writestr(name, _neutral_part(name, part))
    return out.getvalue()


def _neutral_part(name: str, part: bytes) -> bytes:
    if not name.endswith(".xml"):
        return part
    try:
        return _empty(part) if _PROPERTIES.match(name) else _unnamed(part)
    except BadFile:
        # Too large or too odd to be read by us: properties may go, the answer may not.
        return b"" if _PROPERTIES.match(name) else part


def _empty(part: bytes) -> bytes:
    """The part with its root and nothing in it: other parts still refer to it."""
    root = safe_xml(part)
    for child in list(root):
        root.remove(child)
    root.text = None
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _unnamed(part: bytes) -> bytes:
    root = safe_xml(part)
    changed = False
    for element in root.iter(etree.Element):
        for name in element.attrib:
            if etree.QName(name).localname in _NAMING:
                element.set(name, "")
                changed = True
        if etree.QName(element).localname == "author" and element.text:
            element.text, changed = "", True
    if not changed:
        return part
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _jpeg(content: bytes) -> bytes:
    """Segments one by one up to the picture's own data; which side is up is kept."""
    out, at = bytearray(content[:2]), 2
    turned = Image.Exif()
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    if orientation != 1:
        turned[ExifTags.Base.Orientation] = orientation
        note = turned.tobytes()
        note = note if note.startswith(b"Exif") else b"Exif\0\0" + note
        out += b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        marker = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _JPEG_NOTES:
            out += content[at:end]
        at = end
    return bytes(out + content[at:])


def _png(content: bytes) -> bytes:
    out, at = bytearray(content[:8]), 8
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in _PNG_NOTES:
            out += content[at:end]
        at = end
    return bytes(out)
