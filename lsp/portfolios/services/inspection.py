"""What an uploaded file really is: told by its content and by opening it, never by its name."""

import io

import puremagic
from PIL import Image

from lsp.portfolios.rules.kinds import (
    ACCEPTED,
    JPEG,
    PDF,
    PNG,
    TEXT,
    WEBP,
    MediaType,
)
from lsp.portfolios.services import containers, pdf
from lsp.portfolios.services.refusing import refuse_type
from lsp.texts import N_, Refusal

#: Largest picture, in millions of pixels; a small file can unfold into a huge one.
MEGAPIXELS = 50
#: How much of the beginning puremagic is shown.
HEAD = 8192

PICTURES = {format_.media_type: format_ for format_ in (JPEG, PNG, WEBP)}
MARKUP = ((b"<", "HTML / XML"), (b"{\\rtf", "RTF"), (b"#!", "script"))

DAMAGED = N_("Berkas %(name)s ini rusak dan tidak bisa dibuka. Simpan ulang, lalu unggah lagi.")


def identify(content: bytes) -> MediaType:
    """The format of a file's content, after opening it.

    Raises Refusal naming what was found and what is accepted, or what is wrong with the file.
    """
    head = content[:HEAD]
    if b"%PDF-" in head[:1024]:
        return _open_pdf(content)
    if _is_text(content):
        return _open_text(content)
    if head.startswith(b"PK\x03\x04"):
        return containers.open_office(content)
    if head[4:8] == b"ftyp":
        return containers.open_mp4(content)
    types = _guesses(head)
    for media_type in types:
        if media_type in PICTURES:
            return _open_picture(content, PICTURES[media_type])
        if media_type == "audio/mpeg":
            return containers.open_mp3(content)
    raise refuse_type(types)


def _guesses(head: bytes) -> list[str]:
    try:
        return [match.mime_type for match in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        return []


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(char < " " and char not in "\t\n\r\f" for char in text)


def _open_text(content: bytes) -> MediaType:
    start = content[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, name in MARKUP:
        if start.startswith(mark):
            raise refuse_type([], name)
    if not start:
        raise Refusal(N_("Berkas ini kosong. Pilih berkas lain."))
    return TEXT


def _open_pdf(content: bytes) -> MediaType:
    try:
        if pdf.page_count(content) < 1:
            raise Refusal(DAMAGED, name=PDF.name)
    except pdf.Locked:
        raise Refusal(
            N_("PDF ini dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu unggah lagi.")
        ) from None
    except pdf.Unreadable:
        raise Refusal(DAMAGED, name=PDF.name) from None
    return PDF


def _open_picture(content: bytes, format_: MediaType) -> MediaType:
    try:
        with Image.open(io.BytesIO(content), formats=[format_.name.upper()]) as picture:
            if picture.width * picture.height > MEGAPIXELS * 1_000_000:
                raise _too_many_pixels()
            picture.verify()
        # ``verify`` leaves the picture unusable; the second opening really unpacks it.
        with Image.open(io.BytesIO(content), formats=[format_.name.upper()]) as picture:
            picture.draft("RGB", (1024, 1024))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise Refusal(DAMAGED, name=format_.name) from None
    return ACCEPTED[format_.media_type]


def _too_many_pixels() -> Refusal:
    return Refusal(
        N_("Gambar ini terlalu besar: paling banyak %(limit)s juta piksel. Perkecil gambarnya."),
        limit=MEGAPIXELS,
    )
