"""Files that hold other things: office documents (zip), MP4 and M4A (boxes), MP3 (frames)."""

import io
import lzma
import struct
import zipfile
import zlib

from lsp.portfolios.rules.kinds import (
    DOCX,
    M4A,
    MP3,
    MP4,
    ODP,
    ODS,
    ODT,
    PPTX,
    XLSX,
    MediaType,
)
from lsp.portfolios.services.refusing import refuse_type
from lsp.texts import N_, Refusal

#: Limits against zip bombs: entries, and bytes when unpacked.
MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
#: Largest part that is read to learn what the document is.
MAX_PART = 1024 * 1024

#: Main part of an Office Open XML document → (its content type, format).
OOXML = {
    "word/document.xml": (f"{DOCX.media_type}.main+xml", DOCX),
    "xl/workbook.xml": (f"{XLSX.media_type}.main+xml", XLSX),
    "ppt/presentation.xml": (f"{PPTX.media_type}.main+xml", PPTX),
}
ODF = {format_.media_type: format_ for format_ in (ODT, ODS, ODP)}

DAMAGED_OFFICE = N_("Dokumen ini rusak dan tidak bisa dibuka. Simpan ulang, lalu unggah lagi.")
LOCKED_OFFICE = N_(
    "Dokumen ini dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu unggah lagi."
)
MACROS = N_("Dokumen ini berisi makro. Simpan tanpa makro, atau sebagai PDF, lalu unggah lagi.")


def open_office(content: bytes) -> MediaType:
    """The office format of a zip file. Raises Refusal for any other zip, macros and bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _office_format(archive)
    except (
        zipfile.BadZipFile,
        KeyError,
        NotImplementedError,
        EOFError,
        lzma.LZMAError,
        zlib.error,
        struct.error,
        OSError,
        RuntimeError,
        ValueError,
    ):
        raise Refusal(DAMAGED_OFFICE) from None


def _office_format(archive: zipfile.ZipFile) -> MediaType:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refusal(N_("Isi dokumen ini terlalu besar bila dibuka. Simpan sebagai PDF."))
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal(LOCKED_OFFICE)
    names = set(archive.namelist())
    if "mimetype" in names:
        return _open_document(archive, names)
    if "[Content_Types].xml" in names:
        return _office_open_xml(archive, names)
    raise refuse_type([], "ZIP")


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> MediaType:
    format_ = ODF.get(_read(archive, "mimetype").decode("ascii", "replace").strip())
    if format_ is None:
        raise refuse_type([], "ZIP")
    archive.getinfo("content.xml")
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise Refusal(MACROS)
    if b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
        raise Refusal(LOCKED_OFFICE)
    return format_


def _office_open_xml(archive: zipfile.ZipFile, names: set[str]) -> MediaType:
    types = _read(archive, "[Content_Types].xml")
    has_project = any("vbaproject" in name.lower() for name in names)
    if has_project or b"macroEnabled" in types or b"vbaProject" in types:
        raise Refusal(MACROS)
    for part, (content_type, format_) in OOXML.items():
        if part in names and content_type.encode() in types:
            return format_
    raise refuse_type([], "ZIP")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    entry = archive.getinfo(name)
    if entry.file_size > MAX_PART:
        raise Refusal(DAMAGED_OFFICE)
    with archive.open(entry) as part:
        return part.read(MAX_PART)


def open_mp4(content: bytes) -> MediaType:
    """M4A or MP4, by brand; the film's index (``moov``) must be there. Raises Refusal."""
    brand = content[8:12]
    if brand[:3] in (b"hei", b"hev", b"mif", b"msf"):
        raise refuse_type(["image/heif"])
    if brand[:3] == b"avi":
        raise refuse_type([], "AVIF")
    if brand == b"qt  ":
        raise refuse_type(["video/quicktime"])
    if b"moov" not in _boxes(content):
        raise Refusal(
            N_("Rekaman ini terpotong dan tidak bisa diputar. Simpan ulang, lalu unggah lagi.")
        )
    return M4A if brand in (b"M4A ", b"M4B ") else MP4


def _boxes(content: bytes) -> set[bytes]:
    """The kinds of the outermost boxes, as far as their sizes make sense."""
    kinds, at = set(), 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if size == 1:  # a box of more than 4 GB has its size in the next eight bytes
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0:  # the last box: it reaches to the end
            size = len(content) - at
        if size < 8 or at + size > len(content):
            break
        kinds.add(kind)
        at += size
    return kinds


#: kbit/s by index, layer III: MPEG 1, and MPEG 2 with 2.5.
BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def open_mp3(content: bytes) -> MediaType:
    """MP3: two frames in a row behind the ID3 tag, if there is one. Raises Refusal."""
    at = 0
    if content[:3] == b"ID3" and len(content) > 10:
        size = content[6:10]
        at = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    while at < len(content) and content[at] == 0:  # padding behind the tag
        at += 1
    first = _frame_length(content[at : at + 4])
    if first and _frame_length(content[at + first : at + first + 4]):
        return MP3
    raise Refusal(
        N_("Rekaman MP3 ini rusak dan tidak bisa diputar. Simpan ulang, lalu unggah lagi.")
    )


def _frame_length(header: bytes) -> int:
    """Bytes of the layer III frame that begins with this header; 0 when it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kbits = (BITRATES_1 if version == 3 else BITRATES_2)[bitrate]
    samples = 144 if version == 3 else 72
    return samples * kbits * 1000 // RATES[version][rate] + (header[2] >> 1 & 1)
