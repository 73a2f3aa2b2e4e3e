"""What the templates of questions need: safe words, letters, and the marks of a ruler."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, gettext

from lsp.exams.rules import wording
from lsp.exams.rules.corrections import Correction, correction_name, seat_code
from lsp.exams.rules.items import RULES, base
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.passing import OUTCOME_NAMES, Outcome, PassRule
from lsp.exams.views import exams

#: Marks along the longer side of a picture, about.
MARKS = 8

exams.add_app_template_filter(wording.shown, "shown")
exams.add_app_template_filter(wording.phrase, "phrase")
exams.add_app_template_filter(wording.plain, "in_words")
exams.add_app_template_filter(base.letter, "letter")
exams.add_app_template_filter(seat_code, "seat_code")


@exams.app_template_filter("pass_rule")
def pass_rule(rule: PassRule) -> str:
    """When a unit is proposed as competent, in the reader's language."""
    text, values = rule.words
    return gettext(text, **{name: format_decimal(value) for name, value in values.items()})


@exams.app_template_filter("outcome")
def outcome(value: Outcome) -> str:
    """What the rule says of a unit, in the reader's language."""
    return gettext(OUTCOME_NAMES[value])


@exams.app_template_filter("correction_of")
def correction_of(kind: Correction, type_: ItemType) -> str:
    """What a correction of a question of this type is called, in the reader's language."""
    return gettext(correction_name(kind, is_for_people=RULES[type_].needs_person))


@exams.app_template_filter("ruler_step")
def ruler_step(content: Mapping[str, Any]) -> int:
    """Pixels between the marks at a picture's edges: 1, 2 or 5 times a power of ten."""
    least = max(content["width"], content["height"]) / MARKS
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    return next(step for step in steps if step >= least)
