"""Questions answered in words of one's own, marked by the key: the short answer."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ONE,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    Response,
    ScoringPolicy,
    share,
)
from lsp.exams.rules.items.choices import percent
from lsp.texts import N_

#: Longest text a candidate may give, in characters.
LONGEST_TEXT = 10_000
#: Stands for "any text" while an accepted form is folded; in no answer.
_ANY = "\ue000"


class ShortAnswer(ItemRules):
    """A few words, compared with the accepted forms after folding: ``{"text": "siaran pers"}``.

    A form may earn a share of the points; of several forms that fit, the best counts.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        return read_text(raw)

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal:
        if response is None:
            return ZERO
        shares = key.get("shares", {})
        earned = (
            Decimal(shares.get(form, 1)) for form in key["accepted"] if fits(response, form, key)
        )
        return share(max(earned, default=ZERO), ONE, max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        notes = {
            "case_sensitive": N_("Huruf besar dan kecil dibedakan."),
            "ignore_spaces": N_("Spasi tidak diperhitungkan."),
            "wildcards": N_("Tanda * berarti teks apa saja."),
        }
        return [*accepted_forms(key), *(note for name, note in notes.items() if key.get(name))]


def accepted_forms(key: Content) -> list[str]:
    """The accepted forms, each with its share where that is not the whole."""
    shares = key.get("shares", {})
    return [
        f"{form} ({percent(shares[form])})" if form in shares else form for form in key["accepted"]
    ]


def fits(response: Mapping[str, Any], form: str, key: Content) -> bool:
    """Whether an answer is one accepted form by the key's rules of case, spaces and ``*``."""
    given = _folded(response["text"].replace(_ANY, ""), key)
    return matches(given, parts_of(form, key))


def parts_of(form: str, key: Content) -> list[str]:
    """What stands between the stars of a form, folded as the key has it; one part without any."""
    if key.get("wildcards"):
        # An escaped star is a star; it is set aside while the others become "any text".
        form = form.replace("\\*", "\ue001").replace("*", _ANY).replace("\ue001", "*")
    return _folded(form, key).split(_ANY)


def _folded(text: str, key: Content) -> str:
    text = fold(text, case_sensitive=bool(key.get("case_sensitive")))
    return text.replace(" ", "") if key.get("ignore_spaces") else text


def matches(text: str, parts: list[str]) -> bool:
    """Whether a text is these parts with anything between them; linear in the text."""
    first, *rest = parts
    if not rest:
        return text == first
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and at <= end


def read_text(raw: Mapping[str, object], limit: int = LONGEST_TEXT) -> Response | None:
    """The text of a written answer, line ends and composed letters made uniform, None when blank.

    Raises BadResponse for what is no text, is too long, or holds characters no database keeps.
    """
    text = raw.get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        raise BadResponse(N_("Isi jawaban dengan teks."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > limit:
        raise BadResponse(
            N_("Jawaban paling banyak %(limit)s karakter; sekarang %(length)s."),
            limit=limit,
            length=len(text),
        )
    if any(c == "\x00" or unicodedata.category(c) == "Cs" for c in text):
        raise BadResponse(N_("Jawaban berisi karakter yang tidak bisa disimpan."))
    return {"text": text} if text else None


def fold(text: str, *, case_sensitive: bool = False) -> str:
    """A text as it is compared: composed (NFC), white space folded, and case unless it matters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())


def count_words(text: str) -> int:
    """Words of an essay, parted by white space."""
    return len(text.split())
