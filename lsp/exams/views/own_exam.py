"""The one door before every page that shows questions, keys or marking to staff."""

from flask import current_app, request

from lsp.exams.services.watchers import ExamNotOver, check_exams_over
from lsp.exams.views import exams
from lsp.extensions import format_moment
from lsp.security import access_of, me
from lsp.web import now, session

#: Permissions of the pages that show questions, keys, rubrics or answers to others than the
#: candidate. A new page with one of them is behind the door by itself.
SHOWING = frozenset(
    {
        "bank.read",
        "bank.write",
        "bank.export",
        "keys.propose",
        "keys.confirm",
        "exam.mark",
        "marking.read",
        "marking.manage",
    }
)


@exams.before_request
def demand_exams_over() -> None:
    """Refuse who still has an exam to sit; the application's own hook has asked who they are."""
    if request.endpoint is None or access_of(current_app, request.endpoint) not in SHOWING:
        return
    try:
        check_exams_over(session, me().person_id, now())
    except ExamNotOver as refusal:
        refusal.values["until"] = format_moment(refusal.values["until"], refusal.timezone)
        raise
