"""What a question of a file has become: a type of ours with its content and key."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lsp.exams.formats.qti.probing import Probe
from lsp.exams.formats.qti.question import Choice, Interaction
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

NO_TYPE = N_("Bank soal belum punya jenis untuk soal seperti ini; soal ini hanya bisa dinilai.")
NO_KEY = N_("Berkas ini tidak menyebut jawaban yang benar untuk soal ini.")


@dataclass(frozen=True)
class Built:
    """A question as one of our types."""

    type: ItemType
    body: Body
    #: Names in the file by our ids, where they differ.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Whether our rules give the same points as the file's.
    is_same: bool = True
    #: Whether an answer is given in the same shape, so that our rules can score the file's too.
    is_like: bool = True
    #: Answers that tell whether another key gives the same points.
    probes: Sequence[Probe] = ()


def marked(processing: Mapping[str, Any], built: Built | None) -> dict[str, Any]:
    """A file's rules, with a note where ours give the same points for the same answers.

    They stay beside ours, so that an answer in the file's words is scored by the file. Nothing is
    kept of a file without rules, nor of what a person marks here as there.
    """
    if not processing.get("rules"):
        return {}
    if built is None or not built.is_same:
        return dict(processing)
    return {} if RULES[built.type].needs_person else {**processing, "is_same": True}


def untyped(interactions: Sequence[Interaction], responses: Mapping[str, Any]) -> Body:
    """What a question without a type of ours offers and takes as right, as the file calls it."""
    rows = [
        {"id": choice.name, "text": choice.text}
        for interaction in interactions
        for choice in (*interaction.choices, *interaction.others)
    ]
    right = {name: list(said["correct"]) for name, said in responses.items() if said.get("correct")}
    content = {"choices": rows} if rows else {}
    return Body(content, {"responses": right} if right else {})


def letters(choices: Sequence[Choice]) -> dict[str, str]:
    """Our ids of choices by their names in the file: a, b, c, … in their order."""
    return dict(zip((choice.name for choice in choices), string.ascii_lowercase, strict=False))


def names_by(ids: Mapping[str, str]) -> dict[str, str]:
    """Names by our ids, where they differ; ``_1`` is how we ourselves write 1."""
    return {id_: name for name, id_ in ids.items() if name not in (id_, f"_{id_}")}


def refuse_type() -> Refusal:
    """The refusal for what none of our types is."""
    return Refusal(NO_TYPE)
