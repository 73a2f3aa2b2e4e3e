"""What the system does by itself, without anybody asking: run by ``lsp jobs``, beside the server."""

import logging
from datetime import timedelta
from pathlib import Path

from huey import SqliteHuey, crontab

from lsp.clock import Clock
from lsp.db import create_engine, transaction
from lsp.exams.services.closing import close_overdue
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

    return huey
