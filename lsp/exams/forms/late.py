"""The form by which an invigilator decides about answers that came too late."""

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.room import REASON
from lsp.forms import Chosen, Form, HiddenField, OnceField, RadiosField, Required, TextField

COUNT, LEAVE = "count", "leave"


class LateForm(Form):
    """Whether the late answers of a seat count, and why."""

    decision = RadiosField(
        _l("Keputusan"),
        choices=[
            (COUNT, _l("Hitung jawaban ini")),
            (LEAVE, _l("Jangan hitung; nilai tetap seperti sekarang")),
        ],
        validators=[Chosen(_l("Pilih keputusan"))],
    )
    reason = TextField(
        _l("Alasan"),
        description=_l("Misalnya jaringan ruang putus sejak 09.40. Asesi membaca alasan ini"),
        validators=[Required(_l("Isi alasan keputusan")), REASON],
    )
    #: What was on the list when the page was made (``Late.seen``).
    seen = HiddenField()
    once = OnceField()

    def only_count(self) -> None:
        """Offer nothing but counting: what is on the list was left before."""
        self.decision.choices = [(COUNT, _l("Hitung jawaban yang dulu tidak dihitung"))]
