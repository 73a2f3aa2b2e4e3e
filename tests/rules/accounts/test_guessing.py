from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.accounts.rules.guessing import (
    ACCOUNT_UNDER_ATTACK,
    FLOOD,
    FREE,
    LONGEST_WAIT,
    NETWORK_UNDER_ATTACK,
    Failures,
    network,
    wait,
)
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("here", "minutes"), [(4, 0), (5, 1), (6, 2), (7, 4), (8, 5), (500, 5)])
def test_the_fifth_failure_brings_a_wait_that_grows(here, minutes):
    assert wait(Failures(here, NOW, here, here), NOW) == minutes * MINUTE


@given(st.integers(0, 10**6), st.integers(0, FLOOD - 1))
def test_who_has_not_failed_here_is_looked_at_at_once(of_account, of_network):
    assert not wait(Failures(0, None, of_account, of_network), NOW)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, FLOOD - 1))
def test_every_wait_ends(here, of_account, of_network):
    failures = Failures(here, NOW, of_account, of_network)
    assert not wait(failures, NOW + LONGEST_WAIT)


@pytest.mark.parametrize(
    "failures",
    [Failures(1, NOW, ACCOUNT_UNDER_ATTACK, 1), Failures(1, NOW, 1, NETWORK_UNDER_ATTACK)],
)
def test_under_attack_one_failure_brings_a_wait(failures):
    assert wait(failures, NOW) == MINUTE
    assert not wait(failures._replace(of_account=1, of_network=1), NOW)


def test_three_hundred_people_who_mistype_four_times_are_no_attack():
    assert not wait(Failures(FREE - 1, NOW, FREE - 1, 300 * (FREE - 1)), NOW)


def test_a_flood_stops_its_network_for_a_minute():
    assert wait(Failures(0, None, 0, FLOOD), NOW) == MINUTE


@pytest.mark.parametrize(
    ("address", "holder"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("bukan alamat", ""),
        (None, ""),
    ],
)
def test_an_address_names_its_holder(address, holder):
    assert network(address) == holder
