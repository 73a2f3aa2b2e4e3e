"""PDF files through PDFium, which can do one thing at a time: every call holds one lock."""

from threading import Lock

import pypdfium2
from PIL import Image

_at_work = Lock()

#: PDFium's error code for a password that is missing or wrong.
PASSWORD_ERROR = 4


class Unreadable(Exception):
    """Not a PDF that can be opened, or no such page."""


class Locked(Exception):
    """The PDF opens only with a password."""


def page_count(content: bytes) -> int:
    """How many pages a PDF has. Raises Locked or Unreadable."""
    with _at_work:
        document = _open(content)
        try:
            return len(document)
        finally:
            document.close()


def draw_page(content: bytes, number: int, *, width: int, height: int) -> Image.Image:
    """A page, counted from 1, drawn as large as fits into ``width`` × ``height`` pixels.

    Raises Locked or Unreadable.
    """
    with _at_work:
        document = _open(content)
        try:
            page = document[number - 1]
            across, down = page.get_size()
            scale = min(width / max(across, 1), height / max(down, 1))
            picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
            # A copy, because the picture's memory goes with the document.
            return picture.convert("RGB").copy()
        except (pypdfium2.PdfiumError, IndexError, ValueError, MemoryError):
            raise Unreadable from None
        finally:
            document.close()


def _open(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD_ERROR:
            raise Locked from None
        raise Unreadable from None
