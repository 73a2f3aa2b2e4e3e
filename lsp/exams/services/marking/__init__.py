"""Marking: by the key, and by people who know neither whose answer it is nor what others gave."""

from lsp.exams.services.marking.assigning import Distribution, distribute, markers
from lsp.exams.services.marking.controls import (
    agreed_marking,
    choices,
    get_choice,
    get_headed,
    headed_sessions,
    set_control,
)
from lsp.exams.services.marking.giving import Given, NotesNeeded, aspects_of, give_mark
from lsp.exams.services.marking.overview import (
    Overview,
    overview,
    sessions_to_spread,
    unassigned,
)
from lsp.exams.services.marking.panel import (
    get_marker,
    possible_markers,
    set_markers,
    stop_marker,
)
from lsp.exams.services.marking.queues import (
    OwnScript,
    get_file,
    get_own_script,
    get_picture,
    next_script,
    own_scripts,
    piles,
    progress,
)
from lsp.exams.services.marking.records import marks_here, record_of, settled
from lsp.exams.services.marking.reopening import last_reopening, reopen_marking
from lsp.exams.services.marking.scripts import (
    mark_attempt,
    marked_by_people,
    share_papers,
    take_back_scripts,
)

__all__ = [
    "Distribution",
    "Given",
    "NotesNeeded",
    "Overview",
    "OwnScript",
    "agreed_marking",
    "aspects_of",
    "choices",
    "distribute",
    "get_choice",
    "get_file",
    "get_headed",
    "get_marker",
    "get_own_script",
    "get_picture",
    "give_mark",
    "headed_sessions",
    "last_reopening",
    "mark_attempt",
    "marked_by_people",
    "markers",
    "marks_here",
    "next_script",
    "overview",
    "own_scripts",
    "piles",
    "possible_markers",
    "progress",
    "record_of",
    "reopen_marking",
    "sessions_to_spread",
    "set_control",
    "set_markers",
    "settled",
    "share_papers",
    "stop_marker",
    "take_back_scripts",
    "unassigned",
]
