"""Forms of an item's life: its steps, its enemies, what is known of its difficulty."""

import math
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from lsp.exams.rules.measures import Measures
from lsp.forms import (
    AtMost,
    CodeField,
    DecimalField,
    FileField,
    Form,
    HiddenField,
    Required,
    TextareaField,
    TextField,
)


class StepForm(Form):
    """Which state an item goes to, and what the person says about it."""

    to = HiddenField()
    note = TextareaField(
        _l("Catatan (opsional)"),
        description=_l(
            "Wajib bila soal diaktifkan tanpa uji coba, dikembalikan ke penyusun, dilepas lagi,"
            " atau draf tidak jadi dipakai"
        ),
        validators=[AtMost(2000)],
        render_kw={"rows": 3},
    )


class EnemyForm(Form):
    """Another item that must not stand in one paper with this one, and why."""

    identifier = CodeField(
        _l("Kode soal lain"),
        validators=[Required(_l("Isi kode soal lain")), AtMost(200)],
        render_kw={"classes": "govuk-input--width-10"},
    )
    reason = TextField(
        _l("Alasan"),
        description=_l("Misalnya: soal ini menyebut jawaban soal lain itu"),
        validators=[Required(_l("Tulis alasannya")), AtMost(300)],
    )


class MeasuresForm(Form):
    """What is known of an item's difficulty; empty is "not known"."""

    facility = DecimalField(
        _l("Tingkat kemudahan (opsional)"),
        description=_l("Bagian nilai yang diperkirakan dicapai peserta: 0 sukar sampai 1 mudah"),
        places=None,
        render_kw={"classes": "govuk-input--width-5"},
    )
    discrimination = DecimalField(
        _l("Daya beda, parameter a (opsional)"),
        description=_l("Dari model logistik dua parameter, lebih dari 0"),
        places=None,
        render_kw={"classes": "govuk-input--width-5"},
    )
    location = DecimalField(
        _l("Lokasi, parameter b (opsional)"),
        description=_l("Tingkat kemampuan yang setara dengan soal ini; rata-rata peserta 0"),
        places=None,
        render_kw={"classes": "govuk-input--width-5"},
    )

    def measures(self) -> Measures:
        """The numbers as typed."""
        a, b = (_float(field.data) for field in (self.discrimination, self.location))
        return Measures(self.facility.data, a, b)


def _float(number: Decimal | None) -> float | None:
    if number is None:
        return None
    return float(number) if number.is_finite() else math.nan


class MeasuresTableForm(Form):
    """A table with what is known of many items."""

    file = FileField(_l("Tabel CSV"), validators=[Required(_l("Pilih berkas CSV"))])
