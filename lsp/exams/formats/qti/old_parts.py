"""What stands around a question of QTI 1.2: its metadata, and parts the bank has no place for."""

import re
from collections.abc import Iterable, Mapping

from lsp.exams.formats.qti.items import RUBRIC_LEFT
from lsp.exams.formats.qti.names import Element, attr, below, child, children, tag, text
from lsp.exams.rules.kinds import CognitiveLevel
from lsp.texts import N_, Refusal

PART_LEFT = N_("Bagian ini tidak disimpan di bank soal.")
FIELDS_LEFT = N_("Keterangan ini tidak disimpan di bank soal.")
#: Parts of an item that are read, or named, elsewhere.
READ = ("itemmetadata", "presentation", "resprocessing", "itemfeedback")
FOR_PEOPLE = ("objectives", "rubric")
#: Fields that become tags, and the one that may name a level.
TOPICS, DIFFICULTY = ("qmd_topic", "qmd_keywords"), "qmd_levelofdifficulty"
#: Fields that hold points, in the order they are asked.
POINTS = ("points_possible", "qmd_weighting", "cc_weighting")
#: Fields that are read, and numbers by which Canvas finds its own rows again.
KNOWN = (*POINTS, *TOPICS, "question_type", "cc_profile", "original_answer_ids",
         "assessment_question_identifierref")  # fmt: skip


def fields_of(item: Element) -> dict[str, str]:
    """Metadata by label in small letters; of a label that stands twice the first counts."""
    found: dict[str, str] = {}
    for entry in below(item, "qtimetadatafield"):
        label, value = child(entry, "fieldlabel"), child(entry, "fieldentry")
        found.setdefault(text(label).lower(), text(value))
    for part in children(item, "itemmetadata"):
        for entry in children(part):
            if tag(entry) != "qtimetadata":
                found.setdefault(tag(entry).lower(), text(entry))
    return found


def tags_of(fields: Mapping[str, str]) -> list[str]:
    """Topics, keywords and a level, as tags."""
    found = [fields.get(TOPICS[0], ""), *re.split("[,;]", fields.get(TOPICS[1], ""))]
    return [*found, fields.get(DIFFICULTY, "") if _names_a_level(fields) else ""]


def parts_left(item: Element, fields: Mapping[str, str]) -> Iterable[tuple[str, Refusal]]:
    """What of an item is not taken over, with why."""
    for part in children(item):
        name = tag(part)
        if name not in READ:
            said = text(part) or _attributes(part)
            why = RUBRIC_LEFT if name in FOR_PEOPLE else PART_LEFT
            yield f"<{name}> {said}".strip(), Refusal(why)
    if attr(item, "maxattempts"):
        yield f"maxattempts={attr(item, 'maxattempts')}", Refusal(PART_LEFT)
    left = [
        f"{label}: {entry}"
        for label, entry in fields.items()
        if entry
        and label not in KNOWN
        and (label, entry) != ("calculator_type", "none")
        and not (label == DIFFICULTY and _names_a_level(fields))
    ]
    if left:
        yield "; ".join(left), Refusal(FIELDS_LEFT)


def _attributes(node: Element) -> str:
    return " ".join(f"{key!s}={node.get(key)}" for key in map(str, node.attrib))


def _names_a_level(fields: Mapping[str, str]) -> bool:
    return fields.get(DIFFICULTY, "") in CognitiveLevel.__members__
