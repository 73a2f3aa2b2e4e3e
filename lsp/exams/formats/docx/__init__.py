"""Word documents (DOCX) of a simple layout, described in ``docs/item-files.md``: read only."""

from lsp.exams.formats.docx.reading import read

__all__ = ["read"]
