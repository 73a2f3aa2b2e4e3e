"""What every format is read into and written from: questions, their pictures, what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import Body
from lsp.texts import Refusal


class BadFile(Refusal):
    """The file as a whole cannot be read; the text says why, in the reader's language."""


@dataclass(frozen=True)
class Media:
    """A picture that questions show, as it came."""

    #: Name by which stems and contents refer to it (``media:NAME`` in an ``img``'s ``src``).
    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True)
class ReadItem:
    """One question as it was read, ready for the bank unless ``type`` is None."""

    #: Name it had in the file, else made from its place there; unique within one reading.
    identifier: str
    #: None for what the bank has no type for (several interactions at once, for instance); it is
    #: then named in ``not_carried`` too, and can still be scored by its ``processing``.
    type: ItemType | None
    title: str
    stem: str
    #: Content and key as ``rules.writing`` makes them.
    body: Body
    max_score: Decimal
    markup: Markup = Markup.PLAIN
    #: What a file says of the criterion, ``KOM.PR02.014.01 1.2``; empty when it says nothing.
    criterion: str = ""
    level: CognitiveLevel | None = None
    rationale: str = ""
    tags: tuple[str, ...] = ()
    #: Where it stood: ``baris 12``, ``items/i1.xml``; for the review screen.
    where: str = ""
    #: QTI: interactions, declarations and response processing as plain data (see formats.qti);
    #: with ``is_same`` where the type's own rules give the same score.
    processing: Mapping[str, Any] = field(default_factory=dict)
    #: What the file calls the choices (and matching rows, ordering rows), by our ids, where it
    #: differs from them: ``{"a": "ChoiceA"}``; a gap's response and its choices ``{"1": "R1",
    #: "1:a": "ChoiceA"}``.
    names: Mapping[str, str] = field(default_factory=dict)
    #: What the file calls the response: ``RESPONSE`` where nothing else is said.
    response_name: str = "RESPONSE"
    #: Whether ``identifier`` is the file's own. One made from a title or a place means nothing
    #: outside this reading: another file has a ``soal-8``, too.
    is_named: bool = True


@dataclass(frozen=True)
class NotCarried:
    """Something of the file that was not taken over (a feedback, a sound, a whole question)."""

    #: Where it stands in the file.
    where: str
    #: What it is.
    what: str
    #: Why it was left out, in the reader's language (``lsp.pages.refusal_text``).
    why: Refusal


@dataclass(frozen=True)
class NotWritten(NotCarried):
    """A whole question that a file of another format does not have."""


@dataclass(frozen=True)
class Reading:
    """All of a file: the questions read, their pictures, and what could not be carried."""

    #: ``gift``, ``aiken``, ``moodle-xml``, ``qti``, ``csv``, ``xlsx`` or ``docx``.
    format: str
    items: list[ReadItem]
    not_carried: list[NotCarried]
    media: list[Media] = field(default_factory=list)
