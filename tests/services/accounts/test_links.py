from datetime import timedelta

import pytest

from lsp.accounts.services.links import LIFETIMES, Purpose, find_by_token, make_token
from lsp.accounts.services.passwords import set_first_password
from tests.conftest import NOW
from tests.factories.accounts import make_person

KEY = "a key for tests, never used elsewhere"


def find(session, purpose, token, now=NOW):
    return find_by_token(session, KEY, purpose, token, now=now)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_works_for_its_purpose_alone_and_until_its_time_is_over(session, purpose):
    person = make_person(session)
    token = make_token(KEY, purpose, person, now=NOW)
    assert find(session, purpose, token) is person
    for other in set(Purpose) - {purpose}:
        assert find(session, other, token) is None
    assert find(session, purpose, token, NOW + LIFETIMES[purpose]) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 50, "\x00"])
def test_a_forged_link_finds_nobody(session, token):
    assert find(session, Purpose.SET_PASSWORD, token) is None


def test_a_link_signed_with_another_key_finds_nobody(session):
    token = make_token("x" * 40, Purpose.CONFIRM, make_person(session), now=NOW)
    assert find(session, Purpose.CONFIRM, token) is None


def test_a_password_link_dies_with_its_use(session):
    person = make_person(session, email_confirmed_at=None)
    token = make_token(KEY, Purpose.SET_PASSWORD, person, now=NOW)
    set_first_password(session, person, password_hash="lain", now=NOW)
    assert find(session, Purpose.SET_PASSWORD, token) is None
    assert person.email_confirmed_at == NOW  # who reads the mail owns the address


def test_an_invitation_lasts_a_week(session):
    person = make_person(session)
    token = make_token(KEY, Purpose.SET_PASSWORD, person, now=NOW, lifetime=timedelta(days=7))
    assert find(session, Purpose.SET_PASSWORD, token, NOW + timedelta(days=6)) is person
    assert find(session, Purpose.SET_PASSWORD, token, NOW + timedelta(days=7)) is None
