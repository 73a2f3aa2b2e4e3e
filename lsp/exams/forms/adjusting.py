"""Forms of reasonable adjustments (FR.AK.07): only what changes the sitting, never why in person."""

from flask_babel import lazy_gettext as _l

from lsp.exams.services.adjusting import HELPERS, TEXT_PERCENTS, Adjustment
from lsp.forms import (
    AtMost,
    Chosen,
    Form,
    IntegerField,
    OnceField,
    RadiosField,
    Required,
    TextField,
)

NOBODY = "nobody"
CONFIRM, DECLINE = "confirm", "decline"


class AdjustForm(Form):
    """What a seat gets, and on what ground."""

    time_percent = IntegerField(
        _l("Lama ujian dalam persen"),
        description=_l("100 berarti sama dengan peserta lain, 150 berarti satu setengah kali"),
        validators=[Chosen(_l("Isi lama ujian dalam persen"))],
        render_kw={"classes": "govuk-input--width-3"},
    )
    break_minutes = IntegerField(
        _l("Waktu istirahat (menit)"),
        description=_l("Diambil asesi sendiri kapan perlu; waktu ujian berhenti selama itu"),
        validators=[Chosen(_l("Isi waktu istirahat, 0 bila tidak ada"))],
        render_kw={"classes": "govuk-input--width-3"},
    )
    text_percent = RadiosField(
        _l("Ukuran teks"),
        choices=[(str(percent), f"{percent}%") for percent in TEXT_PERCENTS],
        validators=[Chosen(_l("Pilih ukuran teks"))],
    )
    helper = RadiosField(
        _l("Bantuan orang lain"),
        choices=[(NOBODY, _l("tidak ada")), *((helper, _l(helper)) for helper in HELPERS[1:])],
        validators=[Chosen(_l("Pilih bantuan"))],
    )
    reason = TextField(
        _l("Alasan"),
        description=_l(
            "Sebut dasarnya, misalnya FR.AK.07 tanggal 3 November 2026. Jangan tulis keadaan"
            " kesehatan asesi. Bila ujiannya sedang berjalan, asesi membaca alasan ini"
        ),
        validators=[Required(_l("Isi alasan penyesuaian")), AtMost(500)],
    )
    once = OnceField()

    @classmethod
    def showing(cls, adjustment: Adjustment) -> "AdjustForm":
        """The form, filled with what is in force and with nothing that was sent."""
        return cls(
            formdata=None,
            data={
                "time_percent": adjustment.time_percent,
                "break_minutes": adjustment.break_minutes,
                "text_percent": str(adjustment.text_percent),
                "helper": adjustment.helper or NOBODY,
            },
        )

    def adjustment(self) -> Adjustment:
        """What the form says."""
        return Adjustment(
            time_percent=self.time_percent.data or 0,
            break_minutes=self.break_minutes.data or 0,
            text_percent=int(self.text_percent.data),
            helper="" if self.helper.data == NOBODY else self.helper.data,
        )


class DecideForm(Form):
    """The second person's word on a request."""

    decision = RadiosField(
        _l("Keputusan Anda"),
        choices=[(CONFIRM, _l("Konfirmasi")), (DECLINE, _l("Tidak dikonfirmasi"))],
        validators=[Chosen(_l("Pilih keputusan"))],
    )
    note = TextField(
        _l("Catatan (opsional bila dikonfirmasi)"),
        validators=[AtMost(500)],
    )
