"""Each mail in each language, as its receiver reads it. After a wish for other words: delete the
file in tests/expected/mail, run the test, and read what it wrote."""

from pathlib import Path

import pytest

from lsp.accounts.views import mails
from tests.conftest import NOW

EXPECTED = Path(__file__).parents[2] / "expected" / "mail"
LINK = "http://127.0.0.1:8000/tautan"
VALUES = {
    "confirm_address": {"name": "Sri Wahyuni", "link": LINK},
    "address_taken": {"name": "Sri Wahyuni", "sign_in": LINK, "forgot": LINK + "-lain"},
    "nip_taken": {},
    "reset_password": {"name": "Sri Wahyuni", "link": LINK},
    "password_changed": {"name": "Sri Wahyuni", "at": NOW, "forgot": LINK},
    "invitation": {"name": "Sri Wahyuni", "link": LINK, "forgot": LINK + "-lain"},
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("template", VALUES)
def test_a_mail_reads_as_expected(app, template, language):
    with app.test_request_context():
        subject, body = mails.render(template, language=language, **VALUES[template])
    text = f"{subject}\n\n{body}"
    file = EXPECTED / f"{template}.{language}.txt"
    if not file.exists():
        file.write_text(text)
        pytest.fail(f"{file.name} was not there; read it and commit it")
    assert text == file.read_text()


def test_a_name_reaches_the_mail_unescaped(app):
    with app.test_request_context():
        _, body = mails.render("reset_password", language="id", name="Ma'ruf & Co", link=LINK)
    assert "Ma'ruf & Co" in body
