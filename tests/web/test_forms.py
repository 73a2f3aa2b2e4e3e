"""What forms say by themselves is said in the reader's language."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import wtforms
from flask import Flask
from flask_babel import force_locale

from lsp.forms import CheckboxesField, DecimalField, Form, IntegerField, SelectField

POT = Path(wtforms.__file__).parent / "locale" / "wtforms.pot"


class Asked(Form):
    choice = SelectField("Pilihan", choices=[("a", "A"), ("b", "B")])
    several = CheckboxesField("Beberapa", choices=[("a", "A"), ("b", "B")])
    number = wtforms.IntegerField("Angka")
    share = DecimalField("Bagian", places=None)
    whole = IntegerField("Bulat")


def test_made_up_values_are_refused_in_indonesian(app: Flask) -> None:
    made_up = {"choice": "z", "several": ["a", "z"], "number": "x", "share": "y", "whole": "1,5"}
    with app.test_request_context(method="POST", data=made_up):
        form = Asked()
        assert not form.validate()
    assert {name: [str(e) for e in errors] for name, errors in form.errors.items()} == {
        "choice": ["Pilih salah satu yang ada di daftar"],
        "several": ["Pilih dari yang ada di daftar"],
        "number": ["Isi dengan bilangan bulat, misalnya 30"],
        "share": ["Isi dengan angka, misalnya 12,5"],
        "whole": ["Isi dengan bilangan bulat, misalnya 30"],
    }


def test_no_message_of_the_library_reaches_a_reader_as_it_is(app: Flask) -> None:
    texts = re.findall(r'^msgid(?:_plural)? "(.+)"$', POT.read_text(encoding="utf-8"), re.M)
    assert len(texts) > 20
    with app.test_request_context():
        words = Form().meta.get_translations(None)
        said = {words.gettext(text) for text in texts} | {words.ngettext(t, t, 2) for t in texts}
    assert not said & set(texts)


@pytest.mark.parametrize(("locale", "shown"), [("id", "12,5"), ("en", "12.5")])
def test_a_decimal_is_shown_as_the_reader_writes_it(app: Flask, locale: str, shown: str) -> None:
    with app.test_request_context(), force_locale(locale):
        form = Asked(formdata=None, data={"share": Decimal("12.5")})
        assert f'value="{shown}"' in form.share()


def test_what_was_typed_stays_in_the_box_as_it_was_typed(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"share": "1.5 kg"}):
        form = Asked()
        form.validate()
        assert 'value="1.5 kg"' in form.share()
