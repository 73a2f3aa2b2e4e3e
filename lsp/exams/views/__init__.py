"""The exam wing's pages: the bank, sessions and marking for staff, the sitting for candidates."""

from flask import Blueprint

exams = Blueprint("exams", __name__, template_folder="../templates")

# The view modules register their routes on the blueprint above, so they come after it.
from lsp.exams.views import (  # noqa: E402, F401
    adjusting,
    bank,
    browsing,
    correcting,
    exporting,
    filters,
    importing,
    lifecycle,
    marking,
    marking_control,
    marking_office,
    own_exam,
    papers,
    room,
    room_files,
    room_late,
    room_notes,
    room_results,
    room_sign_ins,
    seb,
    sessions,
    sitting,
    uploads,
)
