"""The candidate's side: pages that work without script, and the script's own addresses."""

from lsp.exams.views.sitting import pages, seen, window
from lsp.exams.views.sitting.common import csrf_is_stale, grace

__all__ = ["csrf_is_stale", "grace", "pages", "seen", "window"]
