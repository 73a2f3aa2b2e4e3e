"""Moodle XML: the questions of a Moodle question bank, read and written.

What Moodle does with a file was taken from its documentation and from its own example files
(``LSP_CONFORMANCE``); where Moodle knows more than the bank, the reading names it.
"""

from lsp.exams.formats.moodle.reading import read
from lsp.exams.formats.moodle.writing import write

__all__ = ["read", "write"]
