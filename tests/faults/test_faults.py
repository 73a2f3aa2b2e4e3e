"""The server is killed at random, twenty times over, while candidates answer."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.storm import Storm, blow


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_however_often_the_server_is_killed(
    backend: str,
) -> None:
    # Not in pytest's folder: another run of pytest may close that to PostgreSQL's own user, who
    # then cannot start again.
    with TemporaryDirectory(prefix="lsp-faults-") as folder:
        count = blow(backend, Path(folder), Storm(kills=20, cut=1.0))
    assert count.wrong == []
    assert count.missing == []
    assert count.stale == []
    assert count.unsent == 0
    # Each answer stands there once, and none that nobody gave.
    assert count.stored == count.acknowledged > 1_000
    # The storm did blow: requests broke off, old ones came again, the database was restarted.
    assert count.broken > 20
    assert count.replayed > 20
    assert count.database_restarts == (1 if backend == "postgresql" else 0)
