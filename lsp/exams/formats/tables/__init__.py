"""Questions in tables: CSV and Excel workbooks (XLSX), one question a row.

The columns are in ``columns``; ``docs/item-files.md`` describes them for writers.
"""

from lsp.exams.formats.tables.reading import read, read_csv, read_xlsx
from lsp.exams.formats.tables.writing import template, write, write_xlsx

__all__ = ["read", "read_csv", "read_xlsx", "template", "write", "write_xlsx"]
