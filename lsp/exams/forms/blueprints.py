"""Forms of blueprints: how many questions of what, how they count, and when a unit is passed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from lsp.exams.rules.assembling import Row, by_weight
from lsp.exams.rules.items import MultipleScoring, ScoringPolicy
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.rules.passing import PassKind, PassRule
from lsp.exams.services.blueprints import LONGEST, MOST_PILOTS, BlueprintDraft
from lsp.forms import (
    AtMost,
    CheckboxesField,
    DecimalField,
    Form,
    IntegerField,
    RadiosField,
    Required,
    TextField,
)
from lsp.skkni.models import SchemeVersion

QUESTIONS, CHOICES = "questions", "choices"
#: Rows at the end of the form that may combine everything.
EXTRA_ROWS = range(1, 5)
NARROW = {"classes": "govuk-input--width-4"}
_BOUNDS = re.compile(r"(\d{1,3})\s*(?:([-–])\s*(\d{1,3})?)?")


@dataclass(frozen=True)
class Cell:
    """A field for a number of questions, and which questions it is about."""

    name: str
    row: Row


class BlueprintForm(Form):
    """A blueprint's title and rules; the counts are fields of their own (``cells``)."""

    title = TextField(
        _l("Nama kisi-kisi"),
        description=_l("Misalnya Naskah utama, 30 soal"),
        validators=[Required(_l("Isi nama kisi-kisi")), AtMost(150)],
    )
    length = IntegerField(
        _l("Panjang naskah (opsional)"),
        description=_l("Berapa soal yang dinilai; biarkan kosong untuk jumlah terkecil di bawah"),
        validators=[Optional(), NumberRange(1, LONGEST, _l("Isi 1 sampai 300 soal"))],
        render_kw=NARROW,
    )
    pilot_count = IntegerField(
        _l("Soal uji coba setiap naskah (opsional)"),
        description=_l("Dikerjakan asesi tanpa ikut dinilai, untuk melihat mutu soalnya"),
        validators=[Optional(), NumberRange(0, MOST_PILOTS, _l("Isi 0 sampai 50 soal"))],
        render_kw=NARROW,
    )
    max_exposure = IntegerField(
        _l("Batas pakai setiap soal (opsional)"),
        description=_l(
            "Paling banyak di berapa naskah yang dipakai sesi; sesudah itu soal ditahan"
        ),
        validators=[Optional(), NumberRange(1, 9999, _l("Isi 1 sampai 9999 naskah"))],
        render_kw=NARROW,
    )
    multiple = RadiosField(
        _l("Nilai pilihan jamak"),
        choices=[
            (MultipleScoring.RIGHT_MINUS_WRONG, _l("Benar dikurangi salah, paling rendah 0")),
            (MultipleScoring.ALL_OR_NOTHING, _l("Penuh hanya bila semuanya tepat")),
            (
                MultipleScoring.RIGHT_ONLY,
                _l("Setiap pilihan benar bernilai, salah tidak mengurangi"),
            ),
        ],
        default=MultipleScoring.RIGHT_MINUS_WRONG,
    )
    penalty = IntegerField(
        _l("Pengurangan nilai untuk jawaban salah, dalam persen nilai soal (opsional)"),
        description=_l("Untuk pilihan tunggal dan benar–salah. Kosong berarti tidak dikurangi"),
        validators=[Optional(), NumberRange(0, 100, _l("Isi 0 sampai 100 persen"))],
        render_kw=NARROW,
    )
    passing = RadiosField(
        _l("Kapan unit diusulkan kompeten"),
        description=_l("Usulan untuk asesor; keputusan tetap pada asesor dan komite"),
        choices=[
            ("", _l("Menurut batas nilai skema")),
            (PassKind.CUT, _l("Nilai unit mencapai batas")),
            (PassKind.UNIT, _l("x dari setiap y soal unit benar")),
            (PassKind.CRITERIA, _l("x dari setiap y soal benar di setiap kriteria")),
        ],
        default="",
    )
    percent = DecimalField(
        _l("Batas nilai unit dalam persen (opsional)"),
        description=_l("Untuk batas nilai"),
        places=None,
        validators=[Optional(), NumberRange(1, 100, _l("Isi 1 sampai 100 persen"))],
        render_kw=NARROW,
    )
    right = IntegerField(
        _l("x: soal benar (opsional)"),
        validators=[Optional(), NumberRange(1, LONGEST, _l("Isi 1 sampai 300 soal"))],
        render_kw=NARROW,
    )
    of = IntegerField(
        _l("y: dari setiap berapa soal (opsional)"),
        validators=[Optional(), NumberRange(1, LONGEST, _l("Isi 1 sampai 300 soal"))],
        render_kw=NARROW,
    )
    right_from = DecimalField(
        _l("Soal dianggap benar mulai berapa persen nilainya (opsional)"),
        description=_l("Kosong berarti 100 persen"),
        places=None,
        validators=[Optional(), NumberRange(1, 100, _l("Isi 1 sampai 100 persen"))],
        render_kw=NARROW,
    )
    shuffles = CheckboxesField(
        _l("Urutan sendiri untuk setiap asesi"),
        choices=[(QUESTIONS, _l("Acak urutan soal")), (CHOICES, _l("Acak urutan pilihan"))],
    )

    cell_errors: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cell_errors = {}

    def error_list(self) -> list[dict[str, Any]]:
        """Errors of the fields and of the counts."""
        cells = [{"text": text, "href": f"#{name}"} for name, text in self.cell_errors.items()]
        return super().error_list() + cells

    def rows(self, version: SchemeVersion, given: Mapping[str, str]) -> list[Row]:
        """The bounds that were typed; what is no bound is noted in ``cell_errors``."""
        found = []
        for cell in all_cells(version, given):
            typed = given.get(cell.name, "").strip()
            if not typed:
                continue
            bounds = _BOUNDS.fullmatch(typed)
            if bounds is None:
                self.cell_errors[cell.name] = gettext("Isi jumlah soal seperti 3, 2-4, atau 2-")
                continue
            low = int(bounds[1])
            high = low if bounds[2] is None else int(bounds[3]) if bounds[3] else None
            if high is not None and high < low:
                self.cell_errors[cell.name] = gettext("Tulis angka yang lebih kecil lebih dulu")
            else:
                found.append(replace(cell.row, minimum=low, maximum=high))
        return found

    def weighed(self, version: SchemeVersion, given: Mapping[str, str]) -> dict[str, str]:
        """What was typed, with the units' counts made from their weights and the length."""
        units = [place.unit_id for place in version.units]
        weights = []
        for unit_id in units:
            typed = given.get(f"w-{unit_id}", "").strip() or "0"
            if not re.fullmatch(r"\d{1,3}", typed):
                self.cell_errors[f"w-{unit_id}"] = gettext("Isi bobot dengan bilangan bulat")
                typed = "0"
            weights.append(int(typed))
        if self.length.data is None:
            self.refuse(gettext("Isi panjang naskah untuk menghitung dari bobot"), self.length)
        elif not self.cell_errors and not sum(weights):
            self.refuse(gettext("Isi bobot paling sedikit satu unit"))
        if self.error_list():
            return dict(given)
        counts = by_weight(weights, self.length.data or 0)
        named = {f"n-{unit_id}": str(n) for unit_id, n in zip(units, counts, strict=True) if n}
        return {**{k: v for k, v in given.items() if not _is_unit(k, units)}, **named}

    def draft(self, rows: list[Row]) -> BlueprintDraft:
        """What the form says. Raises Refusal for rules that do not fit together."""
        chosen = self.shuffles.data or []
        penalty = Decimal(self.penalty.data or 0) / 100
        return BlueprintDraft(
            title=self.title.data or "",
            rows=rows,
            length=self.length.data,
            pilot_count=self.pilot_count.data or 0,
            max_exposure=self.max_exposure.data,
            scoring=ScoringPolicy.read(
                {
                    "multiple": self.multiple.data,
                    "wrong_penalty": str(penalty),
                    "below_zero": penalty > 0,
                }
            ),
            pass_rule=self._pass_rule(),
            shuffles_questions=QUESTIONS in chosen,
            shuffles_choices=CHOICES in chosen,
        )

    def _pass_rule(self) -> PassRule | None:
        kind = self.passing.data
        if not kind:
            return None
        if kind == PassKind.CUT:
            return PassRule.read({"kind": kind, "percent": self.percent.data or 0})
        right_from = 100 if self.right_from.data is None else self.right_from.data
        return PassRule.read(
            {
                "kind": kind,
                "right": self.right.data or 0,
                "of": self.of.data or 0,
                "right_from": right_from,
            }
        )


def _is_unit(name: str, units: list[Any]) -> bool:
    return any(name == f"n-{unit_id}" for unit_id in units)


def all_cells(version: SchemeVersion, given: Mapping[str, str]) -> Iterator[Cell]:
    """Every field for a number of questions, in the order of the page."""
    for place in version.units:
        unit = Row(0, unit_id=place.unit_id)
        name = str(place.unit_id)
        yield Cell(f"n-{name}", unit)
        for type_ in ItemType:
            yield Cell(f"n-{name}-{type_.value}", replace(unit, type=type_))
        for level in CognitiveLevel:
            yield Cell(f"l-{name}-{level.value}", replace(unit, level=level))
        for element in place.unit.elements:
            yield Cell(f"e-{element.id}", replace(unit, element_id=element.id))
    for level in CognitiveLevel:
        yield Cell(f"l-{level.value}", Row(0, level=level))
    for type_ in ItemType:
        yield Cell(f"n-{type_.value}", Row(0, type=type_))
    for n in EXTRA_ROWS:
        yield Cell(f"x-{n}", _extra(version, given, n))


def _extra(version: SchemeVersion, given: Mapping[str, str], n: int) -> Row:
    """The n-th free row: a unit or element, a level and a type, each as chosen or any."""
    about = given.get(f"x-{n}-about", "")
    units = {str(place.unit_id): place.unit_id for place in version.units}
    elements = {str(e.id): e for place in version.units for e in place.unit.elements}
    element = elements.get(about)
    level, type_ = given.get(f"x-{n}-level", ""), given.get(f"x-{n}-type", "")
    return Row(
        0,
        unit_id=element.unit_id if element else units.get(about),
        element_id=element.id if element else None,
        level=CognitiveLevel(level) if level in set(CognitiveLevel) else None,
        type=ItemType(type_) if type_ in set(ItemType) else None,
    )
