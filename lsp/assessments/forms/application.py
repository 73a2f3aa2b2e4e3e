"""Forms the candidate fills: the sections of APL.01, its submission, and APL.02."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lsp.assessments.models import Application, PrerequisiteCheck
from lsp.assessments.rules.apl01 import EDUCATION, GENDERS, LABELS, PURPOSES, Section
from lsp.forms import (
    AtMost,
    CodeField,
    ConfirmField,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    YesNoField,
)
from lsp.identity import nik_error
from lsp.portfolios.models import Evidence
from lsp.skkni.models import Element

SHORT, LONG = AtMost(200), AtMost(1000)


def _named(names: dict[str, str]) -> list[tuple[str, Any]]:
    return [(value, _l(text)) for value, text in names.items()]


def _label(name: str) -> Any:
    return _l(LABELS[name])


class SectionForm(Form):
    """A page of APL.01. What is typed is kept even when it is not complete yet."""

    def values(self) -> dict[str, Any]:
        """What to keep in the draft; only what is far too long stays on the page alone."""
        kept: dict[str, Any] = {}
        for field in self:
            if field.name == "csrf_token" or (field.errors and field.name in self.strict):
                continue
            kept[field.name] = field.raw if isinstance(field, DateField) else field.data
        return kept

    #: Fields that are kept only without errors.
    strict: frozenset[str] = frozenset()


class PersonalForm(SectionForm):
    """Part 1a: personal data."""

    nik = CodeField(
        _l("NIK (opsional)"),
        description=_l("16 angka pada KTP. Kami menyimpannya terenkripsi."),
        validators=[AtMost(40)],
        render_kw={"inputmode": "numeric", "classes": "govuk-input--width-20"},
    )
    birth_place = TextField(_label("birth_place"), validators=[SHORT])
    birth_date = DateField(_label("birth_date"), description=_l("Misalnya 27 3 1990"))
    gender = RadiosField(_label("gender"), choices=_named(GENDERS))
    nationality = TextField(_label("nationality"), validators=[SHORT])
    address = TextareaField(
        _label("address"),
        validators=[LONG],
        render_kw={"rows": 3, "autocomplete": "street-address"},
    )
    postal_code = CodeField(
        _l("Kode pos (opsional)"),
        validators=[AtMost(10)],
        render_kw={
            "inputmode": "numeric",
            "autocomplete": "postal-code",
            "classes": "govuk-input--width-5",
        },
    )
    phone = TextField(
        _label("phone"),
        validators=[AtMost(40)],
        render_kw={"inputmode": "tel", "autocomplete": "tel", "classes": "govuk-input--width-20"},
    )
    education = SelectField(
        _label("education"),
        choices=[("", _l("Pilih")), *_named(EDUCATION)],
        validate_choice=False,
    )
    strict = frozenset({"nik", "birth_place", "nationality", "address", "postal_code", "phone"})

    def validate_nik(self, field: CodeField) -> None:
        """Say at once what is wrong with a NIK; the other fields are kept all the same."""
        wrong = nik_error(field.data) if field.data else None
        if wrong:
            raise ValidationError(gettext(wrong))


class WorkForm(SectionForm):
    """Part 1b: employment."""

    institution = TextField(
        _label("institution"), validators=[SHORT], render_kw={"autocomplete": "organization"}
    )
    work_unit = TextField(_l("Unit kerja (opsional)"), validators=[SHORT])
    position = TextField(
        _label("position"), validators=[SHORT], render_kw={"autocomplete": "organization-title"}
    )
    office_address = TextareaField(
        _l("Alamat kantor (opsional)"), validators=[LONG], render_kw={"rows": 3}
    )
    office_phone = TextField(
        _l("Telepon kantor (opsional)"),
        validators=[AtMost(40)],
        render_kw={"inputmode": "tel", "classes": "govuk-input--width-20"},
    )
    strict = frozenset({"institution", "work_unit", "position", "office_address", "office_phone"})


class PurposeForm(SectionForm):
    """Part 2: purpose of the assessment."""

    purpose = RadiosField(_l("Tujuan asesmen"), choices=_named(PURPOSES))
    strict = frozenset({"purpose"})


class AccommodationForm(SectionForm):
    """The question on special needs."""

    accommodation_needed = RadiosField(
        _l("Apakah Anda perlu penyesuaian agar dapat mengikuti asesmen?"),
        choices=[("yes", _l("Ya")), ("no", _l("Tidak"))],
    )
    accommodation = TextareaField(
        _l("Penyesuaian yang Anda perlukan (opsional)"),
        description=_l(
            "Isi bila Anda menjawab Ya, misalnya waktu tambahan, pembaca layar, atau pendamping."
        ),
        validators=[LONG],
        render_kw={"rows": 4},
    )
    strict = frozenset({"accommodation_needed", "accommodation"})


SECTION_FORMS: dict[Section, type[SectionForm]] = {
    Section.PERSONAL: PersonalForm,
    Section.WORK: WorkForm,
    Section.PURPOSE: PurposeForm,
    Section.ACCOMMODATION: AccommodationForm,
}


def section_form(section: Section, application: Application) -> SectionForm:
    """The form of a section, filled with the draft."""
    kept = {
        **application.form,
        "purpose": application.purpose,
        "accommodation": application.accommodation,
    }
    typed_date = kept.pop("birth_date", None)
    form = SECTION_FORMS[section](data=kept)
    if isinstance(form, PersonalForm) and not form.is_submitted() and typed_date:
        form.birth_date.raw = typed_date
    return form


class PrerequisitesForm(Form):
    """Part 3: a file of one's own for each prerequisite."""

    def chosen(self) -> dict[int, uuid.UUID | None]:
        """Position → the file chosen, None for none."""
        return {
            int(field.name.removeprefix("file_")): uuid.UUID(field.data) if field.data else None
            for field in self
            if field.name.startswith("file_")
        }


def prerequisites_form(
    rows: Sequence[PrerequisiteCheck], evidence: Sequence[Evidence]
) -> PrerequisitesForm:
    """The form for these prerequisites; files of the kind for prerequisites come first."""
    ordered = sorted(evidence, key=lambda each: each.kind != "prasyarat")
    offered = [(str(each.id), f"{each.title} ({each.filename})") for each in ordered]
    fields = {
        f"file_{row.position}": SelectField(
            row.text,
            choices=[("", _l("Belum dipilih")), *offered],
            validators=[_OneOf({value for value, _ in offered})],
            validate_choice=False,
        )
        for row in rows
    }
    attached = {f"file_{row.position}": str(row.evidence_id or "") for row in rows}
    form_class = type("PrerequisitesForm", (PrerequisitesForm,), fields)
    return cast(PrerequisitesForm, form_class(data=attached))


class _OneOf:
    def __init__(self, known: set[str]) -> None:
        self.known = known

    def __call__(self, _form: Form, field: SelectField) -> None:
        if field.data and field.data not in self.known:
            raise ValidationError(gettext("Pilih berkas yang ada di daftar"))


class SubmitForm(Form):
    """The declaration under APL.01."""

    consent = ConfirmField(_l("Saya menyatakan hal di atas dan menandatangani permohonan ini"))


class ForgetNikForm(Form):
    """The button that takes the NIK out of the draft."""


class UnitForm(Form):
    """APL.02 for one unit: K or BK for each element."""

    def answered(self) -> dict[uuid.UUID, bool]:
        """Element → whether it was answered K; unanswered ones are left out."""
        return {
            uuid.UUID(field.name.removeprefix("element_")): bool(field.answer)
            for field in self
            if isinstance(field, YesNoField) and field.answer is not None
        }

    def field_of(self, element: Element) -> YesNoField:
        """The question on an element."""
        return cast(YesNoField, self[f"element_{element.id.hex}"])


def unit_form(elements: Sequence[Element], given: dict[uuid.UUID, bool]) -> UnitForm:
    """The form for a unit's elements, filled with the answers given so far."""
    fields = {
        f"element_{element.id.hex}": YesNoField(
            _l("Dapatkah saya: %(element)s?", element=element.title),
            choices=[("yes", _l("Ya, kompeten (K)")), ("no", _l("Belum kompeten (BK)"))],
        )
        for element in elements
    }
    answers = {f"element_{key.hex}": "yes" if value else "no" for key, value in given.items()}
    form_class = type("UnitForm", (UnitForm,), fields)
    return cast(UnitForm, form_class(data=answers))


class SignForm(Form):
    """A button that signs what the page shows."""
