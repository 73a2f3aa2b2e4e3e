"""Forms of corrected keys: what replaces a wrong key, and the new key of each type of question.

The words of a used question never change; whatever these forms read is held against its content.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.bank import FORMS, ItemForm
from lsp.exams.models import ItemRevision
from lsp.exams.rules import wording
from lsp.exams.rules.corrections import Correction, correction_name
from lsp.exams.rules.items import RULES
from lsp.exams.rules.items.base import letter
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.correcting import Wanted
from lsp.forms import (
    AtMost,
    CheckboxesField,
    Chosen,
    Form,
    RadiosField,
    Required,
    SelectField,
    TextareaField,
)
from lsp.pages import refusal_text
from lsp.texts import N_, Refusal

#: The fields of the bank's forms that hold the key and nothing the candidate sees.
KEY_FIELDS = {
    ItemType.SINGLE_CHOICE: ("choices",),
    ItemType.MULTIPLE_CHOICE: ("choices",),
    ItemType.TRUE_FALSE: ("answer",),
    ItemType.SHORT_ANSWER: ("accepted", "case_sensitive", "ignore_spaces", "wildcards"),
    ItemType.NUMERICAL: ("value", "tolerance", "ranges"),
    ItemType.ORDERING: ("rows", "exact"),
    ItemType.GAP_FILL: ("gaps",),
    ItemType.HOTSPOT: ("areas",),
}


class ChoicesKey(Form):
    """Which choices are right. A single choice may have several: each earns the points."""

    correct = CheckboxesField(
        _l("Jawaban yang benar"), validators=[Chosen(_l("Tandai jawaban yang benar"))]
    )

    def read(self, revision: ItemRevision) -> dict[str, Any]:
        """The new key, in the order of the question."""
        chosen = self.correct.data or []
        return {
            "correct": [row["id"] for row in revision.content["choices"] if row["id"] in chosen]
        }


class MatchingKey(Form):
    """A right-hand text for each left-hand one; the fields are made for the question."""

    def read(self, revision: ItemRevision) -> dict[str, Any]:
        """The new key."""
        pairs = {row["id"]: self[f"pair_{row['id']}"].data for row in revision.content["left"]}
        return {"pairs": {left: right for left, right in pairs.items() if right}}

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a key without a pair."""
        if not super().validate(extra_validators):
            return False
        if not any(field.data for field in self if field.name.startswith("pair_")):
            self.refuse(refusal_text(Refusal(N_("Pilih paling sedikit satu pasangan."))))
            return False
        return True


class LinesKey:
    """The fields of the bank's own form that hold the key; the rest comes from the question."""

    def __init__(self, form: ItemForm, revision: ItemRevision) -> None:
        self.form, self.names = form, KEY_FIELDS[revision.type]
        form.stem.data, form.markup.data = revision.stem, revision.markup.value
        for name in set(form.body_fields) - set(self.names):
            form[name].data = type(form).filled_body(revision.content, revision.key).get(name)

    def __getitem__(self, name: str) -> Any:
        return self.form[name]

    def error_list(self) -> list[dict[str, Any]]:
        """Errors of the fields shown."""
        return self.form.error_list()

    def validate(self) -> bool:
        """Whether the fields shown hold what they should."""
        # Every one of them, so that all errors are told at once.
        results = [self.form[name].validate(self.form) for name in self.names]
        return all(results)

    def read(self, revision: ItemRevision) -> dict[str, Any]:
        """The new key. Raises Refusal for what is none, or changes more than the key."""
        self.form.current = revision
        body = self.form.new_body()
        if body.content != revision.content:
            raise Refusal(N_("Hanya kunci yang dikoreksi. Kembalikan teks pilihan seperti semula."))
        return body.key


KeyPart = ChoicesKey | MatchingKey | LinesKey


class CorrectionForm(Form):
    """What replaces the key, and why; the new key is in ``part``."""

    kind = RadiosField(_l("Koreksi"), validators=[Chosen(_l("Pilih koreksinya"))])
    reason = TextareaField(
        _l("Alasan"),
        description=_l("Apa yang salah, dan dari mana diketahui; dibaca pengesah dan auditor"),
        validators=[Required(_l("Tulis alasannya")), AtMost(2000)],
        render_kw={"rows": 4},
    )
    part: KeyPart | None = None
    revision: ItemRevision

    def about(
        self,
        revision: ItemRevision,
        key: Mapping[str, Any],
        in_force: Correction | None,
        *,
        is_doubted: bool = False,
    ) -> None:
        """Fit the form to a question whose key and correction in force are these.

        One for people has no key to replace; a correction of it can only be undone, and its rubric
        confirmed while it is in doubt.
        """
        self.revision = revision
        kinds = list(Correction)
        is_for_people = RULES[revision.type].needs_person
        if not is_for_people:
            self.part = _part(revision, key)
        elif in_force in (None, Correction.NEW_KEY) and not is_doubted:
            kinds.remove(Correction.NEW_KEY)
        self.kind.choices = [
            (kind.value, _l(correction_name(kind, is_for_people=is_for_people))) for kind in kinds
        ]

    @property
    def names(self) -> list[str]:
        """Names of the fields of the new key."""
        if isinstance(self.part, LinesKey):
            return list(self.part.names)
        return [field.name for field in self.part or () if field.name != "csrf_token"]

    def error_list(self) -> list[dict[str, Any]]:
        """Errors of both parts."""
        return super().error_list() + (self.part.error_list() if self.part else [])

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form, and the new key where one is asked for, hold what they should."""
        is_valid = super().validate(extra_validators)
        if self.kind.data == Correction.NEW_KEY and self.part is not None:
            return self.part.validate() and is_valid
        return is_valid

    def wanted(self) -> Wanted:
        """The correction asked for. Raises Refusal for a key that cannot be."""
        kind = Correction(self.kind.data)
        if kind is not Correction.NEW_KEY:
            return Wanted(kind)
        if self.part is None:
            return Wanted(kind, dict(self.revision.key))
        return Wanted(kind, self.part.read(self.revision))


def _part(revision: ItemRevision, key: Mapping[str, Any]) -> KeyPart:
    if "choices" in revision.content and "weights" not in key:
        return _choices(revision, key)
    if revision.type is ItemType.MATCHING:
        return _matching(revision, key)
    class_ = FORMS[revision.type]
    return LinesKey(class_(data=class_.filled_body(revision.content, dict(key))), revision)


def _choices(revision: ItemRevision, key: Mapping[str, Any]) -> ChoicesKey:
    form = ChoicesKey(data={"correct": list(key["correct"])})
    form.correct.choices = [
        (row["id"], f"{letter(place)}. {_text(row['text'], revision)}")
        for place, row in enumerate(revision.content["choices"])
    ]
    return form


def _matching(revision: ItemRevision, key: Mapping[str, Any]) -> MatchingKey:
    nothing = [("", _l("Tanpa pasangan"))]
    rights = [(row["id"], _text(row["text"], revision)) for row in revision.content["right"]]
    fields = {
        f"pair_{row['id']}": SelectField(_text(row["text"], revision), choices=nothing + rights)
        for row in revision.content["left"]
    }
    class_ = type("MatchingKeyOf", (MatchingKey,), fields)
    filled = {f"pair_{left}": right for left, right in key["pairs"].items()}
    form: MatchingKey = class_(data=filled)
    return form


def _text(text: str, revision: ItemRevision) -> str:
    return " ".join(wording.plain(text, revision.markup).split())
