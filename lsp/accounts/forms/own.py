"""One's own account."""

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lsp import identity
from lsp.accounts.forms.coming_in import ASN, NewPasswordForm
from lsp.accounts.forms.fields import (
    EMPLOYMENT_CHOICES,
    LANGUAGE_CHOICES,
    OneLine,
    PersonName,
    Phone,
    check_nip,
    one_line,
)
from lsp.accounts.models import Employment
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    Form,
    PasswordField,
    RadiosField,
    Required,
    TextField,
)


class ProfileForm(Form):
    """Name, work and numbers. A stored number is not sent back to the page; empty keeps it."""

    full_name = TextField(
        _l("Nama lengkap sesuai KTP"),
        [Required(_l("Isi nama lengkap")), *one_line(120), PersonName()],
        render_kw={"autocomplete": "name"},
    )
    title_before = TextField(
        _l("Gelar depan (opsional)"),
        one_line(40),
        render_kw={"classes": "govuk-input--width-10"},
    )
    title_after = TextField(
        _l("Gelar belakang (opsional)"),
        one_line(60),
        render_kw={"classes": "govuk-input--width-20"},
    )
    employment = RadiosField(
        _l("Status kepegawaian"), [Chosen(_l("Pilih status"))], choices=EMPLOYMENT_CHOICES
    )
    nip = CodeField(
        _l("NIP atau NI PPPK (khusus ASN)"),
        [OneLine()],
        render_kw={"inputmode": "numeric", "classes": "govuk-input--width-20"},
    )
    nik = CodeField(
        _l("NIK (opsional)"),
        [OneLine()],
        render_kw={"inputmode": "numeric", "classes": "govuk-input--width-20"},
    )
    institution = TextField(
        _l("Instansi"),
        [Required(_l("Isi instansi")), *one_line()],
        render_kw={"autocomplete": "organization"},
    )
    work_unit = TextField(_l("Unit kerja (opsional)"), one_line())
    position = TextField(
        _l("Jabatan (opsional)"), one_line(), render_kw={"autocomplete": "organization-title"}
    )
    phone = TextField(
        _l("Nomor HP (opsional)"),
        [*one_line(30), Phone()],
        render_kw={
            "autocomplete": "tel",
            "inputmode": "tel",
            "classes": "govuk-input--width-20",
        },
    )
    language = RadiosField(_l("Bahasa"), [Chosen(_l("Pilih bahasa"))], choices=LANGUAGE_CHOICES)

    #: The stored status and whether a NIP is stored; the view sets them.
    stored_employment = Employment.OTHER
    has_nip = False

    def validate_nip(self, field: wtforms.Field) -> None:
        keeps = self.has_nip and self.employment.data == self.stored_employment.value
        if field.data or (self.employment.data in ASN and not keeps):
            check_nip(self.employment.data, field.data or "")

    def validate_nik(self, field: wtforms.Field) -> None:
        error = identity.nik_error(field.data) if field.data else None
        if error:
            raise ValidationError(gettext(error))


class PasswordForm(Form):
    """The current password, before something that a borrowed browser must not do."""

    current = PasswordField(
        _l("Kata sandi sekarang"),
        [Required(_l("Isi kata sandi sekarang")), AtMost(200)],
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(PasswordForm, NewPasswordForm):
    """The current password and a new one."""


class SetUpTotpForm(Form):
    """The first code of a phone."""

    code = CodeField(
        _l("Kode 6 angka dari aplikasi"),
        [Required(_l("Isi kode dari aplikasi")), *one_line(30)],
        render_kw={
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "classes": "govuk-input--width-5",
        },
    )


class ReplaceTotpForm(PasswordForm, SetUpTotpForm):
    """The first code of another phone; the password too, since the account has a phone already."""
