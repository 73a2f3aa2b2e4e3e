"""Questions whose answer a person marks: essay, file, and what is asked face to face."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    Response,
    ScoringPolicy,
)
from lsp.exams.rules.items.written import read_text
from lsp.texts import N_

#: Longest name of a file, in characters.
LONGEST_NAME = 255


class Essay(ItemRules):
    """A text of the candidate's own: ``{"text": "…"}``."""

    needs_person = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        return read_text(raw)

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal | None:
        return ZERO if response is None else None

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return rubric_lines(key)


class FileUpload(ItemRules):
    """A file handed in before, by its id and name: ``{"file": "<uuid>", "name": "laporan.pdf"}``.

    Whether the file is one of this attempt is asked where it is opened
    (``services.sitting.uploads``): an id of another's file leads nowhere.
    """

    needs_person = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        file, name = raw.get("file"), raw.get("name")
        if file in (None, ""):
            return None
        if not isinstance(file, str) or not isinstance(name, str):
            raise BadResponse(_NO_FILE)
        try:
            file = str(uuid.UUID(file))
        except ValueError:
            raise BadResponse(_NO_FILE) from None
        read = read_text({"text": name}, LONGEST_NAME)
        if read is None:
            raise BadResponse(_NO_FILE)
        return {"file": file, "name": read["text"]}

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal | None:
        return ZERO if response is None else None

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["name"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return rubric_lines(key)


class Oral(ItemRules):
    """Asked by the assessor (FR.IA.07), so there is never a response; always for a person."""

    needs_person = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        return None

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal | None:
        return None

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return rubric_lines(key)


_NO_FILE = N_("Unggah berkas jawaban sekali lagi.")


def rubric_lines(key: Content) -> list[str]:
    """The aspects with their points, and the model answer."""
    rubric = [f"{row['aspect']}: {row['points']}" for row in key.get("rubric", [])]
    return [*rubric, *([key["model_answer"]] if key.get("model_answer") else [])]
