"""Limits of the other ways in: a room that shares one address meets none of them.

A limit's window is one of the real clock and may end while a test runs, so a test sends what
breaks the limit twice.
"""

import pytest

from lsp.accounts.services.sessions import open_session
from tests.conftest import NOW
from tests.factories.accounts import make_person


@pytest.fixture
def room(limited_app, session):
    """A browser in a room, with the limits on."""
    browser = limited_app.test_client()
    browser.test_session = session
    return browser


def test_a_class_asks_for_its_links_from_one_address(room, session):
    for _ in range(40):
        response = room.post("/lupa-kata-sandi", data={"email": make_person(session).email})
        assert response.location == "/lupa-kata-sandi/terkirim"


def test_a_mailbox_gets_four_links_an_hour_and_who_asks_is_told_to_wait(room, session):
    email = make_person(session).email
    answers = [room.post("/lupa-kata-sandi", data={"email": email}) for _ in range(9)]
    assert {answer.status_code for answer in answers[:4]} == {302}
    assert answers[-1].status_code == 429
    seconds = int(answers[-1].headers["Retry-After"])
    assert 0 < seconds <= 3601
    page = answers[-1].text
    assert f"Tunggu {-(-seconds // 60)} menit" in page
    assert email in page


def test_forms_without_an_address_count_against_no_mailbox_and_nobody_else(
    limited_app, room, session
):
    for _ in range(9):
        room.post("/lupa-kata-sandi", data={"email": ""})
    other = limited_app.test_client()
    other.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    other.test_session = session
    assert "Isi alamat e-mail" in other.page("/lupa-kata-sandi", data={"email": ""}).text


def test_a_confirmation_is_sent_again_to_each_of_a_class_and_to_none_too_often(room, session):
    def ask(person):
        page = room.page("/masuk", data={"identifier": person.email, "password": "kata sandi uji"})
        token = page.select_one("input[name=token]")["value"]
        return room.post("/konfirmasi/kirim-ulang", data={"token": token}).status_code

    people = [make_person(session, email_confirmed_at=None) for _ in range(12)]
    assert {ask(person) for person in people} == {302}
    assert [ask(people[0]) for _ in range(8)][-1] == 429


def test_who_hammers_at_their_own_account_stops_nobody_else(limited_app, session):
    def browser():
        client = limited_app.test_client()
        client.test_session = session
        with client.session_transaction() as cookie:
            cookie["_user_id"] = open_session(session, make_person(session), now=NOW)
        return client

    eager, other = browser(), browser()
    answers = [eager.post("/akun/kata-sandi", data={}).status_code for _ in range(61)]
    assert set(answers[:30]) == {200}
    assert 429 in answers
    assert other.post("/akun/kata-sandi", data={}).status_code == 200
