"""What the form of every type of question has: its words, its criterion, its points."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms.validators import Regexp

from lsp.exams.forms.browsing import named
from lsp.exams.models import ItemRevision
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import LEVEL_NAMES, TYPE_NAMES, CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import Body, Draft, check_draft
from lsp.forms import (
    AtMost,
    Chosen,
    CodeField,
    DecimalField,
    Form,
    HiddenField,
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
    #: Whether the form sends a file.
    has_file: ClassVar[bool] = False
    #: The revision this one follows, set by the view; None for a new question.
    current: ItemRevision | None = None

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
        description=_l(
            "Baris kosong memulai paragraf baru. Rumus ditulis dalam LaTeX: \\( x^2 \\)"
        ),
        validators=[Required(_l("Isi pertanyaan")), AtMost(20_000)],
        render_kw={"rows": 7},
    )
    markup = RadiosField(
        _l("Cara menulis"),
        choices=[
            (Markup.PLAIN.value, _l("Teks biasa")),
            (Markup.HTML.value, _l("HTML, misalnya untuk tabel atau huruf tebal")),
        ],
        default=Markup.PLAIN.value,
        validators=[Chosen(_l("Pilih cara menulis"))],
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
            stem=self.cleaned((self.stem.data or "").replace("\r\n", "\n")),
            body=self.kept_body() or self.body(),
            max_score=self.max_score.data or Decimal(0),
            rationale=(self.rationale.data or "").replace("\r\n", "\n"),
            tags=tuple(tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()),
            markup=Markup(self.markup.data),
        )

    def cleaned(self, text: str) -> str:
        """A text as it is stored. Raises Refusal naming what HTML may not hold here."""
        if self.markup.data != Markup.HTML:
            return text
        html, removed = wording.clean(text)
        if removed:
            raise Refusal(
                N_("Hapus yang tidak bisa dipakai dari HTML: %(removed)s."),
                removed=", ".join(removed[:5]),
            )
        return html

    def kept_body(self) -> Body | None:
        """Content and key of the revision before, when nothing about them was touched.

        An imported question may hold more than the fields can say; it is lost only to a change.
        """
        old = self.current
        if old is None or old.max_score != self.max_score.data or old.markup != self.markup.data:
            return None
        filled = self.filled_body(old.content, old.key)
        if all(_said(self[name]) == _text(filled.get(name)) for name in self.body_fields):
            return Body(old.content, old.key)
        return None

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
            "markup": revision.markup.value,
            "max_score": revision.max_score,
            "rationale": revision.rationale,
            "tags": ", ".join(revision.item.tags),
            **cls.filled_body(revision.content, revision.key),
        }

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        """Values of the fields of this type."""
        raise NotImplementedError


def lines(text: str | None) -> list[str]:
    """The lines of a field that hold something, without the white space around them."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _said(field: Any) -> str:
    """What a field holds, to be compared with what it was filled with."""
    return _text(field.answer if isinstance(field, YesNoField) else field.data)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return "\n".join(sorted(value))
    return "" if value is None else "\n".join(lines(str(value)))
