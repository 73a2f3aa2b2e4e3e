"""Forms: WTForms fields drawn by govuk-frontend's macros, errors in the reader's language.

A form class is bound once per request, never shared; a widget only builds the macro's parameters
from the field and calls it. Say "(opsional)" in the label of what may stay empty; required fields
carry ``Required``, whose message says what to do.
"""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import wtforms
from flask import current_app
from flask_babel import get_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField as _FileField
from markupsafe import Markup
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError

from lsp.texts import N_

Lazy = Any  # a lazy_gettext string: typed as Any because it behaves as a str without being one


#: What WTForms says by itself, in our words. It speaks no Indonesian; what it says to somebody who
#: made up a value, or to us when we forgot a message, is said here instead.
_NOT_IN_LIST = N_("Pilih salah satu yang ada di daftar")
_BUILT_IN = {
    "Not a valid choice.": _NOT_IN_LIST,
    "Invalid Choice: could not coerce.": _NOT_IN_LIST,
    "Invalid choice(s): one or more data inputs could not be coerced.": _NOT_IN_LIST,
    "'%(value)s' is not a valid choice for this field.": N_("Pilih dari yang ada di daftar"),
    "'%(value)s' are not valid choices for this field.": N_("Pilih dari yang ada di daftar"),
    "This field is required.": N_("Isi bagian ini"),
    "Not a valid integer value.": N_("Isi dengan bilangan bulat, misalnya 30"),
    "Not a valid decimal value.": N_("Isi dengan angka, misalnya 12,5"),
    "Not a valid float value.": N_("Isi dengan angka, misalnya 12,5"),
    "Not a valid date value.": N_("Isi tanggal yang ada, misalnya 27 3 1990"),
}
#: Where WTForms has something else to say.
_OTHERWISE = N_("Periksa lagi isian ini")


class _OurWords:
    """Stands where WTForms looks up its own messages; ours come from the form's own validators."""

    def gettext(self, text: str) -> str:
        return str(gettext(_BUILT_IN.get(text, _OTHERWISE)))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


class Form(FlaskForm):
    """Parent of every form: strips white space and lists its errors for the summary."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> Any:
            return _OurWords()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if issubclass(unbound_field.field_class, wtforms.StringField) and not issubclass(
                unbound_field.field_class, PasswordField
            ):
                filters.append(_strip)
            return unbound_field.bind(form=form, filters=filters, **options)

    def error_list(self) -> list[dict[str, Any]]:
        """Errors as the summary wants them: text, and a link to the field."""
        found = [{"text": str(text)} for text in self.form_errors]
        for field in self:
            for error in field.errors:
                href = getattr(field, "first_id", field.id)
                found.append({"text": str(error), "href": f"#{href}"})
        return found

    def refuse(self, text: str, field: wtforms.Field | None = None) -> None:
        """Show a service's refusal at a field, or above the form."""
        if field is None:
            self.form_errors: list[str] = [*(self.form_errors or []), text]
        else:
            field.errors = [*field.errors, text]


def _strip(value: Any) -> Any:
    # PostgreSQL keeps no NUL in a text; nobody types one.
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class Required(DataRequired):
    """Refuses an empty field, saying what to do: ``Required(_l("Isi nama lengkap"))``."""

    field_flags: dict[str, Any] = {}  # no ``required`` attribute: we validate on the server


class Chosen:
    """Refuses a radio or checkbox question nobody answered; zero and "no" are answers."""

    def __init__(self, message: Lazy) -> None:
        self.message = message

    def __call__(self, _form: Any, field: wtforms.Field) -> None:
        if field.data in (None, "", "None", []):
            field.errors = []
            raise StopValidation(str(self.message))


class AtMost(Length):
    """Refuses a text longer than ``limit`` characters and says how long it is."""

    field_flags: dict[str, Any] = {}

    def __init__(self, limit: int) -> None:
        super().__init__(max=limit)
        self.limit = limit

    def __call__(self, form: Any, field: wtforms.Field) -> None:
        length = len(field.data or "")
        if length > self.limit:
            raise ValidationError(
                gettext(
                    "Paling banyak %(limit)s karakter; sekarang %(length)s",
                    limit=self.limit,
                    length=length,
                )
            )


def component(name: str, params: dict[str, Any]) -> Markup:
    """Draw one govuk-frontend component, for instance ``component("Button", {"text": "…"})``."""
    macro = cast(Callable[..., Markup], current_app.jinja_env.globals[f"govuk{name}"])
    return macro(params)


class Widget:
    """Draws a field with one govuk macro; keyword arguments add to or replace its parameters."""

    def __init__(self, name: str, build: Callable[[Any], dict[str, Any]]) -> None:
        self.name = name
        self.build = build

    def __call__(self, field: Any, **extra: Any) -> Markup:
        return component(self.name, {**self.build(field), **common_params(field), **extra})


def common_params(field: Any) -> dict[str, Any]:
    """What every field tells its macro: id, name, label, hint, error."""
    params: dict[str, Any] = {
        "id": field.id,
        "name": field.name,
        "label": {"text": str(field.label.text)},
    }
    if field.description:
        params["hint"] = {"text": str(field.description)}
    if field.errors:
        params["errorMessage"] = {
            "text": str(field.errors[0]),
            "visuallyHiddenText": gettext("Galat"),
        }
    render_kw = dict(field.render_kw or {})
    for name in ("classes", "autocapitalize", "autocomplete", "inputmode", "spellcheck", "rows"):
        if name in render_kw:
            params[name] = render_kw.pop(name)
    if render_kw:
        params["attributes"] = render_kw
    return params


def _value(field: Any) -> str:
    return field._value() or ""


def _input(type_: str) -> Callable[[Any], dict[str, Any]]:
    return lambda field: {"type": type_, "value": _value(field)}


class TextField(wtforms.StringField):
    """One line of text."""

    widget = Widget("Input", _input("text"))


class EmailField(wtforms.StringField):
    """An e-mail address."""

    widget = Widget("Input", lambda f: {"type": "email", "value": _value(f), "spellcheck": False})


class CodeField(wtforms.StringField):
    """Digits or a code: a numeric keyboard on phones when ``inputmode`` asks for it."""

    widget = Widget(
        "Input",
        lambda f: {
            "type": "text",
            "value": _value(f),
            "spellcheck": False,
            "autocapitalize": "off",
        },
    )


class PasswordField(wtforms.StringField):
    """A password; never sent back to the page."""

    widget = Widget(
        "PasswordInput",
        lambda _: {
            "showPasswordText": gettext("Tampilkan"),
            "hidePasswordText": gettext("Sembunyikan"),
            "showPasswordAriaLabelText": gettext("Tampilkan kata sandi"),
            "hidePasswordAriaLabelText": gettext("Sembunyikan kata sandi"),
            "passwordShownAnnouncementText": gettext("Kata sandi terlihat"),
            "passwordHiddenAnnouncementText": gettext("Kata sandi tersembunyi"),
        },
    )


class IntegerField(wtforms.IntegerField):
    """A whole number."""

    widget = Widget("Input", lambda f: {"value": _value(f), "inputmode": "numeric"})

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError:
            raise ValueError(gettext("Isi dengan bilangan bulat, misalnya 30")) from None


class DecimalField(wtforms.DecimalField):
    """A number; a comma or a full stop parts the decimals."""

    widget = Widget("Input", lambda f: {"value": f.shown(), "inputmode": "decimal"})

    def shown(self) -> str:
        """What stands in the box: what was typed, or the number as the reader writes it."""
        text = _value(self)
        return text if self.raw_data or get_locale().language != "id" else text.replace(".", ",")

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(
                [value.strip().replace(",", ".") for value in valuelist if value.strip()]
            )
        except ValueError:
            raise ValueError(gettext("Isi dengan angka, misalnya 12,5")) from None


class TextareaField(wtforms.TextAreaField):
    """Several lines of text."""

    widget = Widget("Textarea", lambda f: {"value": _value(f)})


class HiddenField(wtforms.HiddenField):
    """A value that travels with the form."""


class OnceField(wtforms.HiddenField):
    """A name the form has from its making, by which it is known when it is sent twice."""

    def __init__(self, label: Lazy = "", **kwargs: Any) -> None:
        super().__init__(label, default=lambda: str(uuid.uuid4()), **kwargs)

    @property
    def name_of_form(self) -> uuid.UUID:
        """The name; a new one when somebody sent nonsense in its place."""
        try:
            return uuid.UUID(str(self.data))
        except ValueError:
            return uuid.uuid4()


def _items(field: Any) -> list[dict[str, Any]]:
    return [
        {
            "value": str(value),
            "text": str(label),
            "checked": checked,
            "selected": checked,
            **({"id": field.id} if number == 0 else {}),
        }
        for number, (value, label, checked, *_) in enumerate(field.iter_choices())
    ]


def _fieldset(field: Any) -> dict[str, Any]:
    return {
        "idPrefix": field.id,
        "fieldset": {
            "legend": {"text": str(field.label.text), "classes": "govuk-fieldset__legend--s"}
        },
        "items": _items(field),
    }


class _TakesPairs:
    """Takes choices as pairs. They are set afterwards, for WTForms frowns on them in its own."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices is not None:
            self.choices = choices


class RadiosField(_TakesPairs, wtforms.RadioField):
    """One of a few, all visible."""

    widget = Widget("Radios", _fieldset)
    validate_choice = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("validate_choice", False)
        super().__init__(*args, **kwargs)

    def post_validate(self, _form: Any, _stopped: bool) -> None:
        known = {str(choice[0]) for choice in self.choices or []}
        if self.data not in (None, "", "None") and str(self.data) not in known:
            raise ValidationError(gettext("Pilih salah satu yang ada di daftar"))


class YesNoField(RadiosField):
    """A question answered by yes or no; ``data`` is True, False or None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("coerce", lambda v: {True: "yes", False: "no"}.get(v, v))
        kwargs.setdefault("choices", [("yes", lazy_gettext("Ya")), ("no", lazy_gettext("Tidak"))])
        super().__init__(*args, **kwargs)

    @property
    def answer(self) -> bool | None:
        """The answer as a truth value, None while unanswered."""
        return {"yes": True, "no": False}.get(str(self.data))


class CheckboxesField(_TakesPairs, wtforms.SelectMultipleField):
    """Any number of a few, all visible."""

    widget = Widget("Checkboxes", _fieldset)


class ConfirmField(wtforms.BooleanField):
    """One box to tick, for a statement the person makes."""

    widget = Widget(
        "Checkboxes",
        lambda f: {
            "idPrefix": f.id,
            "items": [
                {"value": "y", "text": str(f.label.text), "checked": bool(f.data), "id": f.id}
            ],
        },
    )


class SelectField(_TakesPairs, wtforms.SelectField):
    """One of many."""

    widget = Widget("Select", lambda f: {"items": _items_without_ids(f)})


def _items_without_ids(field: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in item.items() if k != "id"} for item in _items(field)]


class FileField(_FileField):
    """One file."""

    widget = Widget("FileUpload", lambda _: {"javascript": False})


class DateField(wtforms.Field):
    """A remembered date in three boxes; ``data`` is a date or None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw: dict[str, str] = {}

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        if formdata is not None and f"{self.name}-year" in formdata:
            self.raw = {
                part: (formdata.get(f"{self.name}-{part}") or "").strip()
                for part in ("day", "month", "year")
            }
            self.data = None
            if any(self.raw.values()):
                self._parse()
        elif isinstance(self.data, date):
            self.raw = {
                "day": str(self.data.day),
                "month": str(self.data.month),
                "year": str(self.data.year),
            }

    def _parse(self) -> None:
        try:
            year = int(self.raw["year"])
            if year < 1900:
                raise ValueError
            self.data = date(year, int(self.raw["month"]), int(self.raw["day"]))
        except ValueError:
            self.process_errors = [gettext("Isi tanggal yang ada, misalnya 27 3 1990")]

    @property
    def first_id(self) -> str:
        """Id of the first box, for the error summary."""
        return f"{self.id}-day"

    def widget(self, field: Any, **extra: Any) -> Markup:
        """Three boxes in a fieldset."""
        params = common_params(field)
        error = " govuk-input--error" if field.errors else ""
        names = {"day": gettext("Tanggal"), "month": gettext("Bulan"), "year": gettext("Tahun")}
        return component(
            "DateInput",
            {
                **{k: v for k, v in params.items() if k not in ("label", "name")},
                "id": field.id,
                "namePrefix": field.name,
                "fieldset": {
                    "legend": {
                        "text": params["label"]["text"],
                        "classes": "govuk-fieldset__legend--s",
                    }
                },
                "items": [
                    {
                        "name": part,
                        "label": label,
                        "value": self.raw.get(part, ""),
                        "classes": f"govuk-input--width-{4 if part == 'year' else 2}{error}",
                    }
                    for part, label in names.items()
                ],
                **extra,
            },
        )
