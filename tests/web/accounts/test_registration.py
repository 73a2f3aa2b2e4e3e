import pytest
import sqlalchemy as sa

from lsp.accounts.models import Person
from tests.factories.accounts import made_up_nip, make_person

SRI = {
    "full_name": "Sri Wahyuni",
    "title_before": "",
    "title_after": "S.I.Kom.",
    "employment": "pns",
    "nip": "19900327 201503 2 001",
    "institution": "Kementerian Contoh",
    "work_unit": "Biro Humas",
    "position": "Pranata Humas Ahli Pertama",
    "phone": "0812 3456 7890",
    "email": "sri@contoh.test",
    "password": "kopi pahit di teras",
    "consent": "y",
}


def persons(session):
    return session.scalar(sa.select(sa.func.count()).select_from(Person))


def test_a_candidate_registers_confirms_by_mail_and_signs_in(browser, session, outbox):
    page = browser.page("/daftar", data=SRI)
    assert page.h1.text == "Periksa e-mail Anda"
    assert outbox.last()[0] == "sri@contoh.test"
    assert "belum dikonfirmasi" in browser.page("/masuk", data=credentials()).h1.text
    link = outbox.link()
    assert browser.page(link).h1.text == "Konfirmasi alamat e-mail"
    assert session.scalars(sa.select(Person)).one().email_confirmed_at is None
    assert "Silakan masuk" in browser.page(link, data={}).text
    page = browser.page("/masuk", data=credentials(made_up_nip()))
    assert "Sri Wahyuni" in page.header.text
    profile = browser.page("/akun").text
    assert "Sri Wahyuni, S.I.Kom." in profile
    assert "199003••••••••2001" in profile
    assert made_up_nip() not in profile


def credentials(identifier="sri@contoh.test"):
    return {"identifier": identifier, "password": SRI["password"]}


def test_the_screen_says_the_same_when_the_address_is_taken_and_its_owner_gets_a_mail(
    browser, session, outbox, clock
):
    free = browser.page("/daftar", data=SRI)
    clock.move(seconds=1)
    taken = browser.page("/daftar", data={**SRI, "nip": made_up_nip(2), "full_name": "Orang Lain"})
    assert taken.main == free.main
    to, subject, text = outbox.last()
    assert (to, subject) == ("sri@contoh.test", "Anda sudah punya akun")
    assert "Orang Lain" not in text
    assert persons(session) == 1


def test_the_screen_says_the_same_when_the_number_is_taken(browser, session, outbox, clock):
    free = browser.page("/daftar", data=SRI)
    clock.move(seconds=1)
    taken = browser.page("/daftar", data={**SRI, "email": "lain@contoh.test"})
    assert taken.main == free.main
    assert outbox.last()[0] == "lain@contoh.test"
    assert made_up_nip() not in outbox.last()[2]
    assert persons(session) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"full_name": ""}, "Isi nama lengkap"),
        ({"full_name": "Klik http://jahat.test"}, "Tulis nama saja"),
        ({"full_name": "Sri\nWahyuni"}, "satu baris"),
        ({"full_name": "Sri\x07ti"}, "satu baris"),
        ({"full_name": "a" * 121}, "Paling banyak 120"),
        ({"employment": ""}, "Pilih status"),
        ({"employment": "raja"}, "Pilih salah satu"),
        ({"nip": ""}, "NIP harus 18 angka"),
        ({"nip": made_up_nip(middle="202524")}, "pilih status PPPK"),
        ({"employment": "pppk", "nip": "1"}, "NI PPPK harus 18 angka"),
        ({"employment": "other"}, "Kosongkan NIP"),
        ({"institution": ""}, "Isi instansi"),
        ({"work_unit": ""}, "Isi unit kerja"),
        ({"position": ""}, "Isi jabatan"),
        ({"phone": "delapan"}, "Isi nomor HP dengan angka"),
        ({"email": "sri"}, "alamat e-mail lengkap"),
        ({"password": "pendek"}, "paling sedikit 10"),
        ({"password": "indonesia1945"}, "mudah ditebak"),
        ({"password": "sri@contoh.test"}, "Jangan memakai e-mail"),
        ({"consent": ""}, "Centang persetujuan"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(browser, session, wrong, words):
    page = browser.page("/daftar", data={**SRI, **wrong})
    assert page.title.text.startswith("Galat:")
    assert words in page.select_one(".govuk-error-summary").text
    for name in {"institution", "email", "position", "title_after"} - wrong.keys():
        assert page.find("input", {"name": name})["value"] == SRI[name]
    assert SRI["password"] not in str(page)
    assert persons(session) == 0


def test_who_is_no_civil_servant_needs_no_number_unit_or_post(browser, session):
    other = {"employment": "other", "nip": "", "work_unit": "", "position": ""}
    browser.page("/daftar", data={**SRI, **other})
    assert persons(session) == 1


def test_fields_left_out_by_hand_break_nothing(browser, session):
    data = {name: value for name, value in SRI.items() if name != "title_after"}
    browser.page("/daftar", data=data)
    assert session.scalars(sa.select(Person)).one().title_after == ""


def test_a_link_that_is_over_says_so(browser, outbox, clock):
    browser.page("/daftar", data=SRI)
    clock.move(days=3)
    assert browser.page(outbox.link(), status=410).h1.text == "Tautan tidak berlaku"
    assert browser.page("/konfirmasi/karangan", data={}, status=410)


def test_the_confirmation_is_sent_again_after_the_right_password(browser, outbox, clock):
    browser.page("/daftar", data=SRI)
    clock.move(seconds=1)
    page = browser.page("/masuk", data=credentials())
    token = page.main.find("input", {"name": "token"})["value"]
    browser.page("/konfirmasi/kirim-ulang", data={"token": token})
    assert len(outbox.all()) == 2
    browser.page("/konfirmasi/kirim-ulang", data={"token": "karangan"}, status=410)


def test_a_stranger_who_took_the_address_first_gains_nothing(browser, outbox, clock):
    browser.page("/daftar", data={**SRI, "password": "kata sandi penyerobot"})
    clock.move(seconds=1)
    browser.page("/daftar", data=SRI)
    assert "/konfirmasi/" not in outbox.last()[2]
    clock.move(seconds=1)
    browser.page("/lupa-kata-sandi", data={"email": SRI["email"]})
    browser.page(outbox.link(), data={"password": SRI["password"]})
    page = browser.page("/masuk", data={**credentials(), "password": "kata sandi penyerobot"})
    assert "tidak cocok" in page.text
    assert "Keluar" in browser.page("/masuk", data=credentials()).text


def test_the_form_of_an_english_reader_makes_an_english_account(browser, session):
    browser.post("/language/en")
    browser.page("/daftar", data=SRI)
    assert session.scalars(sa.select(Person)).one().language == "en"


def test_the_page_asks_nothing_of_the_database(browser, session, statements):
    make_person(session)
    session.commit()
    statements.clear()
    browser.page("/daftar")
    assert statements == []
