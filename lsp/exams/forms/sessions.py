"""Forms of exam sessions: planning one, blueprints."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from lsp.exams.services.papers import Batch
from lsp.exams.services.planning import Plan
from lsp.forms import (
    AtMost,
    CheckboxesField,
    Chosen,
    DateField,
    Form,
    IntegerField,
    RadiosField,
    Required,
    TextField,
)

ZONES = [
    ("Asia/Jakarta", _l("WIB (Waktu Indonesia Barat)")),
    ("Asia/Makassar", _l("WITA (Waktu Indonesia Tengah)")),
    ("Asia/Jayapura", _l("WIT (Waktu Indonesia Timur)")),
]


class TimeField(TextField):
    """A time of day, ``09.00`` or ``09:00``; ``of_day`` is set once it was read."""

    of_day: time | None = None

    def post_validate(self, _form: Any, stopped: bool) -> None:
        if stopped:
            return
        try:
            hour, minute = (int(part) for part in (self.data or "").replace(":", ".").split("."))
            self.of_day = time(hour, minute)
        except ValueError:
            raise wtforms.ValidationError(gettext("Isi jam seperti 09.00")) from None


def _clock_field(label: Any) -> TimeField:
    return TimeField(
        label,
        description=_l("Misalnya 09.00"),
        validators=[Required(_l("Isi jam seperti 09.00"))],
        render_kw={"classes": "govuk-input--width-5", "inputmode": "decimal"},
    )


class PlanForm(Form):
    """A new exam session."""

    title = TextField(
        _l("Nama sesi"),
        description=_l("Misalnya Ujian tulis Humas angkatan 3"),
        validators=[Required(_l("Isi nama sesi")), AtMost(150)],
    )
    papers = CheckboxesField(
        _l("Naskah"),
        description=_l("Kursi mendapat naskah bergiliran"),
        validators=[Chosen(_l("Pilih paling sedikit satu naskah"))],
    )
    place = TextField(
        _l("Tempat uji kompetensi (TUK)"),
        validators=[Required(_l("Isi tempat uji kompetensi")), AtMost(200)],
    )
    timezone = RadiosField(
        _l("Zona waktu tempat uji"),
        choices=ZONES,
        validators=[Chosen(_l("Pilih zona waktu"))],
    )
    opens_on = DateField(_l("Tanggal buka"), validators=[Required(_l("Isi tanggal buka"))])
    opens_time = _clock_field(_l("Jam buka"))
    closes_on = DateField(_l("Tanggal tutup"), validators=[Required(_l("Isi tanggal tutup"))])
    closes_time = _clock_field(_l("Jam tutup"))
    length_minutes = IntegerField(
        _l("Lama ujian (menit)"),
        validators=[
            Chosen(_l("Isi lama ujian")),
            NumberRange(1, 600, message=_l("Isi lama ujian 1 sampai 600 menit")),
        ],
        render_kw={"classes": "govuk-input--width-4"},
    )

    double_marked_percent = IntegerField(
        _l("Dinilai dua asesor, dalam persen peserta (opsional)"),
        description=_l("Contoh acak dari jawaban yang dinilai orang. Kosong: satu asesor saja"),
        validators=[Optional(), NumberRange(0, 100, _l("Isi 0 sampai 100 persen"))],
        render_kw={"classes": "govuk-input--width-4"},
    )
    marking_tolerance_percent = IntegerField(
        _l("Selisih dua penilai yang masih diterima, dalam persen nilai (opsional)"),
        description=_l("Di atas itu, penilai ketiga memutuskan. Kosong: 20 persen"),
        validators=[Optional(), NumberRange(0, 100, _l("Isi 0 sampai 100 persen"))],
        render_kw={"classes": "govuk-input--width-4"},
    )

    def offer_papers(self, batch: Batch) -> None:
        """Fill the list of papers."""
        self.papers.choices = [
            (
                str(view.paper.id),
                gettext(
                    "Naskah %(number)s, %(count)s soal",
                    number=view.paper.number,
                    count=len(view.questions),
                ),
            )
            for view in batch.views
        ]

    def plan(self) -> Plan:
        """What the form says, its times moved from the place's zone to UTC."""
        zone = ZoneInfo(self.timezone.data)
        opens = datetime.combine(self.opens_on.data, self.opens_time.of_day or time(), zone)
        closes = datetime.combine(self.closes_on.data, self.closes_time.of_day or time(), zone)
        return Plan(
            title=self.title.data or "",
            place=self.place.data or "",
            timezone=self.timezone.data,
            opens_at=opens.astimezone(UTC),
            closes_at=closes.astimezone(UTC),
            length_minutes=self.length_minutes.data or 0,
            double_marked_percent=self.double_marked_percent.data or 0,
            marking_tolerance_percent=(
                20
                if self.marking_tolerance_percent.data is None
                else self.marking_tolerance_percent.data
            ),
        )
