from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lsp.accounts.rules.lockout import FAILURES, PAUSE, after_failure, is_locked
from tests.conftest import NOW


def test_the_fifth_failure_in_a_row_begins_a_pause_of_fifteen_minutes():
    failures, until = 0, None
    for _ in range(5):
        assert until is None
        failures, until = after_failure(failures, NOW)
    assert until == NOW + timedelta(minutes=15)
    assert failures == 0


@given(st.integers(-3600, 3600))
def test_a_pause_ends_by_itself(seconds):
    now = NOW + timedelta(seconds=seconds)
    assert is_locked(NOW, now) is (seconds < 0)


def test_who_never_failed_is_not_locked():
    assert not is_locked(None, NOW)
    assert FAILURES == 5
    assert timedelta(minutes=15) == PAUSE
