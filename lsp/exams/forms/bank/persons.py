"""Forms of questions a person marks: their aspects with their points on a line each."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.bank.base import ItemForm, lines
from lsp.exams.rules import lines as written
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import FILE_KINDS, Body
from lsp.forms import AtMost, CheckboxesField, IntegerField, Required, TextareaField


class OralForm(ItemForm):
    """A question the assessor asks (FR.IA.07), and what a good answer holds."""

    type = ItemType.ORAL
    body_fields: ClassVar[Sequence[str]] = ("rubric", "model_answer")

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

    def graded(self) -> dict[str, Any]:
        """What every question has that a person marks."""
        return {
            "rubric": [written.aspect(line) for line in lines(self.rubric.data)],
            "model_answer": self.model_answer.data or "",
            "max_score": self.max_score.data or 0,
        }

    def body(self) -> Body:
        return writing.oral(**self.graded())

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003 -- every type is given both
        return {
            "rubric": "\n".join(f"{row['aspect']} = {row['points']}" for row in key["rubric"]),
            "model_answer": key.get("model_answer", ""),
        }


class EssayForm(OralForm):
    """A text of the candidate's own."""

    type = ItemType.ESSAY
    body_fields = ("rubric", "model_answer", "max_words")

    max_words = IntegerField(
        _l("Batas kata"),
        validators=[Required(_l("Isi batas kata"))],
        render_kw={"classes": "govuk-input--width-4"},
    )

    def body(self) -> Body:
        return writing.essay(max_words=self.max_words.data or 0, **self.graded())

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {**super().filled_body(content, key), "max_words": content.get("max_words")}


class FileUploadForm(OralForm):
    """A file the candidate hands in."""

    type = ItemType.FILE_UPLOAD
    body_fields = ("kinds", "max_megabytes", "rubric", "model_answer")

    kinds = CheckboxesField(
        _l("Jenis berkas yang diterima"), choices=[(kind, kind.upper()) for kind in FILE_KINDS]
    )
    max_megabytes = IntegerField(
        _l("Ukuran terbesar dalam MB"),
        validators=[Required(_l("Isi ukuran terbesar"))],
        render_kw={"classes": "govuk-input--width-2"},
    )

    def body(self) -> Body:
        return writing.file_upload(
            self.kinds.data or [], self.max_megabytes.data or 0, **self.graded()
        )

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {
            **super().filled_body(content, key),
            "kinds": list(content["kinds"]),
            "max_megabytes": content["max_megabytes"],
        }
