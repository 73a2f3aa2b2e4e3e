"""Forms of the invigilator's room: time, pauses, devices, incidents."""

from flask_babel import lazy_gettext as _l

from lsp.forms import (
    AtMost,
    Chosen,
    Form,
    IntegerField,
    OnceField,
    Required,
    TextareaField,
    TextField,
)


class ExtraTimeForm(Form):
    """Minutes for one seat or the whole room, and why."""

    minutes = IntegerField(
        _l("Tambahan waktu (menit)"),
        validators=[Chosen(_l("Isi tambahan waktu dalam menit"))],
        render_kw={"classes": "govuk-input--width-3"},
    )
    reason = TextField(
        _l("Alasan"),
        description=_l("Misalnya listrik padam 10.20 sampai 10.35"),
        validators=[Required(_l("Isi alasan tambahan waktu")), AtMost(500)],
    )
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
