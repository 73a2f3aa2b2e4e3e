"""Forms of the item bank: one class a type of question, lists written a line each."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms.validators import Regexp

from lsp.exams.forms.browsing import named
from lsp.exams.models import ItemRevision
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import LEVEL_NAMES, TYPE_NAMES, CognitiveLevel, ItemType
from lsp.exams.rules.writing import Body, Draft, check_draft
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    DecimalField,
    Form,
    HiddenField,
    IntegerField,
    RadiosField,
    Required,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from lsp.pages import refusal_text
from lsp.skkni.models import Unit
from lsp.texts import N_, Refusal


class TypeForm(Form):
    """Which type of question to write."""

    type = RadiosField(
        _l("Jenis soal"),
        choices=named(TYPE_NAMES),
        validators=[Chosen(_l("Pilih jenis soal"))],
    )


class ItemForm(Form):
    """What every type of question has; the classes below add what is theirs."""

    type: ClassVar[ItemType]
    #: The field at which a refusal of the body is shown, and the fields of the body in order.
    body_fields: ClassVar[Sequence[str]]

    identifier = CodeField(
        _l("Kode soal"),
        description=_l("Huruf singkatan, tanda hubung, dan angka, misalnya KP-038"),
        validators=[
            Required(_l("Isi kode soal")),
            Regexp(r"[A-Z]{2,6}-[0-9]{3,5}$", message=_l("Tulis kode seperti KP-038")),
        ],
        render_kw={"classes": "govuk-input--width-10"},
    )
    criterion = SelectField(
        _l("Kriteria unjuk kerja (KUK) yang diukur"),
        validators=[Required(_l("Pilih kriteria unjuk kerja"))],
    )
    level = SelectField(
        _l("Jenjang kognitif"),
        choices=[("", _l("Pilih jenjang")), *named(LEVEL_NAMES)],
        validators=[Required(_l("Pilih jenjang kognitif"))],
    )
    title = TextField(
        _l("Judul"),
        description=_l("Untuk daftar dan laporan; tidak terlihat oleh asesi"),
        validators=[Required(_l("Isi judul")), AtMost(150)],
    )
    stem = TextareaField(
        _l("Pertanyaan"),
        description=_l("Baris kosong memulai paragraf baru"),
        validators=[Required(_l("Isi pertanyaan")), AtMost(5000)],
        render_kw={"rows": 7},
    )
    max_score = DecimalField(
        _l("Nilai soal"),
        places=None,
        validators=[Required(_l("Isi nilai soal"))],
        render_kw={"classes": "govuk-input--width-4"},
    )
    rationale = TextareaField(
        _l("Alasan kunci (opsional)"),
        description=_l("Mengapa kuncinya benar, untuk asesor dan penelaah"),
        validators=[AtMost(3000)],
    )
    tags = TextField(
        _l("Penanda (opsional)"),
        description=_l("Pisahkan dengan koma, misalnya humas-pemerintah"),
        validators=[AtMost(200)],
    )

    #: Number of the revision the writer started from.
    seen = HiddenField()

    def offer_criteria(self, units: Iterable[Unit]) -> None:
        """Fill the list of criteria, unit by unit."""
        self.criterion.choices = [("", _l("Pilih kriteria"))] + [
            (
                str(criterion.id),
                f"{unit.code or unit.title} · {element.number}.{criterion.number} {criterion.text}",
            )
            for unit in units
            for element in unit.elements
            for criterion in element.criteria
        ]

    def drop_identity(self) -> None:
        """Leave out what a revision does not change."""
        del self.identifier
        del self.criterion

    def draft(self) -> Draft:
        """The question as written. Raises Refusal for what cannot be answered or marked."""
        return Draft(
            type=self.type,
            level=CognitiveLevel(self.level.data),
            title=self.title.data or "",
            stem=(self.stem.data or "").replace("\r\n", "\n"),
            body=self.body(),
            max_score=self.max_score.data or Decimal(0),
            rationale=(self.rationale.data or "").replace("\r\n", "\n"),
            tags=tuple(tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse what cannot be answered or marked, at the first field of the type."""
        if not super().validate(extra_validators):
            return False
        try:
            check_draft(self.draft())
        except Refusal as refusal:
            self.refuse(refusal_text(refusal), self[self.body_fields[0]])
            return False
        return True

    def body(self) -> Body:
        """Content and key from the fields of this type."""
        raise NotImplementedError

    @classmethod
    def filled(cls, revision: ItemRevision) -> dict[str, Any]:
        """Values of the fields for the next revision of a question."""
        return {
            "level": revision.item.level.value,
            "title": revision.title,
            "stem": revision.stem,
            "max_score": revision.max_score,
            "rationale": revision.rationale,
            "tags": ", ".join(revision.item.tags),
            **cls.filled_body(revision.content, revision.key),
        }

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """Values of the fields of this type."""
        raise NotImplementedError


class ChoiceForm(ItemForm):
    """Single choice: a line each, a star before the right one."""

    type = ItemType.SINGLE_CHOICE
    body_fields = ("choices",)

    choices = TextareaField(
        _l("Pilihan jawaban"),
        description=_l("Satu pilihan per baris. Awali jawaban yang benar dengan tanda *"),
        validators=[Required(_l("Tulis pilihan jawaban")), AtMost(4000)],
        render_kw={"rows": 6},
    )

    def body(self) -> Body:
        rows = [
            (line.lstrip("*").strip(), line.startswith("*")) for line in lines(self.choices.data)
        ]
        return writing.choices(rows, single=self.type is ItemType.SINGLE_CHOICE)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        marks = {True: "* ", False: ""}
        rows = [marks[row["id"] in key["correct"]] + row["text"] for row in content["choices"]]
        return {"choices": "\n".join(rows)}


class MultipleChoiceForm(ChoiceForm):
    """Multiple choice: a star before each right one."""

    type = ItemType.MULTIPLE_CHOICE


class TrueFalseForm(ItemForm):
    """A statement that is true or false."""

    type = ItemType.TRUE_FALSE
    body_fields = ("answer",)

    answer = YesNoField(
        _l("Pernyataan ini benar?"), validators=[Chosen(_l("Pilih ya bila pernyataannya benar"))]
    )

    def body(self) -> Body:
        return writing.true_false(self.answer.answer)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003 -- every type is given both
        return {"answer": key["answer"]}


class ShortAnswerForm(ItemForm):
    """A few words; every accepted form on a line."""

    type = ItemType.SHORT_ANSWER
    body_fields = ("accepted", "case_sensitive")

    accepted = TextareaField(
        _l("Jawaban yang diterima"),
        description=_l("Satu bentuk jawaban per baris"),
        validators=[Required(_l("Tulis jawaban yang diterima")), AtMost(2000)],
    )
    case_sensitive = YesNoField(
        _l("Bedakan huruf besar dan kecil?"), validators=[Chosen(_l("Pilih ya atau tidak"))]
    )

    def body(self) -> Body:
        return writing.short_answer(
            lines(self.accepted.data), case_sensitive=bool(self.case_sensitive.answer)
        )

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003 -- every type is given both
        return {
            "accepted": "\n".join(key["accepted"]),
            "case_sensitive": bool(key.get("case_sensitive")),
        }


class NumericalForm(ItemForm):
    """A number with a tolerance and a unit of measure."""

    type = ItemType.NUMERICAL
    body_fields = ("value", "tolerance", "unit")

    value = DecimalField(
        _l("Jawaban yang benar"),
        description=_l("Angka tanpa pemisah ribuan, misalnya 7770000 atau 12,5"),
        places=None,
        validators=[Chosen(_l("Isi jawaban yang benar"))],
        render_kw={"classes": "govuk-input--width-10"},
    )
    tolerance = DecimalField(
        _l("Toleransi"),
        description=_l("Selisih yang masih dianggap benar; 0 bila harus tepat"),
        places=None,
        validators=[Chosen(_l("Isi toleransi; 0 bila harus tepat"))],
        render_kw={"classes": "govuk-input--width-5"},
    )
    unit = TextField(
        _l("Satuan (opsional)"),
        description=_l("Misalnya orang, jam, atau rupiah"),
        validators=[AtMost(30)],
        render_kw={"classes": "govuk-input--width-10"},
    )

    def body(self) -> Body:
        return writing.numerical(self.value.data, self.tolerance.data, self.unit.data or "")

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {
            "value": Decimal(key["value"]),
            "tolerance": Decimal(key.get("tolerance") or 0),
            "unit": content.get("unit", ""),
        }


class MatchingForm(ItemForm):
    """Pairs on a line each, and right-hand texts that fit nothing."""

    type = ItemType.MATCHING
    body_fields = ("pairs", "extra_right")

    pairs = TextareaField(
        _l("Pasangan"),
        description=_l("Satu pasangan per baris: kiri = kanan"),
        validators=[Required(_l("Tulis pasangan")), AtMost(4000)],
        render_kw={"rows": 6},
    )
    extra_right = TextareaField(
        _l("Pengecoh di sisi kanan (opsional)"),
        description=_l("Satu teks per baris, tanpa pasangan di kiri"),
        validators=[AtMost(2000)],
        render_kw={"rows": 3},
    )

    def body(self) -> Body:
        pairs = []
        for line in lines(self.pairs.data):
            left, mark, right = line.partition("=")
            if not mark:
                raise Refusal(N_("Tulis setiap pasangan sebagai kiri = kanan."))
            pairs.append((left.strip(), right.strip()))
        return writing.matching(pairs, lines(self.extra_right.data))

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        right = {row["id"]: row["text"] for row in content["right"]}
        used = set(key["pairs"].values())
        return {
            "pairs": "\n".join(
                f"{row['text']} = {right[key['pairs'][row['id']]]}" for row in content["left"]
            ),
            "extra_right": "\n".join(text for id_, text in right.items() if id_ not in used),
        }


class EssayForm(ItemForm):
    """A text of the candidate's own, its aspects with their points on a line each."""

    type = ItemType.ESSAY
    body_fields = ("rubric", "model_answer", "max_words")

    rubric = TextareaField(
        _l("Aspek penilaian"),
        description=_l("Satu aspek per baris: aspek = nilai. Jumlahnya sama dengan nilai soal"),
        validators=[Required(_l("Tulis aspek penilaian")), AtMost(3000)],
    )
    model_answer = TextareaField(
        _l("Contoh jawaban"),
        validators=[Required(_l("Isi contoh jawaban")), AtMost(6000)],
        render_kw={"rows": 8},
    )
    max_words = IntegerField(
        _l("Batas kata"),
        validators=[Required(_l("Isi batas kata"))],
        render_kw={"classes": "govuk-input--width-4"},
    )

    def body(self) -> Body:
        rows = []
        for line in lines(self.rubric.data):
            aspect, mark, points = line.rpartition("=")
            try:
                rows.append((aspect.strip(), Decimal(points.strip().replace(",", "."))))
            except InvalidOperation:
                mark = ""
            if not mark or not rows[-1][1].is_finite():
                raise Refusal(N_("Tulis setiap aspek sebagai aspek = nilai, misalnya Isi = 4."))
        return writing.essay(
            rows,
            self.model_answer.data or "",
            self.max_words.data or 0,
            self.max_score.data or Decimal(0),
        )

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {
            "rubric": "\n".join(f"{row['aspect']} = {row['points']}" for row in key["rubric"]),
            "model_answer": key.get("model_answer", ""),
            "max_words": content.get("max_words"),
        }


def lines(text: str | None) -> list[str]:
    """The lines of a field that hold something, without the white space around them."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


FORMS: dict[ItemType, type[ItemForm]] = {
    form.type: form
    for form in (
        ChoiceForm,
        MultipleChoiceForm,
        TrueFalseForm,
        ShortAnswerForm,
        NumericalForm,
        MatchingForm,
        EssayForm,
    )
}
