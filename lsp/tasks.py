"""What the system does by itself, without anybody asking: run by ``lsp jobs``, beside the server."""

import logging
from datetime import timedelta
from pathlib import Path

from huey import SqliteHuey, crontab

from lsp.clock import Clock
from lsp.db import create_engine, transaction
from lsp.exams.services.closing import close_overdue
from lsp.exams.services.marking import distribute, sessions_to_spread
from lsp.settings import Settings

log = logging.getLogger(__name__)


def make_jobs(settings: Settings, folder: Path) -> SqliteHuey:
    """The queue of this installation, with its periodic tasks registered."""
    huey = SqliteHuey("lsp", filename=str(folder / "jobs.sqlite3"))
    engine = create_engine(settings.database)
    clock = Clock()

    @huey.periodic_task(crontab(minute="*"))
    def end_overdue_attempts() -> None:
        """End attempts whose time is over, with the answers saved so far."""
        with transaction(engine) as session:
            ended = close_overdue(
                session,
                now=clock.now(),
                grace=timedelta(seconds=settings.exam_grace_seconds),
            )
        if ended:
            log.info("ended %s overdue attempts", ended)

    @huey.periodic_task(crontab(minute="*"))
    def spread_late_answers() -> None:
        """Find markers for answers that came in after the others of their session were spread."""
        with transaction(engine) as session:
            waiting = sessions_to_spread(session)
        for session_id in waiting:
            # One at a time: nobody waits for a session while this holds another.
            with transaction(engine) as session:
                spread = distribute(session, session_id=session_id, actor_id=None, now=clock.now())
            if spread.given:
                log.info("gave %s answers to markers", spread.given)

    return huey
