"""A page without script says that it is there, so that the room sees its candidate."""

from uuid import UUID

from flask import Response

from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.questions import paper_view
from lsp.exams.services.sitting import get_own_attempt
from lsp.exams.services.sitting.clocks import is_paused
from lsp.exams.services.sitting.presence import see
from lsp.exams.views import exams
from lsp.security import may, me
from lsp.web import now, parts, session

#: The smallest GIF: one pixel that nobody sees.
NOTHING = bytes.fromhex(
    "4749463839610100010080000000000000000021f90401000000002c00000000010001000002024401003b"
)


@exams.get("/ujian/<uuid:attempt_id>/soal/<int:position>/tampak.gif")
@may("exam.sit")
def seen(attempt_id: UUID, position: int) -> Response:
    """A picture of nothing that only a page without script asks for."""
    attempt = get_own_attempt(session, me().person_id, attempt_id)
    is_asked = position in paper_view(session, attempt.paper_id)
    if is_asked and attempt.state is AttemptState.OPEN and not is_paused(attempt, now()):
        session.rollback()
        # The request's own session only reads: every page of a sitting is drawn with it.
        with parts().open_session(reads=False) as writing:
            see(writing, attempt_id, position, now=now())
            writing.commit()
    return Response(NOTHING, mimetype="image/gif", headers={"Cache-Control": "no-store"})
