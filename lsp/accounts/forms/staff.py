"""Other people's accounts."""

from flask_babel import lazy_gettext as _l

from lsp.accounts.forms.fields import PersonName, email_validators, one_line
from lsp.forms import CheckboxesField, Chosen, EmailField, Form, Required, SelectField, TextField
from lsp.roles import ROLE_NAMES, STAFF, Role


class StaffForm(Form):
    """A new account of somebody who works for the LSP."""

    full_name = TextField(
        _l("Nama lengkap sesuai KTP"),
        [Required(_l("Isi nama lengkap")), *one_line(120), PersonName()],
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
    email = EmailField(
        _l("Alamat e-mail"),
        email_validators(),
        description=_l("Undangan untuk membuat kata sandi dikirim ke alamat ini."),
    )
    institution = TextField(_l("Instansi"), [Required(_l("Isi instansi")), *one_line()])
    work_unit = TextField(_l("Unit kerja (opsional)"), one_line())
    position = TextField(_l("Jabatan (opsional)"), one_line())
    roles = CheckboxesField(
        _l("Peran"),
        [Chosen(_l("Pilih paling sedikit satu peran"))],
        choices=[(role.value, _l(ROLE_NAMES[role])) for role in Role if role in STAFF],
    )
    assessor_registration = TextField(
        _l("Nomor registrasi asesor (opsional)"),
        one_line(60),
        description=_l("Khusus asesor: nomor MET dari BNSP."),
        render_kw={"classes": "govuk-input--width-20"},
    )


class RoleForm(Form):
    """A role to give; the view offers those the person does not hold."""

    role = SelectField(_l("Beri peran"), [Chosen(_l("Pilih peran"))])
