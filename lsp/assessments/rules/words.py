"""Sentences the rules say to a person: what is still missing, or what a proposal rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Words:
    """An Indonesian text marked by ``N_`` and the values of its ``%(name)s`` places."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: Section of a form where it can be mended, empty when there is none.
    section: str = ""


def words(text: str, **values: Any) -> Words:
    """Short for ``Words(text, values)``."""
    return Words(text, values)
