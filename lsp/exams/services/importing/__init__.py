"""Questions of other programs on their way into the bank: read, looked through, saved."""

from lsp.exams.services.importing.choosing import (
    Choice,
    Counts,
    ReviewPage,
    ReviewRow,
    count_rows,
    criterion_labels,
    keep_choices,
    review_page,
    rows_at,
)
from lsp.exams.services.importing.drafts import (
    drop_draft,
    get_own_draft,
    own_drafts,
    saved_before,
    start_import,
)
from lsp.exams.services.importing.plain import OWN_PREFIX
from lsp.exams.services.importing.saving import save_import

__all__ = [
    "OWN_PREFIX",
    "Choice",
    "Counts",
    "ReviewPage",
    "ReviewRow",
    "count_rows",
    "criterion_labels",
    "drop_draft",
    "get_own_draft",
    "keep_choices",
    "own_drafts",
    "review_page",
    "rows_at",
    "save_import",
    "saved_before",
    "start_import",
]
