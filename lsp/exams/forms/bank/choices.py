"""Forms of questions answered by choosing."""

# ruff: noqa: ARG003 -- every type is given content and key; not every type needs both

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from lsp.exams.forms.bank.base import ItemForm, lines
from lsp.exams.rules import lines as written
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.forms import AtMost, Chosen, IntegerField, Required, TextareaField, YesNoField


class ChoiceForm(ItemForm):
    """Single choice: a line each, a star before the right one."""

    type = ItemType.SINGLE_CHOICE
    body_fields: ClassVar[Sequence[str]] = ("choices",)

    choices = TextareaField(
        _l("Pilihan jawaban"),
        description=_l(
            "Satu pilihan per baris. Awali jawaban yang benar dengan tanda *. Bila perlu, tulis"
            " bagian nilainya di depan: [50%] atau [-25%]"
        ),
        validators=[Required(_l("Tulis pilihan jawaban")), AtMost(8000)],
        render_kw={"rows": 6},
    )

    def body(self) -> Body:
        rows, shares = [], []
        for line in lines(self.choices.data):
            is_right = line.startswith("*")
            text, share = written.shared(line.lstrip("*").strip(), self.kept_shares())
            rows.append((self.cleaned(text), is_right))
            shares.append(share)
        weights = written.weights_of(rows, shares)
        return writing.choices(rows, single=self.type is ItemType.SINGLE_CHOICE, weights=weights)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        marks, weights = {True: "* ", False: ""}, key.get("weights", {})
        return {
            "choices": written.of(
                [
                    marks[row["id"] in key["correct"]]
                    + written.with_share(row["text"], weights.get(row["id"]))
                    for row in content["choices"]
                ]
            )
        }


class MostField(IntegerField):
    """How many choices may be ticked; empty for any number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and not valuelist[0].strip():
            self.data = None
        else:
            super().process_formdata(valuelist)


class MultipleChoiceForm(ChoiceForm):
    """Multiple choice: a star before each right one."""

    type = ItemType.MULTIPLE_CHOICE
    body_fields = ("choices", "most")

    most = MostField(
        _l("Paling banyak dipilih (opsional)"),
        description=_l("Kosongkan bila peserta boleh memilih berapa pun"),
        render_kw={"classes": "govuk-input--width-2"},
    )

    def body(self) -> Body:
        return writing.limited(super().body(), self.most.data or 0)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {**super().filled_body(content, key), "most": content.get("most")}


class TrueFalseForm(ItemForm):
    """A statement that is true or false."""

    type = ItemType.TRUE_FALSE
    body_fields = ("answer",)

    answer = YesNoField(
        _l("Pernyataan ini benar?"), validators=[Chosen(_l("Pilih ya bila pernyataannya benar"))]
    )

    def body(self) -> Body:
        return writing.true_false(self.answer.answer)

    @classmethod
    def filled_body(cls, content: dict[str, Any], key: dict[str, Any]) -> dict[str, Any]:
        return {"answer": key["answer"]}
