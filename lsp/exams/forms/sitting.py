"""What a candidate sends: the start, one question's form, or a batch of answers as JSON."""

from typing import Any, TypeGuard

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from lsp.exams.rules.journal import LARGEST_BATCH, Arriving
from lsp.forms import AtMost, ConfirmField, Form, Required, TextField

#: A hint beyond this many milliseconds (115 days) is no hint.
LARGEST_HINT = 10**10
TRUTH = {"true": True, "false": False}


class BadBatch(ValueError):
    """The request is not a batch of answers; no browser of ours sends this."""


class StartForm(Form):
    """The token from the invigilator, and the candidate's word that the rules are understood."""

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
    agrees = ConfirmField(
        _l("Setuju: identitas di atas benar, dan saya mengikuti tata tertib ujian."),
        validators=[InputRequired(_l("Beri tanda setuju untuk memulai"))],
    )


def read_form(form: MultiDict[str, str]) -> dict[str, Any]:
    """The answer in a question's form, in the shape of a response; an empty form gives ``{}``."""
    raw: dict[str, Any] = {name: form[name] for name in ("choice", "text") if name in form}
    if "value" in form:
        raw["value"] = TRUTH.get(form["value"], form["value"])
    if "choices" in form:
        raw["choices"] = form.getlist("choices")
    pairs = {name[6:]: form[name] for name in form if name.startswith("pairs-") and form[name]}
    return raw | ({"pairs": pairs} if pairs else {})


def read_batch(payload: Any) -> tuple[int, list[Arriving]]:
    """The window's number and the answers in a request of the script.

    Raises BadBatch for anything that our script would not send.
    """
    if not isinstance(payload, dict):
        raise BadBatch("a batch is an object")
    answers = payload.get("answers")
    if not isinstance(answers, list) or len(answers) > LARGEST_BATCH:
        raise BadBatch("no list of answers, or a longer one than is taken at once")
    return _whole(payload, "window"), [_read_answer(answer) for answer in answers]


def _read_answer(answer: Any) -> Arriving:
    if not isinstance(answer, dict):
        raise BadBatch("an answer is an object")
    response = answer.get("response")
    if not (response is None or isinstance(response, dict)):
        raise BadBatch("a response is an object or null")
    chosen_ms = answer.get("chosen_ms")
    is_hint = is_whole(chosen_ms) and 0 <= chosen_ms <= LARGEST_HINT
    return Arriving(
        position=_whole(answer, "position"),
        seq=_whole(answer, "seq"),
        response=response,
        is_doubtful=answer.get("doubtful") is True,
        chosen_ms=chosen_ms if is_hint else None,
    )


def _whole(values: dict[str, Any], name: str) -> int:
    if not is_whole(values.get(name)):
        raise BadBatch(f"{name} must be a whole number")
    return int(values[name])


def is_whole(value: Any) -> TypeGuard[int]:
    """Whether a value of JSON is a whole number; true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)
