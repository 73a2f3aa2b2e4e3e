"""A computer that somebody else uses next: signing out leaves nothing of the exam there, except
answers the server does not have."""

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.conftest import sign_in_cookie
from tests.journeys.sitting import begin, choose, ready, saved, stored, until

pytestmark = pytest.mark.browser

#: No answer leaves the page while ``cut`` is set, not even with its last request, which outlives
#: it and which the browser's own routing does not always see.
CUT = """const send = window.fetch
window.fetch = (address, options) => localStorage.getItem('cut') && /jawaban$/.test(address)
    ? Promise.reject(new Error('cut')) : send(address, options)"""

KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('lsp-exam-'))
    const open = indexedDB.open('lsp-exam', 1)
    await new Promise((resolve) => { open.onsuccess = resolve })
    const read = open.result.transaction('attempts').objectStore('attempts').getAllKeys()
    await new Promise((resolve) => { read.onsuccess = resolve })
    open.result.close()
    return names.length + read.result.filter((key) => key.endsWith(ending)).length
}"""
#: Papers alone, or what is known of an attempt at all.
NO_PAPER, NOTHING = (f"{KEPT.replace('ending', repr(ending))}" for ending in ("/paper", ""))


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
