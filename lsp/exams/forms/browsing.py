"""Forms that choose items of the bank: the filters of the list, the steps of an item's life."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from lsp.exams.rules.kinds import LEVEL_NAMES, STATE_NAMES, TYPE_NAMES
from lsp.forms import AtMost, Form, SelectField, TextField
from lsp.skkni.models import Unit


def named(names: dict[Any, str]) -> list[tuple[str, Any]]:
    """Choices of a field from a table of enum members and their names."""
    return [(member.value, _l(name)) for member, name in names.items()]


class FilterForm(Form):
    """What the list of items is narrowed to; sent by GET."""

    class Meta(Form.Meta):
        csrf = False

    cari = TextField(_l("Cari kode, judul, atau isi soal"), validators=[AtMost(100)])
    unit = SelectField(_l("Unit kompetensi"), validate_choice=False)
    jenis = SelectField(
        _l("Jenis soal"),
        choices=[("", _l("Semua jenis")), *named(TYPE_NAMES)],
        validate_choice=False,
    )
    keadaan = SelectField(
        _l("Keadaan"),
        choices=[("", _l("Semua keadaan")), *named(STATE_NAMES)],
        validate_choice=False,
    )
    jenjang = SelectField(
        _l("Jenjang kognitif"),
        choices=[("", _l("Semua jenjang")), *named(LEVEL_NAMES)],
        validate_choice=False,
    )
    penanda = TextField(_l("Penanda"), validators=[AtMost(200)])

    def offer_units(self, units: Iterable[Unit]) -> None:
        """Fill the list of units."""
        self.unit.choices = [("", _l("Semua unit")), *((str(u.id), u.label) for u in units)]
