from dataclasses import replace

import pytest

from lsp.roles import Role
from tests.factories.accounts import PASSWORD, give_phone, make_person


def sign_in(browser, person, password=PASSWORD, path="/masuk", **kwargs):
    data = {"identifier": person.email, "password": password}
    return browser.post(path, data=data, **kwargs)


def is_signed_in(browser):
    return browser.get("/akun").status_code == 200


def test_signing_in_leads_to_the_page_one_wanted(browser, session):
    person = make_person(session)
    response = browser.get("/akun/sesi?x=1")
    assert response.location.startswith("/masuk?next=")
    assert sign_in(browser, person, path=response.location).location == "/akun/sesi?x=1"
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://jahat.test/",
        "//jahat.test/",
        "/\\jahat.test",
        "/\t/jahat.test",
        "/\n/jahat.test",
        "javascript:alert(1)",
        "jahat.test",
    ],
)
def test_signing_in_never_leads_elsewhere(browser, session, elsewhere):
    person = make_person(session)
    response = browser.post(
        "/masuk",
        query_string={"next": elsewhere},
        data={"identifier": person.email, "password": PASSWORD},
    )
    assert response.location == "/"


@pytest.mark.parametrize("identifier", ["", "\x00", "@", "' OR 1=1 --", "x" * 5000, "😀"])
def test_hostile_identifiers_are_only_wrong(browser, identifier):
    page = browser.page("/masuk", data={"identifier": identifier, "password": "x"})
    assert page.title.text.startswith("Galat:")


def test_what_was_in_the_cookie_before_is_gone_but_the_language_stays(browser, session):
    with browser.session_transaction() as cookie:
        cookie["planted"] = "x"
        cookie["language"] = "en"
    sign_in(browser, make_person(session))
    with browser.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "en"


def test_signing_out_ends_the_session_on_the_server_too(browser, session):
    sign_in(browser, make_person(session))
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    assert browser.get("/keluar").status_code == 405
    assert browser.page("/keluar", data={}).h1.get_text() == "Anda sudah keluar"
    with browser.session_transaction() as cookie:
        cookie.update(kept)
    assert not is_signed_in(browser)


def test_a_phone_is_asked_for_after_the_password(browser, session, app, clock):
    person = make_person(session, Role.ASSESSOR)
    phone = give_phone(session, person, app.extensions["lsp"].vault, now=clock.now())
    page = browser.page("/masuk?next=/akun/sesi", data=credentials(person))
    assert page.h1.text == "Kode dari aplikasi autentikator"
    assert not is_signed_in(browser)
    page = browser.page("/masuk/kode?next=/akun/sesi", data={"code": "000000"})
    assert "periksa jam di ponsel" in page.text
    page = browser.page("/masuk/kode?next=/akun/sesi", data={"code": phone.at(clock.now())})
    assert page.h1.text == "Peramban yang sedang masuk"


def credentials(person):
    return {"identifier": person.email, "password": PASSWORD}


def test_five_wrong_codes_pause_the_account(browser, session, app, clock):
    person = make_person(session)
    phone = give_phone(session, person, app.extensions["lsp"].vault, now=clock.now())
    browser.page("/masuk", data=credentials(person))
    for _ in range(4):
        browser.page("/masuk/kode", data={"code": "000000"})
    page = browser.page("/masuk/kode", data={"code": "000000"})
    assert page.h1.text == "Masuk"
    assert "Lima kali salah" in page.text
    assert "tidak cocok" in browser.page("/masuk", data=credentials(person)).text
    page = browser.page("/masuk/kode", data={"code": phone.at(clock.now())})
    assert page.h1.text == "Masuk"


def test_the_code_page_is_for_whoever_gave_the_password_lately(browser, session, app, clock):
    person = make_person(session)
    phone = give_phone(session, person, app.extensions["lsp"].vault, now=clock.now())
    assert browser.page("/masuk/kode").h1.text == "Masuk"
    browser.page("/masuk", data=credentials(person))
    clock.move(minutes=10)
    assert browser.page("/masuk/kode", data={"code": phone.at(clock.now())}).h1.text == "Masuk"


def test_a_phone_is_tied_and_a_recovery_code_replaces_it_once(browser, session, clock):
    import pyotp

    person = make_person(session)
    sign_in(browser, person)
    page = browser.page("/akun/kode-sekali-pakai")
    assert page.main.img["src"].startswith("data:image/svg+xml;base64,")
    secret = page.select_one(".lsp-code").text.replace(" ", "")
    page = browser.page("/akun/kode-sekali-pakai", data={"code": "000000"})
    assert "periksa jam di ponsel" in page.select_one(".govuk-error-summary").text
    assert page.select_one(".lsp-code").text.replace(" ", "") == secret
    code = pyotp.TOTP(secret).at(clock.now())
    page = browser.page("/akun/kode-sekali-pakai", data={"code": code})
    codes = [item.text for item in page.select("ol .lsp-code")]
    assert len(codes) == 10
    assert is_signed_in(browser)
    assert codes[0] not in browser.page("/akun/kode-sekali-pakai").text

    for expected in ("/", None):
        browser.post("/keluar")
        sign_in(browser, person)
        response = browser.post("/masuk/kode-pemulihan", data={"code": codes[0].lower()})
        assert response.location == expected


def test_another_phone_needs_the_password(browser, session, app, clock):
    import pyotp

    person = make_person(session)
    old = give_phone(session, person, app.extensions["lsp"].vault, now=clock.now())
    sign_in(browser, person)
    browser.post("/masuk/kode", data={"code": old.at(clock.now())})
    page = browser.page("/akun/kode-sekali-pakai")
    new = pyotp.TOTP(page.select_one(".lsp-code").text.replace(" ", ""))
    data = {"code": new.at(clock.now()), "current": "salah sama sekali"}
    assert "tidak cocok" in browser.page("/akun/kode-sekali-pakai", data=data).text
    data["current"] = PASSWORD
    assert browser.page("/akun/kode-sekali-pakai", data=data).h1.text == "Kode pemulihan"
    page = browser.page("/akun/kode-pemulihan", data={"current": PASSWORD})
    assert len(page.select("ol .lsp-code")) == 10


def test_staff_without_a_phone_reach_only_their_own_account(app, settings, new_browser, session):
    app.extensions["lsp"].settings = replace(settings, staff_totp_required=True)
    browser = new_browser()
    sign_in(browser, make_person(session, Role.ADMINISTRATOR))
    for path in ("/orang", "/jejak-audit"):
        assert browser.get(path).location == "/akun/kode-sekali-pakai"
    assert "wajib" in browser.page("/akun/kode-sekali-pakai").text
    assert is_signed_in(browser)


def test_a_stale_form_is_refused(browser, session, csrf_on):
    assert sign_in(browser, make_person(session)).status_code == 400


def test_scripts_learn_by_a_mark_who_is_signed_in_and_nothing_else(
    browser, session, new_browser, app
):
    person = make_person(session)
    sign_in(browser, person)
    browser.get("/akun")
    mark = browser.get_cookie("lsp_person")
    assert mark.value
    assert str(person.id).replace("-", "") not in mark.value
    assert not mark.http_only
    browser.get("/tidak-ada")
    assert browser.get_cookie("lsp_person").value == mark.value
    somebody = new_browser(make_person(session))
    somebody.get("/akun")
    assert somebody.get_cookie("lsp_person").value != mark.value
    browser.post("/keluar")
    browser.get("/masuk")
    assert browser.get_cookie("lsp_person") is None
