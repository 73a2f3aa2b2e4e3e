"""Forms of exam sessions: planning one, blueprints."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

from lsp.exams.models import Blueprint
from lsp.exams.services.planning import Plan
from lsp.forms import (
    AtMost,
    Chosen,
    DateField,
    Form,
    IntegerField,
    RadiosField,
    Required,
    SelectField,
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
    blueprint = SelectField(
        _l("Kisi-kisi"),
        description=_l("Menentukan skema dan jumlah soal setiap unit"),
        validators=[Required(_l("Pilih kisi-kisi"))],
    )
    seed = IntegerField(
        _l("Bilangan undian"),
        description=_l("Bilangan dan bank soal yang sama selalu memberi naskah yang sama"),
        validators=[
            Chosen(_l("Isi bilangan undian")),
            NumberRange(0, 2**31 - 1, message=_l("Isi bilangan dari 0 sampai 2147483647")),
        ],
        render_kw={"classes": "govuk-input--width-10"},
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

    def offer_blueprints(self, blueprints: Iterable[Blueprint]) -> None:
        """Fill the list of blueprints."""
        self.blueprint.choices = [("", _l("Pilih kisi-kisi"))] + [
            (
                str(blueprint.id),
                gettext(
                    "%(scheme)s: %(title)s (%(count)s soal)",
                    scheme=blueprint.scheme_version.scheme.title,
                    title=blueprint.title,
                    count=sum(row.minimum for row in blueprint.rows),
                ),
            )
            for blueprint in blueprints
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
        )


class BlueprintForm(Form):
    """The title of a blueprint; its counts are a table of their own on the page."""

    title = TextField(
        _l("Nama kisi-kisi"),
        description=_l("Misalnya Naskah utama, 30 soal"),
        validators=[Required(_l("Isi nama kisi-kisi")), AtMost(150)],
    )
