"""Validators and choices that several forms of accounts share."""

import re
from typing import Any

import wtforms
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation, ValidationError

from lsp import identity
from lsp.accounts.models import Employment
from lsp.accounts.rules.passwords import password_problem
from lsp.accounts.services.people import JAKARTA
from lsp.forms import AtMost, Required
from lsp.web import now

EMPLOYMENT_CHOICES = [
    (Employment.PNS.value, _l("PNS")),
    (Employment.PPPK.value, _l("PPPK")),
    (Employment.OTHER.value, _l("Bukan ASN")),
]
LANGUAGE_CHOICES = [("id", "Bahasa Indonesia"), ("en", "English")]


class OneLine:
    """Refuses line breaks and other control characters, which no keyboard puts into one line."""

    def __call__(self, _form: Any, field: wtforms.Field) -> None:
        if any(ord(character) < 32 or ord(character) == 127 for character in field.data or ""):
            raise StopValidation(gettext("Tulis dalam satu baris, tanpa karakter kendali"))


class PersonName:
    """Refuses what no name has: mails greet by it, and must not carry a stranger's link."""

    def __call__(self, _form: Any, field: wtforms.Field) -> None:
        if re.search(r"[:/@<>\\]|www\.", field.data or "", re.IGNORECASE):
            raise ValidationError(gettext("Tulis nama saja, seperti di KTP"))


class EmailAddress:
    """Refuses what cannot be an address; whether anybody reads it, the mail we send will show."""

    def __call__(self, _form: Any, field: wtforms.Field) -> None:
        try:
            # Our demonstration lives under .test, which is nobody's.
            validate_email(field.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError(
                gettext("Isi alamat e-mail lengkap, misalnya nama@instansi.go.id")
            ) from None


class Phone:
    """Refuses what cannot be dialled; empty passes."""

    def __call__(self, _form: Any, field: wtforms.Field) -> None:
        if field.data and not re.fullmatch(r"\+?[0-9]{8,15}", re.sub(r"[\s().-]", "", field.data)):
            raise ValidationError(gettext("Isi nomor HP dengan angka, misalnya 0812 3456 7890"))


class GoodPassword:
    """Refuses short and common passwords, and one's own e-mail or NIP."""

    def __call__(self, form: Any, field: wtforms.Field) -> None:
        email = form["email"].data if "email" in form else ""
        nip = form["nip"].data if "nip" in form else ""
        problem = password_problem(
            field.data or "", email=email or "", number=identity.digits(nip or "")
        )
        if problem:
            raise ValidationError(gettext(problem))


def one_line(limit: int = 200) -> list[Any]:
    """Validators of a line that may stay empty."""
    return [OneLine(), AtMost(limit)]


def email_validators() -> list[Any]:
    """Validators of an e-mail address."""
    return [
        Required(_l("Isi alamat e-mail")),
        *one_line(),
        EmailAddress(),
    ]


def check_nip(employment: str | None, text: str) -> None:
    """Raise ValidationError when this cannot be the number of somebody so employed."""
    if employment == Employment.OTHER.value:
        raise ValidationError(gettext("Kosongkan NIP, atau pilih PNS atau PPPK"))
    if employment in (Employment.PNS.value, Employment.PPPK.value):
        error = identity.nip_error(
            text,
            is_pppk=employment == Employment.PPPK.value,
            today=now().astimezone(JAKARTA).date(),
        )
        if error:
            raise ValidationError(gettext(error))


def texts(form: wtforms.Form) -> dict[str, str]:
    """What was written in a form, by field; empty where nothing was, or no such field was sent."""
    return {field.name: str(field.data or "") for field in form}
