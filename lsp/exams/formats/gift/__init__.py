"""GIFT, the text format of Moodle's question bank: read and written.

Described for writers in ``docs/item-files.md``; where a file may be meant in two ways it is read
as Moodle 4.5 reads it.
"""

from lsp.exams.formats.gift.reading import read
from lsp.exams.formats.gift.writing import write

__all__ = ["read", "write"]
