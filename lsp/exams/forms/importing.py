"""Forms of the import: the upload, and what becomes of each question that was read."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import Optional, Regexp, ValidationError

from lsp.exams.forms.browsing import named
from lsp.exams.rules.kinds import LEVEL_NAMES, CognitiveLevel
from lsp.exams.services.importing import Choice, ReviewRow
from lsp.forms import (
    AtMost,
    CodeField,
    ConfirmField,
    FileField,
    Form,
    Required,
    SelectField,
    TextField,
)

#: What people call the formats.
FORMAT_NAMES = {
    "auto": _l("Kenali dari isinya"),
    "gift": "GIFT",
    "aiken": "Aiken",
    "moodle-xml": "Moodle XML",
    "qti": "QTI 1.2, 2.x, 3.0",
    "csv": "CSV",
    "xlsx": "Excel (XLSX)",
    "docx": "Word (DOCX)",
}
_NO_CRITERION = _l("Tulis kriteria seperti KOM.PR02.014.01 1.2, atau pilih dari daftar")


class _Known:
    """Refuses a criterion that is not in the bank's standards; empty is the default's."""

    def __call__(self, form: Any, field: Field) -> None:
        text = " ".join((field.data or "").split())
        form.criterion_id = form.known.get(text)
        if text and form.criterion_id is None:
            raise ValidationError(str(_NO_CRITERION))


class _ForAll(Form):
    """What holds for each question that says nothing itself."""

    criterion = TextField(
        _l("Kriteria (KUK) untuk soal yang tidak menyebutnya (opsional)"),
        description=_l("Kode unit dan nomor kriteria, misalnya KOM.PR02.014.01 1.2"),
        validators=[AtMost(1000), _Known()],
        render_kw={"list": "kriteria", "autocomplete": "off"},
    )
    level = SelectField(
        _l("Jenjang kognitif untuk soal yang tidak menyebutnya (opsional)"),
        choices=[("", _l("Belum dipilih")), *named(LEVEL_NAMES)],
        default="",
    )

    #: Criteria by their labels, and the one the label typed stands for.
    known: Mapping[str, uuid.UUID] = {}
    criterion_id: uuid.UUID | None = None

    @property
    def chosen_level(self) -> CognitiveLevel | None:
        """The level chosen, if any."""
        return CognitiveLevel(self.level.data) if self.level.data else None


class UploadForm(_ForAll):
    """A file of questions."""

    file = FileField(_l("Berkas soal"), validators=[Required(_l("Pilih berkas soal"))])
    format = SelectField(_l("Format"), choices=list(FORMAT_NAMES.items()), default="auto")
    prefix = CodeField(
        _l("Awalan kode soal baru (opsional)"),
        description=_l(
            "Misalnya KP: soal diberi kode KP-038, KP-039, dan seterusnya. Kosongkan untuk memakai"
            " kode di berkas; soal yang kodenya sudah ada dapat disimpan sebagai revisinya."
        ),
        validators=[
            Optional(),
            Regexp(r"[A-Z]{2,6}$", message=_l("Tulis 2 sampai 6 huruf besar, misalnya KP")),
        ],
        render_kw={"classes": "govuk-input--width-5"},
    )


class ForAllForm(_ForAll):
    """The same, changed on the review page."""

    class Meta(Form.Meta):
        csrf = False


class RowForm(Form):
    """What becomes of one question."""

    class Meta(Form.Meta):
        csrf = False

    take = ConfirmField(_l("Ambil soal ini"))
    criterion = TextField(
        _l("Kriteria (KUK)"),
        validators=[AtMost(1000), _Known()],
        render_kw={"list": "kriteria", "autocomplete": "off"},
    )
    level = SelectField(
        _l("Jenjang kognitif"),
        choices=[("", _l("Seperti pilihan umum")), *named(LEVEL_NAMES)],
        default="",
    )

    known: Mapping[str, uuid.UUID] = {}
    criterion_id: uuid.UUID | None = None

    def choice(self) -> Choice:
        """What was chosen."""
        level = CognitiveLevel(self.level.data) if self.level.data else None
        return Choice(bool(self.take.data), self.criterion_id, level)


class ReviewForms:
    """All forms of one review page: what holds for all, and one a question."""

    def __init__(
        self,
        general: ForAllForm,
        rows: Iterable[ReviewRow],
        known: Mapping[str, uuid.UUID],
        sent: Any,
    ) -> None:
        labels = {id_: label for label, id_ in known.items()}
        self.general = general
        self.form_errors: list[str] = []
        general.known = known
        self.rows: dict[int, RowForm] = {}
        for reviewed in rows:
            if reviewed.obstacle is not None:
                continue
            row = reviewed.row
            form = RowForm(
                sent,
                prefix=f"soal-{row.position}-",
                data={
                    "take": row.is_taken,
                    "criterion": labels.get(row.criterion_id, "") if row.criterion_id else "",
                    "level": row.level.value if row.level else "",
                },
            )
            form.known = known
            if reviewed.known is not None:
                form.take.label.text = _l(
                    "Simpan sebagai revisi %(number)s", number=reviewed.next_revision
                )
            self.rows[row.position] = form

    def validate(self) -> bool:
        """Whether every field can be kept."""
        return all([self.general.validate(), *(form.validate() for form in self.rows.values())])

    def refuse(self, text: str) -> None:
        """Show a refusal above the page."""
        self.form_errors.append(text)

    def error_list(self) -> list[dict[str, Any]]:
        """Errors of all forms, for the summary."""
        found: list[dict[str, Any]] = [{"text": text} for text in self.form_errors]
        for form in (self.general, *self.rows.values()):
            found += form.error_list()
        return found
