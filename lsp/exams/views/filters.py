"""What the templates of questions need: safe words, letters, and the marks of a ruler."""

from collections.abc import Mapping
from typing import Any

from lsp.exams.rules import wording
from lsp.exams.rules.items import base
from lsp.exams.views import exams

#: Marks along the longer side of a picture, about.
MARKS = 8

exams.add_app_template_filter(wording.shown, "shown")
exams.add_app_template_filter(wording.phrase, "phrase")
exams.add_app_template_filter(wording.plain, "in_words")
exams.add_app_template_filter(base.letter, "letter")


@exams.app_template_filter("ruler_step")
def ruler_step(content: Mapping[str, Any]) -> int:
    """Pixels between the marks at a picture's edges: 1, 2 or 5 times a power of ten."""
    least = max(content["width"], content["height"]) / MARKS
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    return next(step for step in steps if step >= least)
