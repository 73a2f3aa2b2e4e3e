"""Forms of the invigilator's room: time, pauses, devices, incidents, answer files."""

from flask_babel import lazy_gettext as _l

from lsp.forms import (
    AtMost,
    Chosen,
    ConfirmField,
    FileField,
    Form,
    IntegerField,
    OnceField,
    RadiosField,
    Required,
    TextareaField,
    TextField,
)

MINUTES, PERCENT = "minutes", "percent"
REASON = AtMost(500)


class ExtraTimeForm(Form):
    """Time for one seat or the whole room, in minutes or as a share of the exam, and why."""

    amount = IntegerField(
        _l("Tambahan waktu"),
        validators=[Chosen(_l("Isi tambahan waktu"))],
        render_kw={"classes": "govuk-input--width-3"},
    )
    unit = RadiosField(
        _l("Satuan"),
        choices=[(MINUTES, _l("menit")), (PERCENT, _l("persen dari lama ujian"))],
        default=MINUTES,
    )
    reason = TextField(
        _l("Alasan"),
        description=_l("Misalnya listrik padam 10.20 sampai 10.35"),
        validators=[Required(_l("Isi alasan tambahan waktu")), REASON],
    )
    move_close = ConfirmField(
        _l("Perpanjang jam tutup sesi bila waktu ini melewatinya, seperlunya saja")
    )
    once = OnceField()


class CloseForm(Form):
    """By how much the session closes later, and why."""

    minutes = IntegerField(
        _l("Perpanjangan jam tutup (menit)"),
        validators=[Chosen(_l("Isi perpanjangan dalam menit"))],
        render_kw={"classes": "govuk-input--width-3"},
    )
    reason = TextField(_l("Alasan"), validators=[Required(_l("Isi alasan perpanjangan")), REASON])
    once = OnceField()


class ReasonForm(Form):
    """Why something is done."""

    reason = TextField(_l("Alasan"), validators=[Required(_l("Isi alasan")), REASON])
    once = OnceField()


class IncidentForm(Form):
    """What happened at a seat."""

    text = TextareaField(
        _l("Kejadian"),
        description=_l("Tulis apa yang terjadi, kapan, dan apa yang Anda lakukan"),
        validators=[Required(_l("Tulis apa yang terjadi")), AtMost(2000)],
        render_kw={"rows": 4},
    )
    once = OnceField()


class AnswerFileForm(Form):
    """A candidate's answer file."""

    file = FileField(
        _l("Berkas jawaban (.json)"), validators=[Required(_l("Pilih berkas jawaban"))]
    )
