"""What a candidate sends: the start, one question's form, or a batch of answers as JSON."""

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from lsp.exams.rules.journal import (
    LARGEST_BATCH,
    Arriving,
    BadAnswers,
    is_whole,
    read_answers,
)
from lsp.exams.services.sitting import Note, Noted, Report
from lsp.forms import AtMost, ConfirmField, Form, Required, TextField

#: What a window may count: questions, notes, seconds.
LARGEST_POSITION = 10_000
LARGEST_COUNT = 10**6
#: Notes in one report; our script sends fewer, and the rest with the next.
LARGEST_REPORT = 100
TRUTH = {"true": True, "false": False}


class StartForm(Form):
    """The token from the invigilator, who sits here, and the word to keep rules and secrecy."""

    token = TextField(
        _l("Token ujian"),
        description=_l("Pengawas memberikan token sesaat sebelum ujian dimulai."),
        validators=[Required(_l("Isi token dari pengawas")), AtMost(40)],
        render_kw={
            "classes": "govuk-input--width-10",
            "autocomplete": "off",
            "spellcheck": False,
            "autocapitalize": "characters",
        },
    )
    confirms = ConfirmField(
        _l("Benar: saya peserta yang namanya tertulis di atas."),
        validators=[InputRequired(_l("Beri tanda bahwa identitas di atas benar"))],
    )
    agrees = ConfirmField(
        _l("Setuju: saya mengikuti tata tertib dan merahasiakan soal ujian."),
        validators=[InputRequired(_l("Beri tanda setuju untuk memulai"))],
    )


def read_form(form: MultiDict[str, str]) -> dict[str, Any]:
    """The answer in a question's form, in the shape of a response; an empty form gives ``{}``."""
    raw: dict[str, Any] = {name: form[name] for name in ("choice", "text") if name in form}
    if "value" in form:
        raw["value"] = TRUTH.get(form["value"], form["value"])
    if "choices" in form:
        raw["choices"] = form.getlist("choices")
    for name in ("pairs", "gaps", "order"):
        rows = {key[len(name) + 1 :]: form[key] for key in form if key.startswith(f"{name}-")}
        if any(rows.values()):
            raw["places" if name == "order" else name] = {k: v for k, v in rows.items() if v}
    if form.get("point-x") or form.get("point-y"):
        raw["point"] = [form.get("point-x"), form.get("point-y")]
    if form.get("file"):
        raw |= {"file": form["file"], "name": form.get("name")}
    return raw


def read_batch(payload: Any) -> tuple[int, list[Arriving]]:
    """The window's number and the answers in a request of the script.

    Raises BadAnswers for anything that our script would not send.
    """
    if not isinstance(payload, dict) or not is_whole(payload.get("window")):
        raise BadAnswers("a batch is an object and names its window")
    return payload["window"], read_answers(payload.get("answers"), LARGEST_BATCH)


def read_report(payload: Any) -> tuple[Report, int]:
    """What a window says of itself, and the minutes of extra time it knows of.

    Raises BadAnswers for anything that our script would not send.
    """
    if not isinstance(payload, dict) or not is_whole(payload.get("window")):
        raise BadAnswers("a report is an object and names its window")
    notes = payload.get("notes", [])
    if not isinstance(notes, list):
        raise BadAnswers("notes are a list")
    report = Report(
        window=payload["window"],
        position=_within(payload.get("position"), LARGEST_POSITION),
        queued=_within(payload.get("queued"), LARGEST_COUNT) or 0,
        is_visible=payload.get("visible") is True,
        notes=[note for note in map(_read_note, notes[:LARGEST_REPORT]) if note],
    )
    return report, _within(payload.get("extra"), LARGEST_COUNT) or 0


def _read_note(note: Any) -> Noted | None:
    """A note of the fixed list; anything else is no note."""
    if not isinstance(note, dict):
        return None
    code = note.get("code")
    if not isinstance(code, str) or code not in set(Note):
        return None
    number = _within(note.get("n"), LARGEST_COUNT)
    if number is None:
        return None
    return Noted(number, Note(code), _within(note.get("seconds"), LARGEST_COUNT))


def _within(value: Any, largest: int) -> int | None:
    return value if is_whole(value) and 0 <= value <= largest else None
