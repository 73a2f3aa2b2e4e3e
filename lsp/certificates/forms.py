"""Forms of the certificate pages."""

from flask_babel import lazy_gettext as _l

from lsp.certificates.rules import REASONS
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    Form,
    RadiosField,
    Required,
    SelectField,
    TextareaField,
)


class VerifyForm(Form):
    """A certificate's number and the check code printed beside it."""

    number = CodeField(
        _l("Nomor sertifikat"),
        [Required(_l("Isi nomor sertifikat")), AtMost(60)],
        description=_l("Tertulis di bagian atas sertifikat, setelah “No.”"),
        render_kw={"autocomplete": "off", "classes": "govuk-input--width-20"},
    )
    check_code = CodeField(
        _l("Kode periksa"),
        [Required(_l("Isi kode periksa")), AtMost(20)],
        description=_l("Enam huruf dan angka di samping kode QR, misalnya 7KQ-2MX"),
        render_kw={"autocomplete": "off", "classes": "govuk-input--width-10"},
    )


CHANGES = {
    "suspended": _l("Bekukan"),
    "restored": _l("Pulihkan"),
    "withdrawn": _l("Cabut"),
}


class StandingForm(Form):
    """What changes, and why."""

    kind = RadiosField(
        _l("Perubahan status"),
        [Chosen(_l("Pilih perubahan status"))],
        choices=list(CHANGES.items()),
    )
    reason_class = SelectField(
        _l("Jenis alasan"),
        description=_l("Dibaca publik di halaman pemeriksaan"),
        choices=[(name, _l(text)) for name, text in REASONS.items()],
    )
    note = TextareaField(
        _l("Alasan lengkap"),
        [Required(_l("Tulis alasannya")), AtMost(2000)],
        description=_l("Hanya dibaca LSP dan auditor. Sebut nomor surat atau berita acaranya."),
        render_kw={"rows": 4},
    )
