"""Typed gaps as Canvas writes them: a gap lists its answers, and a condition names some of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lsp.exams.formats.qti.names import Element, attr, children, tag, text
from lsp.exams.formats.qti.old_rules import Forms
from lsp.exams.formats.qti.question import Interaction, Question
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup


@dataclass(frozen=True)
class Gap:
    """The answers of one gap: each with its name in the file and its text."""

    answers: Sequence[tuple[str, str]]
    #: What the conditions ask for.
    asked: Sequence[str]

    @property
    def more(self) -> list[str]:
        """Texts that are right though no condition asks for them.

        Canvas writes one condition a gap, which names the first of its answers, and takes them all.
        """
        if not self.answers or list(self.asked) != [self.answers[0][0]]:
            return []
        return [written for _, written in self.answers[1:]]

    @property
    def right(self) -> list[str]:
        """Texts that are right: all of them where nothing is said."""
        if self.more or not self.asked:
            return [written for _, written in self.answers]
        texts = dict(self.answers)
        return [texts.get(name, name) for name in self.asked]

    def forms(self, *, with_names: bool) -> Forms:
        """What an answer is compared with for each name; ``with_names`` takes the name, too."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for name, written in self.answers:
            to = self.answers[0][0] if self.more else name
            found.setdefault(to, []).append((written, False))
            if with_names:
                found[to].append((name, True))
        return found


def read_gap(interaction: Interaction, processing: Element | None, markup: Markup) -> Gap:
    """A gap with what the conditions of its item ask for."""
    answers = [(c.name, wording.plain(c.text, markup).strip()) for c in interaction.choices]
    asked = _asked(processing, interaction.response) if processing is not None else ()
    return Gap(answers, list(dict.fromkeys(asked)))


def _asked(node: Element, response: str) -> Iterator[str]:
    for part in children(node):
        if tag(part) == "varequal" and attr(part, "respident") == response:
            yield text(part)
        elif tag(part) != "not":
            yield from _asked(part, response)


def fill_in(question: Question, *, with_names: bool) -> dict[str, Any]:
    """Rules for typed gaps of a file that has none: every answer a gap names is right, in any case.

    ``with_names`` takes what the file calls an answer for the answer as well.
    """
    interactions = question.interactions
    worth = f"{question.max_score / max(1, len(interactions)):f}"
    responses: dict[str, Any] = {}
    for gap in interactions:
        entries = [[c.text, worth, False] for c in gap.choices]
        if with_names:
            entries += [[c.name, worth, True] for c in gap.choices]
        mapping = {"default": "0", "entries": entries}
        responses[gap.response] = {"cardinality": "single", "base": "string", "mapping": mapping}
    total: list[Any] = ["sum", {}, [["mapResponse", {"id": name}, []] for name in responses]]
    return {"responses": responses, "outcomes": {}, "rules": [["set", {"id": "SCORE"}, [total]]]}
