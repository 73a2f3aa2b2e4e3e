"""The form an assessor marks with."""

from flask_babel import lazy_gettext as _l

from lsp.forms import AtMost, Chosen, DecimalField, Form, TextareaField


class MarkForm(Form):
    """Points for one answer, and why they are not full."""

    score = DecimalField(
        _l("Nilai"),
        places=None,
        validators=[Chosen(_l("Isi nilai"))],
        render_kw={"classes": "govuk-input--width-4"},
    )
    comment = TextareaField(
        _l("Alasan (opsional bila nilai penuh)"),
        description=_l("Sebutkan aspek mana yang kurang dan mengapa"),
        validators=[AtMost(2000)],
    )
