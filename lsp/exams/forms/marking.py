"""The forms of marking: one answer, the markers of a session, one who is stopped."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from lsp.accounts.models import Person
from lsp.exams.services.marking import Given
from lsp.forms import (
    AtMost,
    CheckboxesField,
    Chosen,
    ConfirmField,
    DecimalField,
    Form,
    RadiosField,
    Required,
    TextareaField,
)

#: Longest comment, and longest note of what was said, in characters.
LONGEST_COMMENT, LONGEST_NOTES = 4000, 20_000


class MarkForm(Form):
    """What a marker gives for one answer; ``mark_form`` adds the points the question asks for."""

    #: Names of the fields with points, in the order of the rubric.
    aspect_names: tuple[str, ...] = ()

    comment: TextareaField

    def given(self) -> Given:
        """What the form says."""
        points = [self[name].data for name in self.aspect_names]
        notes = self["notes"].data if "notes" in self else ""
        return Given(
            aspects=points if "score" not in self else (),
            score=self["score"].data if "score" in self else None,
            comment=self.comment.data or "",
            notes=notes or "",
        )

    def aspect(self, number: int) -> wtforms.Field:
        """The field of an aspect, by its place in the rubric from 0."""
        return self[self.aspect_names[number]]

    def points(self) -> wtforms.Field:
        """The first field with points."""
        return self["score"] if "score" in self else self.aspect(0)


def mark_form(
    aspects: Sequence[tuple[str, Decimal]], max_score: Decimal, *, is_oral: bool
) -> type[MarkForm]:
    """The form of one question: a field for each aspect of its rubric, or one for the whole."""
    fields: dict[str, Any] = {}
    if is_oral:
        fields["notes"] = TextareaField(
            _l("Jawaban asesi"),
            description=_l("Catat pokok jawaban lisannya; catatan ini bukti FR.IA.07"),
            validators=[AtMost(LONGEST_NOTES)],
            render_kw={"rows": 8},
        )
    if aspects:
        fields["aspect_names"] = tuple(f"aspect-{n}" for n in range(1, len(aspects) + 1))
        for number, (aspect, most) in enumerate(aspects, 1):
            missing = gettext("Isi nilai aspek %(n)s dengan angka, misalnya 2,75", n=number)
            name = fields["aspect_names"][number - 1]
            fields[name] = _points(f"{number}. {aspect}", most, missing)
    else:
        fields["score"] = _points(
            _l("Nilai"), max_score, _l("Isi nilai dengan angka, misalnya 2,75")
        )
    # Last, so that the summary of errors names the fields in the order of the page.
    fields["comment"] = TextareaField(
        _l("Alasan (opsional bila nilai penuh)"),
        description=_l("Sebutkan aspek mana yang kurang dan mengapa"),
        validators=[AtMost(LONGEST_COMMENT)],
    )
    return type("MarkFormOfQuestion", (MarkForm,), fields)


def _points(label: Any, most: Decimal, missing: Any) -> Any:
    return DecimalField(
        label,
        places=None,
        description=gettext("0 sampai %(most)s, kelipatan 0,25", most=format_decimal(most)),
        validators=[Chosen(missing)],
        render_kw={"classes": "govuk-input--width-4", "autocomplete": "off"},
    )


class MarkersForm(Form):
    """Who marks the answers of a session."""

    markers = CheckboxesField(
        _l("Penilai"), validators=[Chosen(_l("Pilih paling sedikit satu penilai"))]
    )
    head = RadiosField(
        _l("Ketua penilai"),
        description=_l(
            "Menetapkan nilai jawaban kontrol dan memutuskan bila dua penilai berselisih. "
            "Tidak menilai sebagai penilai pertama atau kedua"
        ),
    )

    def offer(self, people: Sequence[Person]) -> None:
        """Fill both lists."""
        named = [(str(person.id), person.full_name) for person in people]
        self.markers.choices = named
        self.head.choices = [("", gettext("Tanpa ketua penilai")), *named]


class StopForm(Form):
    """Why a marker is stopped, and what happens to what they marked."""

    reason = TextareaField(
        _l("Alasan"),
        description=_l("Tercatat di jejak audit"),
        validators=[Required(_l("Isi alasan penilai dihentikan")), AtMost(1000)],
    )
    marks_anew = ConfirmField(_l("Jawaban yang sudah dinilainya dinilai ulang oleh penilai lain"))


class ReopenForm(Form):
    """Why an answer that has its mark is marked again."""

    reason = TextareaField(
        _l("Alasan"),
        description=_l("Dibaca penilai dan auditor; jangan sebut nama asesi"),
        validators=[Required(_l("Isi alasan penilaian dibuka lagi")), AtMost(1000)],
        render_kw={"rows": 4},
    )
