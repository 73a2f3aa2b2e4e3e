"""What every format keeps to: how large a file may be, and how it is opened without being harmed.

Files come from strangers' programs and from strangers. Whatever they hold, reading them ends in a
``Reading`` or a ``BadFile``, within seconds and with memory bounded by the limits here.
"""

import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

from lxml import etree

from lsp.exams.formats.package import BadFile
from lsp.texts import N_

MEGABYTE = 1024 * 1024
#: Largest file taken in, in bytes, and largest file that is nothing but text.
LARGEST_FILE = 50 * MEGABYTE
LARGEST_TEXT = 10 * MEGABYTE
#: Most lines of a file that is nothing but text.
MOST_LINES = 200_000
#: Largest picture, in bytes, before it is decoded.
LARGEST_PICTURE = 7 * MEGABYTE
#: Most questions of one file.
MOST_QUESTIONS = 2_000
#: Longest stem, text of a choice or row, and name or title, in characters.
LONGEST_STEM = 50_000
LONGEST_CHOICE = 10_000
LONGEST_TITLE = 200
#: Deepest nesting and most elements of an XML file.
DEEPEST = 100
MOST_ELEMENTS = 300_000
#: Most tags in the texts of all questions of a file, where they are HTML.
MOST_TAGS = 200_000
#: Longest single tag with its attributes, in bytes.
LONGEST_TAG = 3 * MEGABYTE
#: Most entries of an archive, their size together and one by one, and how far they are packed.
MOST_ENTRIES = 5_000
LARGEST_CONTENT = 200 * MEGABYTE
LARGEST_ENTRY = 50 * MEGABYTE
#: Text and XML pack down to a thirtieth at most in earnest; pictures do not pack at all.
HIGHEST_RATIO = 100
#: The ratio says nothing about files smaller than this.
RATIO_FROM = 5 * MEGABYTE

_BROKEN_ZIP = N_("Arsip ZIP ini rusak. Simpan atau unduh ulang, lalu coba lagi.")


def check_size(content: bytes, largest: int = LARGEST_FILE) -> None:
    """Raise BadFile for an empty file and for one beyond ``largest`` bytes."""
    if not content:
        raise BadFile(N_("Berkas ini kosong."))
    if len(content) > largest:
        raise BadFile(
            N_("Berkas ini terlalu besar: paling besar %(limit)s MB."), limit=largest // MEGABYTE
        )


def check_count(questions: int) -> None:
    """Raise BadFile when a file has more questions than one import takes."""
    if questions > MOST_QUESTIONS:
        raise BadFile(
            N_("Berkas ini berisi lebih dari %(limit)s soal. Bagi menjadi beberapa berkas."),
            limit=MOST_QUESTIONS,
        )


class Measure:
    """How much text a file holds, counted part by part as it is read."""

    def __init__(self) -> None:
        self._signs = self._tags = 0

    def add(self, text: str, tags: int = 0) -> None:
        """Count a text and ``tags`` more. Raises BadFile beyond what is read within seconds."""
        self._signs += len(text)
        self._tags += tags + text.count("<")
        if self._signs > LARGEST_TEXT or self._tags > MOST_TAGS:
            raise BadFile(N_("Teks di berkas ini terlalu panjang. Bagi menjadi beberapa berkas."))


#: Characters no text has and XML cannot hold; a file with them is something else.
_CONTROLS = {
    *({chr(n) for n in range(32)} - {"\t", "\n"}),
    *(chr(n) for n in range(0xFDD0, 0xFDF0)),
    "\ufffe",
    "\uffff",
}


def without_controls(text: str) -> str:
    """A text without the characters that neither databases nor XML keep."""
    return "".join(c for c in text if c not in _CONTROLS and not "\ud800" <= c <= "\udfff")


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Line ends become ``\\n``. Raises BadFile for what is too large or no text.
    """
    check_size(content, LARGEST_TEXT)
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise BadFile(
            N_("Berkas ini bukan teks yang dapat dibaca. Simpan sebagai UTF-8.")
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")
    if text.count("\n") > MOST_LINES:
        raise BadFile(N_("Berkas ini berisi lebih dari %(limit)s baris."), limit=MOST_LINES)
    Measure().add(text)
    if any(c in _CONTROLS for c in set(text)):
        raise BadFile(N_("Berkas ini bukan teks yang dapat dibaca. Simpan sebagai UTF-8."))
    return text


def safe_xml(content: bytes) -> etree._Element:
    """The root of an XML file, without comments and processing instructions.

    Nothing is fetched and no entity is expanded: a file that declares any is refused. A DOCTYPE
    that only names a DTD (QTI 1.2 has one) is passed over. Raises BadFile.
    """
    check_size(content)
    content = content.lstrip(b" \t\r\n")
    check_size(content)
    check_shape(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        raise _bad_xml(getattr(fault, "lineno", None)) from None
    if root is None or next(root.iter(etree.Entity), None) is not None:
        raise BadFile(N_("Berkas XML ini memakai entitas yang tidak dikenal."))
    return root


def check_shape(content: bytes, most_elements: int = MOST_ELEMENTS) -> None:
    """Raise BadFile for entities, too deep nesting and too many elements, before a tree is made.

    Expat reads the file in pieces and keeps nothing of it, so that a hostile file costs no memory.
    """
    depth = count = 0

    def doctype(_name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise BadFile(
                N_("Berkas XML ini memuat definisi DTD atau entitas. Ekspor ulang tanpa DTD.")
            )

    def start(_name: str, _attributes: list[str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEEPEST:
            raise BadFile(N_("Susunan berkas XML ini terlalu dalam."))
        if count > most_elements:
            raise BadFile(N_("Berkas XML ini berisi terlalu banyak unsur."))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        for begin in range(0, len(content), MEGABYTE):
            parser.Parse(content[begin : begin + MEGABYTE], False)
            if begin + MEGABYTE - parser.CurrentByteIndex > LONGEST_TAG:
                raise BadFile(N_("Berkas XML ini berisi terlalu banyak unsur."))
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise _bad_xml(fault.lineno) from None
    except (ValueError, LookupError):
        raise _bad_xml(None) from None


def _bad_xml(line: int | None) -> BadFile:
    if not line:
        return BadFile(N_("Berkas XML ini tidak sah."))
    return BadFile(N_("Berkas XML ini tidak sah: lihat baris %(line)s."), line=line)


class Members(Mapping[str, bytes]):
    """The files of an archive by their path, read one at a time when asked for."""

    def __init__(self, archive: zipfile.ZipFile, infos: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._infos = infos

    def __getitem__(self, name: str) -> bytes:
        """The content of one file. Raises KeyError when there is none, BadFile when it is broken."""
        info = self._infos[name]
        try:
            with self._archive.open(info) as member:
                content = member.read(LARGEST_ENTRY + 1)
        except Exception:  # zipfile raises whatever its decompressors do
            raise BadFile(_BROKEN_ZIP) from None
        if len(content) > LARGEST_ENTRY:
            raise BadFile(_BROKEN_ZIP)
        return content

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)

    def size(self, name: str) -> int:
        """Size of a file once unpacked, in bytes, as the archive declares it."""
        return self._infos[name].file_size


def is_zip(content: bytes) -> bool:
    """Whether this begins as an archive does."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def open_zip(content: bytes) -> Members:
    """The files of an archive, folders and what macOS adds left out.

    Raises BadFile for links, paths that lead out of the archive, encrypted or doubled entries, and
    for more, larger or further packed entries than an archive of questions has in earnest.
    """
    check_size(content)
    # Counted before zipfile makes an object of each.
    if content.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise BadFile(N_("Arsip ini berisi terlalu banyak berkas."))
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception:  # a broken directory surfaces as many kinds of errors
        raise BadFile(_BROKEN_ZIP) from None
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = _safe_name(info)
        if info.is_dir() or name.startswith("__MACOSX/") or name.endswith(".DS_Store"):
            continue
        if name in infos:
            raise BadFile(_BROKEN_ZIP)
        infos[name] = info
    _check_unpacked(list(infos.values()))
    return Members(archive, infos)


def _safe_name(info: zipfile.ZipInfo) -> str:
    """The path of an entry below the archive's root, with forward strokes."""
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadFile(N_("Arsip ini berisi tautan. Simpan ulang tanpa tautan."))
    if info.flag_bits & 0x1:
        raise BadFile(N_("Arsip ini bersandi. Simpan ulang tanpa sandi."))
    # Other methods let a file ask for gigabytes of memory before the first byte is unpacked.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadFile(_BROKEN_ZIP)
    name = info.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name.split("/")[0] or not path.parts:
        raise BadFile(N_("Arsip ini berisi berkas dengan alamat yang tidak aman."))
    return str(path)


def _check_unpacked(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Raise BadFile when the entries would unpack to more than is reasonable."""
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    largest = max((info.file_size for info in infos), default=0)
    if (
        largest > LARGEST_ENTRY
        or unpacked > LARGEST_CONTENT
        or (unpacked > RATIO_FROM and unpacked > HIGHEST_RATIO * packed)
    ):
        raise BadFile(N_("Isi arsip ini terlalu besar setelah dibuka."))


def identifier_for(own: str, title: str, place: int) -> str:
    """What a question is called: by its own identifier, else its title, else ``soal-3``."""
    return " ".join(own.split()) or " ".join(title.split())[:LONGEST_TITLE] or f"soal-{place}"


def unique_identifiers(names: Sequence[tuple[str, str]]) -> list[str]:
    """Identifiers of a file's questions, from the own identifier and title of each, in order.

    A title serves only when no other question has it; an own identifier that comes again gets
    ``-2``, ``-3``, … Whatever the file says, no two are the same.
    """
    titles = Counter(" ".join(title.split()) for own, title in names if not own.strip())
    wanted = [
        identifier_for(own, title if titles[" ".join(title.split())] == 1 else "", place)
        for place, (own, title) in enumerate(names, 1)
    ]
    taken = set(wanted)
    seen: Counter[str] = Counter()
    result = []
    for name in wanted:
        seen[name] += 1
        if seen[name] == 1:
            result.append(name)
            continue
        while (other := f"{name}-{seen[name]}") in taken:
            seen[name] += 1
        taken.add(other)
        result.append(other)
    return result
