"""Registering, signing in, getting a new password."""

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lsp.accounts.forms.fields import (
    EMPLOYMENT_CHOICES,
    GoodPassword,
    OneLine,
    PersonName,
    Phone,
    check_nip,
    email_validators,
    one_line,
)
from lsp.accounts.models import Employment
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    ConfirmField,
    EmailField,
    Form,
    PasswordField,
    RadiosField,
    Required,
    TextField,
)

ASN = (Employment.PNS.value, Employment.PPPK.value)


class RegisterForm(Form):
    """Registration of a candidate."""

    full_name = TextField(
        _l("Nama lengkap sesuai KTP"),
        [Required(_l("Isi nama lengkap")), *one_line(120), PersonName()],
        description=_l("Tanpa gelar. Satu kata pun boleh."),
        render_kw={"autocomplete": "name"},
    )
    title_before = TextField(
        _l("Gelar depan (opsional)"),
        one_line(40),
        description=_l("Misalnya Dr. Dicetak di sertifikat."),
        render_kw={"classes": "govuk-input--width-10"},
    )
    title_after = TextField(
        _l("Gelar belakang (opsional)"),
        one_line(60),
        description=_l("Misalnya S.I.Kom., M.Si. Dicetak di sertifikat."),
        render_kw={"classes": "govuk-input--width-20"},
    )
    employment = RadiosField(
        _l("Status kepegawaian"), [Chosen(_l("Pilih status"))], choices=EMPLOYMENT_CHOICES
    )
    nip = CodeField(
        _l("NIP atau NI PPPK (khusus ASN)"),
        [OneLine()],
        description=_l("18 angka; spasi dan titik boleh. Bukan ASN: kosongkan."),
        render_kw={"inputmode": "numeric", "classes": "govuk-input--width-20"},
    )
    institution = TextField(
        _l("Instansi"),
        [Required(_l("Isi instansi")), *one_line()],
        description=_l("Kementerian, lembaga, pemerintah daerah, atau perusahaan."),
        render_kw={"autocomplete": "organization"},
    )
    work_unit = TextField(
        _l("Unit kerja (opsional bagi yang bukan ASN)"),
        one_line(),
        description=_l("Misalnya Biro Komunikasi dan Layanan Informasi Publik."),
    )
    position = TextField(
        _l("Jabatan (opsional bagi yang bukan ASN)"),
        one_line(),
        description=_l("Misalnya Pranata Humas Ahli Pertama."),
        render_kw={"autocomplete": "organization-title"},
    )
    phone = TextField(
        _l("Nomor HP"),
        [Required(_l("Isi nomor HP")), *one_line(30), Phone()],
        render_kw={
            "autocomplete": "tel",
            "inputmode": "tel",
            "classes": "govuk-input--width-20",
        },
    )
    email = EmailField(
        _l("Alamat e-mail"),
        email_validators(),
        description=_l("Kami mengirim tautan konfirmasi ke alamat ini."),
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        _l("Kata sandi"),
        [Required(_l("Buat kata sandi")), GoodPassword()],
        description=_l("Paling sedikit 10 karakter. Beberapa kata lebih aman dan mudah diingat."),
        render_kw={"autocomplete": "new-password"},
    )
    consent = ConfirmField(
        _l("Saya sudah membaca dan menyetujui pemrosesan data pribadi saya seperti di atas"),
        [Required(_l("Centang persetujuan untuk mendaftar"))],
    )

    def validate_nip(self, field: wtforms.Field) -> None:
        if field.data or self.employment.data in ASN:
            check_nip(self.employment.data, field.data or "")

    def validate_work_unit(self, field: wtforms.Field) -> None:
        if self.employment.data in ASN and not field.data:
            raise ValidationError(gettext("Isi unit kerja"))

    def validate_position(self, field: wtforms.Field) -> None:
        if self.employment.data in ASN and not field.data:
            raise ValidationError(gettext("Isi jabatan"))


class SignInForm(Form):
    """E-mail or NIP, and the password."""

    identifier = TextField(
        _l("E-mail, NIP, atau NI PPPK"),
        [Required(_l("Isi e-mail, NIP, atau NI PPPK")), *one_line()],
        render_kw={"autocomplete": "username", "spellcheck": False},
    )
    password = PasswordField(
        _l("Kata sandi"),
        [Required(_l("Isi kata sandi")), AtMost(200)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(Form):
    """The code of the moment from the authenticator app."""

    code = CodeField(
        _l("Kode 6 angka"),
        [Required(_l("Isi kode dari aplikasi")), *one_line(30)],
        description=_l("Buka aplikasi autentikator di ponsel Anda."),
        render_kw={
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "classes": "govuk-input--width-5",
        },
    )


class RecoveryCodeForm(Form):
    """A recovery code instead of the phone."""

    code = CodeField(
        _l("Satu kode pemulihan"),
        [Required(_l("Isi kode pemulihan")), *one_line(60)],
        description=_l("16 huruf dan angka. Setiap kode berlaku satu kali."),
        render_kw={"autocomplete": "off", "classes": "govuk-input--width-20"},
    )


class ForgotForm(Form):
    """The address to mail a link to."""

    email = EmailField(
        _l("Alamat e-mail akun Anda"), email_validators(), render_kw={"autocomplete": "email"}
    )


class NewPasswordForm(Form):
    """A new password, by a mailed link."""

    password = PasswordField(
        _l("Kata sandi baru"),
        [Required(_l("Buat kata sandi")), GoodPassword()],
        description=_l("Paling sedikit 10 karakter. Beberapa kata lebih aman dan mudah diingat."),
        render_kw={"autocomplete": "new-password"},
    )
