"""Forms of the own record of credit points."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import ValidationError

from lsp.credits.rules import PREDICATE_NAMES, Period, Predicate, Standing
from lsp.credits.services.record import is_place
from lsp.credits.services.tables import conversion_2023, grade_names, ladders_2005
from lsp.forms import (
    AtMost,
    Chosen,
    DateField,
    DecimalField,
    Form,
    IntegerField,
    RadiosField,
    Required,
    SelectField,
    TextField,
)

_l = lazy_gettext

#: Above every ladder: what is larger is a slip of the pen.
MOST_CREDITS = Decimal(2000)
MOST_DECIMALS = 3

MONTHS = (
    _l("Januari"),
    _l("Februari"),
    _l("Maret"),
    _l("April"),
    _l("Mei"),
    _l("Juni"),
    _l("Juli"),
    _l("Agustus"),
    _l("September"),
    _l("Oktober"),
    _l("November"),
    _l("Desember"),
)


def place_choices(regime: int) -> list[tuple[str, str]]:
    """Levels with their grades, as the regime pairs them: a wrong pair cannot be chosen."""
    if regime == 2005:
        pairs = [(rung.level, rung.grade) for ladder in ladders_2005() for rung in ladder.rungs]
    else:
        levels = conversion_2023().levels.values()
        pairs = [(level.name, grade) for level in levels for grade in level.grades]
    names = grade_names()
    return [(f"{level}|{grade}", f"{level} – {names[grade]} ({grade})") for level, grade in pairs]


class StandingForm(Form):
    """Credits by a PAK; the choices of level and grade are the regime's."""

    place = SelectField(_l("Jenjang dan golongan"), validate_choice=False)
    credits = DecimalField(
        _l("Angka kredit kumulatif"), places=None, render_kw={"classes": "govuk-input--width-10"}
    )
    as_of = DateField(
        _l("Per tanggal"),
        description=_l("Akhir masa penilaian pada PAK, misalnya 31 12 2025"),
        validators=[Required(_l("Isi tanggal akhir masa penilaian, misalnya 31 12 2025"))],
    )
    document = TextField(_l("Nomor PAK (opsional)"), validators=[AtMost(120)])

    def __init__(self, regime: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.regime = regime
        self.place.choices = [("", gettext("Pilih jenjang dan golongan")), *place_choices(regime)]

    def validate_place(self, field: SelectField) -> None:
        """Refuse what the regime does not pair."""
        if not is_place(self.regime, *self._place()):
            raise ValidationError(gettext("Pilih jenjang dan golongan Anda"))

    def validate_credits(self, field: DecimalField) -> None:
        """Refuse what cannot stand on a PAK. A number that cannot be read says so itself."""
        if field.errors:
            return
        value = field.data
        if value is None:
            raise ValidationError(gettext("Isi angka kredit, misalnya 87,5"))
        if not value.is_finite() or not 0 <= value <= MOST_CREDITS:
            raise ValidationError(
                gettext("Isi angka antara 0 dan %(most)s", most=f"{MOST_CREDITS:f}")
            )
        if -int(value.as_tuple().exponent) > MOST_DECIMALS:
            raise ValidationError(gettext("Paling banyak tiga angka di belakang koma"))

    def _place(self) -> tuple[str, str]:
        level, _, grade = (self.place.data or "").partition("|")
        return level, grade

    def standing(self) -> Standing:
        """What was entered; only after the form has passed."""
        level, grade = self._place()
        return Standing(level, grade, Decimal(self.credits.data or 0), self.as_of.data)


class PeriodForm(Form):
    """A performance period: months of one year, level and predicate."""

    year = IntegerField(_l("Tahun"), render_kw={"classes": "govuk-input--width-4"})
    first_month = SelectField(_l("Bulan pertama"), validate_choice=False)
    last_month = SelectField(
        _l("Bulan terakhir"),
        description=_l("Masa kinerja setahun penuh: Januari sampai Desember"),
        validate_choice=False,
    )
    level = SelectField(
        _l("Jenjang pada masa itu"),
        validators=[Required(_l("Pilih jenjang Anda pada masa itu"))],
        validate_choice=False,
    )
    predicate = RadiosField(
        _l("Predikat kinerja"),
        validators=[Chosen(_l("Pilih predikat kinerja"))],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        months = [(str(number), name) for number, name in enumerate(MONTHS, 1)]
        self.first_month.choices = self.last_month.choices = months
        levels = [(name, name) for name in conversion_2023().levels]
        self.level.choices = [("", gettext("Pilih jenjang")), *levels]
        self.predicate.choices = [(key.value, _l(name)) for key, name in PREDICATE_NAMES.items()]

    def validate_year(self, field: IntegerField) -> None:
        """Refuse what is no year of four digits."""
        if field.errors:
            return
        if field.data is None or not 1000 <= field.data <= 9999:
            raise ValidationError(gettext("Isi tahun dengan empat angka, misalnya 2025"))

    def validate_first_month(self, field: SelectField) -> None:
        """Refuse what is no month."""
        if field.data not in {str(number) for number in range(1, 13)}:
            raise ValidationError(gettext("Pilih bulan yang ada di daftar"))

    validate_last_month = validate_first_month

    def period(self) -> Period:
        """What was entered; only after the form has passed."""
        return Period(
            year=int(self.year.data or 0),
            first_month=int(self.first_month.data),
            last_month=int(self.last_month.data),
            level=self.level.data,
            predicate=Predicate(self.predicate.data),
        )
