"""Signing in from a room that shares one address, and guessing from there."""

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from lsp.accounts.models import SignInFailure
from lsp.accounts.rules.guessing import NETWORK_UNDER_ATTACK
from lsp.accounts.services.guessing import network_of
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, make_person

WRONG = "salah sama sekali"


@pytest.fixture
def at(limited_app, session):
    """A new browser at an address."""

    def browser(address="192.0.2.1"):
        client = limited_app.test_client()
        client.test_session = session
        client.environ_base["REMOTE_ADDR"] = address
        return client

    return browser


def give(browser, person, password=PASSWORD):
    data = {"identifier": getattr(person, "email", person), "password": password}
    return browser.post("/masuk", data=data)


def test_a_room_signs_in_from_one_address_whoever_sends_empty_forms(at, session):
    neighbour = at()
    empty = [neighbour.post("/masuk", data={"identifier": ""}).status_code for _ in range(115)]
    assert set(empty) == {200}
    assert {give(at(), make_person(session)).status_code for _ in range(10)} == {302}


def test_who_guesses_is_told_how_long_to_wait_and_keeps_the_name_typed(at, session, clock):
    person, browser = make_person(session), at()
    assert [give(browser, person, WRONG).status_code for _ in range(5)] == [200] * 4 + [429]
    response = give(browser, person)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    page = browser.page("/masuk", data={"identifier": person.email, "password": ""})
    assert page.find("input", {"name": "identifier"})["value"] == person.email
    clock.move(seconds=20)
    page = browser.page("/masuk", data={"identifier": person.email, "password": "x"}, status=429)
    assert page.title.text.startswith("Galat:")
    assert "40 detik" in page.select_one(".govuk-error-summary").text
    assert page.find("input", {"name": "identifier"})["value"] == person.email
    assert not page.find("input", {"name": "password"}).get("value")
    clock.move(seconds=40)
    assert give(browser, person).status_code == 302


def test_each_further_failure_doubles_the_wait_up_to_five_minutes(at, session, clock):
    person, browser = make_person(session), at()
    waits = []
    for _ in range(8):
        response = give(browser, person, WRONG)
        waits.append(int(response.headers.get("Retry-After", 0)))
        clock.move(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 60, 120, 240, 300]


def test_nobody_is_kept_out_of_another_network_by_failures_in_their_name(at, session):
    person = make_person(session)
    for network in range(12):
        stranger = at(f"203.0.113.{network}")
        for _ in range(5):
            give(stranger, person, WRONG)
    assert session.scalar(sa.select(sa.func.count(SignInFailure.id))) == 52
    owner = at()
    assert give(owner, person).status_code == 302
    assert give(owner, person).status_code == 302


def test_an_account_under_attack_leaves_one_try_to_each_network(at, session):
    person = make_person(session)
    for network in range(10):
        for _ in range(5):
            give(at(f"203.0.113.{network}"), person, WRONG)
    stranger = at("198.51.100.7")
    assert [give(stranger, person, WRONG).status_code for _ in range(2)] == [429, 429]
    assert give(at("198.51.100.8"), person).status_code == 302


def test_a_network_that_guesses_leaves_each_account_its_first_try(at, app, session):
    network = network_of(app.extensions["lsp"].vault, "192.0.2.1")
    session.execute(
        sa.insert(SignInFailure),
        [
            {"account": f"{n}", "network": network, "at": NOW}
            for n in range(NETWORK_UNDER_ATTACK - 1)
        ],
    )
    person, mistyper = make_person(session), make_person(session)
    assert [give(at(), mistyper, word).status_code for word in (WRONG, PASSWORD)] == [429, 429]
    assert give(at(), person).status_code == 302


def test_a_holder_of_many_ipv6_addresses_is_one_network(at, session):
    person = make_person(session)
    answers = [give(at(f"2001:db8::{n}"), person, WRONG).status_code for n in range(5)]
    assert answers[-1] == 429
    assert give(at("2001:db8:0:1::1"), person).status_code == 302


def test_a_name_nobody_has_waits_like_any_other(at, session):
    def answers(name):
        for _ in range(6):
            page = BeautifulSoup(give(at(), name, WRONG).data, "html.parser").main
            page.find("input", {"name": "csrf_token"}).decompose()
            yield str(page).replace(name, "")

    known, unknown = make_person(session).email, "tidak-ada@contoh.test"
    pages = list(answers(known))
    assert pages == list(answers(unknown))
    assert "tidak cocok" in pages[3]
    assert "Tunggu 1 menit" in pages[4]


def test_signing_in_forgets_ones_own_failures_here_and_no_others(at, session):
    person, other = make_person(session), make_person(session)
    for _ in range(4):
        give(at(), person, WRONG)
        give(at(), other, WRONG)
        give(at("203.0.113.5"), person, WRONG)
    give(at(), person)
    assert give(at(), person, WRONG).status_code == 200
    assert give(at(), other, WRONG).status_code == 429
    assert give(at("203.0.113.5"), person, WRONG).status_code == 429


def test_no_address_is_kept_in_the_clear(at, session):
    give(at(), "tidak-ada@contoh.test", WRONG)
    kept = session.scalars(sa.select(SignInFailure)).one()
    assert "192.0.2" not in kept.network
    assert "tidak-ada" not in kept.account


def test_an_administrator_sees_the_wait_and_ends_it(at, new_browser, session):
    person = make_person(session)
    for _ in range(5):
        give(at(), person, WRONG)
    administrator = new_browser(make_person(session, Role.ADMINISTRATOR))
    page = administrator.page(f"/orang/{person.id}")
    assert "Masuk dijeda sampai 23 November 2026 pukul 09.01 WIB" in page.text
    administrator.post(f"/orang/{person.id}/akhiri-jeda")
    assert "Masuk dijeda" not in administrator.page(f"/orang/{person.id}").main.text
    assert give(at(), person).status_code == 302
