"""Forms of questions answered in words or with a number, also in gaps of a text."""

# ruff: noqa: ARG003 -- every type is given content and key; not every type needs both

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.bank.base import ItemForm, lines
from lsp.exams.rules import lines as written
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.forms import AtMost, Chosen, DecimalField, Required, TextareaField, TextField, YesNoField
from lsp.texts import N_, Refusal


class ShortAnswerForm(ItemForm):
    """A few words; every accepted form on a line."""

    type = ItemType.SHORT_ANSWER
    body_fields = ("accepted", "case_sensitive", "ignore_spaces", "wildcards")

    accepted = TextareaField(
        _l("Jawaban yang diterima"),
        description=_l(
            "Satu bentuk jawaban per baris. Bila hanya bernilai sebagian, tulis bagiannya di"
            " depan: [50%]"
        ),
        validators=[Required(_l("Tulis jawaban yang diterima")), AtMost(4000)],
    )
    case_sensitive = YesNoField(
        _l("Bedakan huruf besar dan kecil?"), validators=[Chosen(_l("Pilih ya atau tidak"))]
    )
    ignore_spaces = YesNoField(
        _l("Abaikan semua spasi?"),
        description=_l("Ya berarti “tata tertib” dan “tatatertib” sama"),
        default=False,
        validators=[Chosen(_l("Pilih ya atau tidak"))],
    )
    wildcards = YesNoField(
        _l("Tanda * berarti teks apa saja?"),
        default=False,
        validators=[Chosen(_l("Pilih ya atau tidak"))],
    )

    def body(self) -> Body:
        kept = self.kept_shares()
        rows = [written.shared(line, kept) for line in lines(self.accepted.data)]
        return writing.short_answer(
            [text for text, _ in rows],
            case_sensitive=bool(self.case_sensitive.answer),
            shares={text: share for text, share in rows if share is not None},
            wildcards=bool(self.wildcards.answer),
            ignore_spaces=bool(self.ignore_spaces.answer),
        )

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        shares = key.get("shares", {})
        return {
            "accepted": "\n".join(
                written.with_share(text, shares.get(text)) for text in key["accepted"]
            ),
            "case_sensitive": bool(key.get("case_sensitive")),
            "ignore_spaces": bool(key.get("ignore_spaces")),
            "wildcards": bool(key.get("wildcards")),
        }


class NumericalForm(ItemForm):
    """A number with a tolerance, or ranges with their shares, and a unit of measure."""

    type = ItemType.NUMERICAL
    body_fields = ("value", "tolerance", "ranges", "unit")

    value = DecimalField(
        _l("Jawaban yang benar"),
        description=_l(
            "Angka tanpa pemisah ribuan, misalnya 7770000 atau 12,5. Kosongkan bila Anda mengisi"
            " rentang"
        ),
        places=None,
        render_kw={"classes": "govuk-input--width-10"},
    )
    tolerance = DecimalField(
        _l("Toleransi"),
        description=_l("Selisih yang masih dianggap benar; 0 bila harus tepat"),
        places=None,
        render_kw={"classes": "govuk-input--width-5"},
    )
    ranges = TextareaField(
        _l("Rentang (opsional)"),
        description=_l(
            "Satu rentang per baris, misalnya 10 … 20. Bila hanya bernilai sebagian: [50%] 5 … 25"
        ),
        validators=[AtMost(1000)],
        render_kw={"rows": 3},
    )
    unit = TextField(
        _l("Satuan (opsional)"),
        description=_l("Misalnya orang, jam, atau rupiah"),
        validators=[AtMost(30)],
        render_kw={"classes": "govuk-input--width-10"},
    )

    def body(self) -> Body:
        unit, spans = self.unit.data or "", lines(self.ranges.data)
        if spans:
            if self.value.data is not None:
                raise Refusal(N_("Isi jawaban yang benar atau rentang, jangan keduanya."))
            kept = self.kept_shares()
            return writing.number_ranges([written.span(line, kept) for line in spans], unit)
        if self.value.data is None or self.tolerance.data is None:
            raise Refusal(N_("Isi jawaban yang benar dan toleransinya; 0 bila harus tepat."))
        return writing.numerical(self.value.data, self.tolerance.data, unit)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        unit = content.get("unit", "")
        if "ranges" in key:
            return {"ranges": "\n".join(map(written.span_line, key["ranges"])), "unit": unit}
        return {
            "value": Decimal(key["value"]),
            "tolerance": Decimal(key.get("tolerance") or 0),
            "ranges": "",
            "unit": unit,
        }


class GapFillForm(ItemForm):
    """Gaps of the stem, a line each, in the order of their numbers."""

    type = ItemType.GAP_FILL
    body_fields = ("gaps",)

    gaps = TextareaField(
        _l("Isi rumpang"),
        description=_l(
            "Tandai rumpang di pertanyaan dengan [[1]], [[2]], dan seterusnya; di sini satu baris"
            " untuk setiap rumpang. Isian teks: siaran pers | rilis pers. Daftar pilihan:"
            " *rilis | undangan. Angka: # 15 ± 5 menit. Bobot, bila bukan 1: (2) siaran pers"
        ),
        validators=[Required(_l("Tulis isi setiap rumpang")), AtMost(8000)],
        render_kw={"rows": 6},
    )

    def body(self) -> Body:
        typed = lines(self.gaps.data)
        kept = self.kept_shares()
        gaps = [self._kept(n, line) or written.gap(line, kept) for n, line in enumerate(typed)]
        return writing.gap_fill(gaps, self.cleaned(self.stem.data or ""))

    def _kept(self, n: int, line: str) -> tuple[Body, Decimal] | None:
        """The gap of the revision before, where its line was not touched."""
        if self.current is None or n >= len(self.current.content["gaps"]):
            return None
        shown = self.current.content["gaps"][n]
        key = (self.current_key or self.current.key)["gaps"][shown["id"]]
        if written.of([written.gap_line(shown, key)]) != " ".join(line.split()):
            return None
        content = {name: value for name, value in shown.items() if name not in ("id", "kind")}
        return Body(content, key), Decimal(key.get("weight", 1))

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        rows = [written.gap_line(shown, key["gaps"][shown["id"]]) for shown in content["gaps"]]
        return {"gaps": written.of(rows)}
