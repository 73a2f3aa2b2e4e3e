import pytest

from lsp.accounts.models import Employment
from lsp.accounts.services.people import numbers_of
from tests.factories.accounts import made_up_nip, make_person

NIK = "3171046703900001"


@pytest.fixture
def vault(app):
    return app.extensions["lsp"].vault


@pytest.fixture
def sri(session, vault):
    return make_person(
        session,
        full_name="Sri Wahyuni",
        employment=Employment.PNS,
        nip_hidden=vault.hide(made_up_nip()),
        nip_fingerprint=vault.fingerprint(made_up_nip()),
        institution="Kementerian Contoh",
    )


def saved(**values):
    return {
        "full_name": "Sri Wahyuni",
        "employment": "pns",
        "institution": "Kementerian Contoh",
        "language": "id",
        **values,
    }


def test_numbers_are_masked_everywhere(new_browser, sri):
    browser = new_browser(sri)
    for path in ("/akun", "/akun/ubah"):
        text = str(browser.page(path))
        assert "199003••••••••2001" in text
        assert made_up_nip() not in text


def test_empty_numbers_keep_the_stored_ones(new_browser, sri, vault):
    page = new_browser(sri).page("/akun/ubah", data=saved(work_unit="Biro Humas"))
    assert "tersimpan" in page.text
    assert "Biro Humas" in page.text
    assert numbers_of(vault, sri).nip == made_up_nip()


def test_a_doubtful_nik_is_saved_and_shown_with_a_warning(new_browser, sri, vault):
    page = new_browser(sri).page("/akun/ubah", data=saved(nik="3171042803900001"))
    assert "tidak bisa diganti hanya karena" in page.select_one(".lsp-alert--warning").text
    assert numbers_of(vault, sri).nik == "3171042803900001"


def test_a_fitting_nik_brings_no_warning(new_browser, sri):
    page = new_browser(sri).page("/akun/ubah", data=saved(nik="3171 0467 0390 0001"))
    assert page.select_one(".lsp-alert--warning") is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"nik": "12"}, "NIK harus 16 angka"),
        ({"nip": "12"}, "NIP harus 18 angka"),
        ({"employment": "pppk"}, "NI PPPK harus 18 angka"),
        ({"language": "fr"}, "Pilih salah satu"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(new_browser, sri, wrong, words):
    page = new_browser(sri).page("/akun/ubah", data=saved(full_name="Nama Baru", **wrong))
    assert words in page.select_one(".govuk-error-summary").text
    assert page.find("input", {"name": "full_name"})["value"] == "Nama Baru"
    assert sri.full_name == "Sri Wahyuni"


def test_another_persons_number_is_refused_at_its_field(new_browser, session, sri, vault):
    make_person(session, nik_hidden=vault.hide(NIK), nik_fingerprint=vault.fingerprint(NIK))
    page = new_browser(sri).page("/akun/ubah", data=saved(nik=NIK))
    assert "sudah dipakai akun lain" in page.select_one("#nik-error").text
    assert sri.nik_hidden is None


def test_the_language_of_the_account_is_shown_at_once(new_browser, sri):
    page = new_browser(sri).page("/akun/ubah", data=saved(language="en"))
    assert page.html["lang"] == "en"
    assert sri.language == "en"


def test_the_page_costs_three_statements(new_browser, sri, statements):
    browser = new_browser(sri)
    browser.page("/akun")
    statements.clear()
    browser.page("/akun")
    assert len(statements) == 3  # who is signed in; the person; their roles
