from lsp.accounts.services.sessions import open_session
from tests.conftest import NOW
from tests.factories.accounts import PASSWORD, make_person

NEW = "teh manis hangat sekali"


def test_known_and_unknown_addresses_get_the_same_answer(browser, session, outbox):
    person = make_person(session)
    known = browser.page("/lupa-kata-sandi", data={"email": person.email.upper()})
    assert len(outbox.all()) == 1
    unknown = browser.page("/lupa-kata-sandi", data={"email": "tidak-ada@contoh.test"})
    assert len(outbox.all()) == 1
    assert unknown.main == known.main


def test_a_forgotten_password_is_replaced_once_and_every_session_ends(
    browser, new_browser, session, outbox, clock
):
    person = make_person(session, failed_sign_ins=4)
    elsewhere = new_browser(person)
    browser.page("/lupa-kata-sandi", data={"email": person.email})
    link = outbox.link()
    assert person.email in browser.page(link).text
    assert "paling sedikit 10" in browser.page(link, data={"password": "pendek"}).text
    clock.move(seconds=1)
    assert browser.page(link, data={"password": NEW}).h1.text == "Masuk"
    assert elsewhere.get("/akun").status_code == 302
    assert outbox.last()[1] == "Kata sandi Anda diganti"
    browser.page(link, data={"password": "yang ketiga kali"}, status=410)
    page = browser.page("/masuk", data={"identifier": person.email, "password": NEW})
    assert "Keluar" in page.text


def test_a_link_that_is_over_leads_to_a_new_one(browser, session, outbox, clock):
    person = make_person(session)
    browser.page("/lupa-kata-sandi", data={"email": person.email})
    clock.move(hours=2)
    page = browser.page(outbox.link(), status=410)
    assert page.find("a", href="/lupa-kata-sandi")


def test_a_password_is_changed_with_the_current_one_and_the_other_sessions_end(
    new_browser, session, outbox
):
    person = make_person(session)
    browser, elsewhere = new_browser(person), new_browser(person)
    data = {"current": "salah sama sekali", "password": NEW}
    assert "tidak cocok" in browser.page("/akun/kata-sandi", data=data).text
    assert elsewhere.get("/akun").status_code == 200
    data["current"] = PASSWORD
    assert browser.page("/akun/kata-sandi", data=data).h1.text == "Akun saya"
    assert elsewhere.get("/akun").status_code == 302
    assert outbox.last()[:2] == (person.email, "Kata sandi Anda diganti")


def test_passwords_may_be_pasted_and_are_never_sent_back(browser, session):
    page = browser.page("/masuk", data={"identifier": "", "password": "rahasia sekali"})
    field = page.find("input", {"name": "password"})
    assert not field.get("value")
    assert field["autocomplete"] == "current-password"
    assert "onpaste" not in str(page)


def test_a_session_of_another_person_is_not_found(new_browser, session):
    from lsp.accounts.services.sessions import open_sessions

    person, other = make_person(session), make_person(session)
    open_session(session, other, now=NOW)
    [theirs] = open_sessions(session, other.id, NOW)
    browser = new_browser(person)
    assert browser.post(f"/akun/sesi/{theirs.id}/akhiri").status_code == 404


def test_one_session_and_all_others_are_ended(new_browser, session):
    person = make_person(session)
    browser, one, two = (new_browser(person) for _ in range(3))
    page = browser.page("/akun/sesi")
    forms = page.select("td form")
    assert len(forms) == 2
    browser.page(forms[0]["action"], data={})
    assert "1 sesi diakhiri" in browser.page("/akun/sesi/akhiri-lainnya", data={}).text
    assert [b.get("/akun").status_code for b in (one, two, browser)] == [302, 302, 200]
