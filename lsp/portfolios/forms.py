"""What the portfolio pages ask."""

import uuid
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms.validators import StopValidation

from lsp.forms import (
    AtMost,
    CheckboxesField,
    Chosen,
    DateField,
    FileField,
    Form,
    Required,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from lsp.portfolios.rules.kinds import KINDS
from lsp.portfolios.services.claims import UNKNOWN_CRITERION
from lsp.texts import Refusal


class _Given(FileRequired):
    """Refuses a missing file; without the ``required`` attribute, we validate on the server."""

    field_flags: dict[str, Any] = {}


class _DateGiven:
    """Refuses an empty date; one that does not exist has its own message already."""

    def __call__(self, _form: Form, field: DateField) -> None:
        if not any(field.raw.values()):
            raise StopValidation(gettext("Isi tanggal pekerjaan dibuat"))


class UploadForm(Form):
    """A new piece of evidence."""

    file = FileField(_l("Berkas"), validators=[_Given(_l("Pilih berkas"))])
    title = TextField(
        _l("Judul bukti"),
        description=_l("Misalnya: Siaran pers peluncuran layanan paspor"),
        validators=[Required(_l("Isi judul bukti")), AtMost(150)],
    )
    kind = SelectField(_l("Jenis bukti"), validators=[Chosen(_l("Pilih jenis bukti"))])
    made_on = DateField(
        _l("Tanggal pekerjaan dibuat"),
        description=_l("Misalnya 27 3 2026"),
        validators=[_DateGiven()],
    )
    contribution = TextareaField(
        _l("Bagian yang Anda kerjakan (opsional)"),
        description=_l("Bila dikerjakan bersama orang lain, tulis apa yang Anda kerjakan sendiri."),
        render_kw={"rows": 3},
        validators=[AtMost(1000)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            ("", gettext("Pilih jenis")),
            *((code, gettext(kind.name)) for code, kind in KINDS.items()),
        ]

    def ask_file_again(self) -> None:
        """Say that the browser lets go of the file while everything typed is still there."""
        if not self.file.errors:
            text = gettext("Pilih berkasnya lagi: peramban tidak menyimpan pilihan berkas.")
            self.refuse(text, self.file)


class ClaimForm(Form):
    """The criteria a piece of evidence is to show."""

    criteria = CheckboxesField(_l("KUK (kriteria unjuk kerja)"), choices=[], validate_choice=False)

    def criterion_ids(self) -> set[uuid.UUID]:
        """The criteria ticked. Raises Refusal when something else was sent."""
        try:
            return {uuid.UUID(value) for value in self.criteria.data or []}
        except ValueError:
            raise Refusal(UNKNOWN_CRITERION) from None


def _question(label: Any) -> YesNoField:
    return YesNoField(label, validators=[Chosen(_l("Pilih Ya atau Tidak"))])


class JudgeForm(Form):
    """An assessor's judgement of one claim; its prefix keeps the claims of a page apart."""

    is_valid = _question(_l("Valid"))
    is_authentic = _question(_l("Asli"))
    is_current = _question(_l("Terkini"))
    is_sufficient = _question(_l("Memadai"))
    reason = TextareaField(
        _l("Alasan (wajib bila ada “Tidak”)"), render_kw={"rows": 2}, validators=[AtMost(2000)]
    )

    def answers(self) -> dict[str, Any]:
        """The four answers and the reason, as ``judge_claim`` takes them."""
        return {
            "is_valid": bool(self.is_valid.answer),
            "is_authentic": bool(self.is_authentic.answer),
            "is_current": bool(self.is_current.answer),
            "is_sufficient": bool(self.is_sufficient.answer),
            "reason": self.reason.data or "",
        }

    @property
    def questions(self) -> list[YesNoField]:
        """The four questions, in order."""
        return [self.is_valid, self.is_authentic, self.is_current, self.is_sufficient]
