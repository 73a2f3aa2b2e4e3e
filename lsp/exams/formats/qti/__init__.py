"""QTI (1EdTech): 1.2 as Canvas writes it, 2.1 and 2.2, and 3.0; items, tests, content packages.

``read`` takes a single file or an archive, ``write`` makes a QTI 3.0 package, and ``score``
evaluates the response processing that a read question keeps in ``ReadItem.processing``.
"""

from lsp.exams.formats.qti.evaluation import score
from lsp.exams.formats.qti.reading import read
from lsp.exams.formats.qti.writing import write

__all__ = ["read", "score", "write"]
