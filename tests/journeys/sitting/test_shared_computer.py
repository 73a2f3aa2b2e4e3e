"""A computer that somebody else uses next: signing out leaves nothing of the exam there, except
answers the server does not have."""

import pytest
from playwright.sync_api import Error, expect

from tests.factories.accounts import make_person
from tests.journeys.conftest import sign_in_cookie
from tests.journeys.sitting import NO_PAPER, NOTHING, begin, choose, ready, saved, stored, until

pytestmark = pytest.mark.browser

#: No answer leaves the page while ``cut`` is set, not even with its last request, which outlives
#: it and which the browser's own routing does not always see.
CUT = """const send = window.fetch
window.fetch = (address, options) => localStorage.getItem('cut') && /jawaban$/.test(address)
    ? Promise.reject(new Error('cut')) : send(address, options)"""


def sign_out(page):
    page.goto("/")
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda sudah keluar")


def test_nobody_reads_the_exam_of_who_signed_out(server, new_context, seat):
    page = new_context(seat.candidate).new_page()
    begin(server, page, seat)
    ready(page)
    choose(page, "b")
    saved(page)
    address = page.url
    assert page.evaluate(NOTHING) > 0
    sign_out(page)
    until(page, f"async () => await ({NOTHING})() === 0")
    expect(page.locator("#unsent")).to_be_hidden()
    page.context.set_offline(True)
    with pytest.raises(Error):
        page.goto(address)


def test_answers_the_server_does_not_have_outlive_signing_out(server, new_context, seat):
    page = new_context(seat.candidate).new_page()
    page.add_init_script(CUT)
    begin(server, page, seat)
    ready(page)
    page.evaluate("localStorage.setItem('cut', 'yes')")
    choose(page, "c")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    address = page.url
    sign_out(page)
    until(page, f"async () => await ({NO_PAPER})() === 0")
    expect(page.locator("#unsent")).to_be_visible()
    assert stored(server) == {}
    page.evaluate("localStorage.removeItem('cut')")
    page.context.add_cookies([sign_in_cookie(server, seat.candidate)])
    page.goto(address)
    saved(page)
    expect(page.locator("#answer-c")).to_be_checked()
    assert stored(server) == {1: {"choice": "c"}}


def test_who_signs_in_next_finds_no_paper_and_answers_for_nobody_else(server, new_context, seat):
    page = new_context(seat.candidate).new_page()
    page.add_init_script(CUT)
    begin(server, page, seat)
    ready(page)
    page.evaluate("localStorage.setItem('cut', 'yes')")
    choose(page, "c")
    expect(page.locator("#save-state")).to_contain_text("Belum terkirim: 1 jawaban")
    address = page.url
    context = page.context
    # Nobody is signed in, as far as this device knows, and the cable is out.
    context.clear_cookies()
    expect(page.locator("#soal")).to_be_hidden()
    until(page, f"async () => await ({NO_PAPER})() === 0")
    # Somebody else, on whose page the exam before is looked for again.
    with server.transaction() as session:
        other = make_person(session)
        assert other.full_name
    context.add_cookies([sign_in_cookie(server, other)])
    page.goto("/")
    expect(page.get_by_text(other.full_name)).to_be_visible()
    context.set_offline(True)
    with pytest.raises(Error):
        page.goto(address)
    context.set_offline(False)
    # Only their owner's sign-in sends the answers that wait.
    page.goto("/")
    page.evaluate("localStorage.removeItem('cut')")
    assert stored(server) == {}
    context.clear_cookies()
    context.add_cookies([sign_in_cookie(server, seat.candidate)])
    page.goto(address)
    saved(page)
    expect(page.locator("#answer-c")).to_be_checked()
    assert stored(server) == {1: {"choice": "c"}}


def test_the_stored_page_of_another_person_stays_closed(server, new_context, seat):
    page = new_context(seat.candidate).new_page()
    begin(server, page, seat)
    ready(page)
    address = page.url
    context = page.context
    page.goto("about:blank")
    cookies = context.cookies()
    context.clear_cookies()
    context.set_offline(True)
    page.goto(address)
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#soal")).to_be_hidden()
    page.keyboard.press("d")
    until(page, f"async () => await ({NOTHING})() === 0")
    context.set_offline(False)
    # The mark of who is signed in comes with the first page after signing in.
    for each in sorted(cookies, key=lambda cookie: cookie["name"]):
        context.add_cookies([each])
    expect(page.locator("#soal")).to_be_visible()
    saved(page)
    assert stored(server) == {}
