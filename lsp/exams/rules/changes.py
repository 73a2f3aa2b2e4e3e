"""What a revision changed: the parts of two revisions side by side, word by word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lsp.texts import N_

#: Beyond so many words a part is shown whole, old and new; comparing would take too long.
MOST_WORDS = 3000
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """A run of words: ``same`` in both, ``gone`` from the old, or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One part that differs, by its name (marked for translation), and how."""

    part: str
    pieces: list[Piece]


#: What a history calls a revision without the rules the one before brought from its file.
RULES_LEFT = N_("aturan penilaian dari berkas dilepas")
#: Parts in the order of the question; the rules of a file stand in the key, under ``qti``.
PARTS = {
    "type": N_("jenis"),
    "title": N_("judul"),
    "stem": N_("pertanyaan"),
    "content": N_("isi jawaban"),
    "key": N_("kunci"),
    "rules": N_("aturan penilaian dari berkas"),
    "max_score": N_("nilai soal"),
    "rationale": N_("alasan kunci"),
}


def changed_parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names of the parts that differ, cheaply; both hold the parts named in ``PARTS``."""
    return [
        RULES_LEFT if part == "rules" and not new[part] else name
        for part, name in PARTS.items()
        if old[part] != new[part]
    ]


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """How the parts differ; both hold the parts in words."""
    return [
        Change(name, word_changes(old[part], new[part]))
        for part, name in PARTS.items()
        if old[part] != new[part]
    ]


def word_changes(old: str, new: str) -> list[Piece]:
    """Two texts as runs of words: kept, gone and new."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return [Piece(kind, text) for kind, text in (("gone", old), ("new", new)) if text]
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=True)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    return pieces


def content_lines(content: Mapping[str, Any]) -> list[str]:
    """What a candidate may see besides the stem, a line each, whatever the type."""
    lines: list[str] = []
    for name, value in content.items():
        if isinstance(value, Sequence) and not isinstance(value, str):
            lines += [_row(row) if isinstance(row, Mapping) else str(row) for row in value]
        else:
            lines.append(f"{name}: {value}")
    return lines


def _row(row: Mapping[str, Any]) -> str:
    if "text" in row:
        return f"{str(row['id']).upper()}. {row['text']}"
    inner = "; ".join(content_lines({k: v for k, v in row.items() if k not in ("id", "kind")}))
    return f"{row.get('id', '')}: {inner or row.get('kind', '')}"
