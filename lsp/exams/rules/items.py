"""What an answer to each type of question may be, how it is marked by the key, and in what words.

One class a type, all with the interface of ``ItemRules``, found in the table ``RULES``. Content,
key and response are the dictionaries the bank stores; a response is one of ``{"choice": "b"}``,
``{"choices": ["a", "c"]}``, ``{"value": true}``, ``{"text": "…"}``, ``{"pairs": {"1": "b"}}``.
"""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_, Refusal

Content = Mapping[str, Any]
Response = dict[str, Any]

#: Longest text a candidate may give, in characters.
LONGEST_TEXT = 10_000
#: Scores by the key are rounded to this many points.
STEP = Decimal("0.0001")
ZERO = Decimal(0)

TRUE_WORDS = {True: True, "true": True, False: False, "false": False}
UNKNOWN_CHOICE = N_("Pilih jawaban yang ada di soal.")
TRUTH_NAMES = {True: N_("Benar"), False: N_("Salah")}


class BadResponse(Refusal):
    """This is not a possible answer to the question; the text says why or what to do."""


class ItemRules(ABC):
    """The rules of one type of question."""

    #: Whether an answer of this type is marked by a person, not by the key.
    needs_person = False

    @abstractmethod
    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        """The response in its stored form; None when it is empty or taken back.

        ``raw`` comes from JSON or from a form and may hold anything. Raises BadResponse for what
        cannot be an answer to this question.
        """

    @abstractmethod
    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal | None:
        """Points from 0 to ``max_score``; 0 when unanswered, None when a person must mark it."""

    @abstractmethod
    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        """The response in words, a line each, for staff; no line when unanswered.

        A line is either text of the question or the candidate, or a text marked for translation.
        """

    @abstractmethod
    def describe_key(self, content: Content, key: Content) -> list[str]:
        """The key in words, a line each. For staff only."""


class SingleChoice(ItemRules):
    """One of the choices: ``{"choice": "b"}``."""

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        choice = raw.get("choice")
        if choice in (None, ""):
            return None
        return {"choice": known_id(choice, content["choices"])}

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        right = response is not None and response["choice"] in key["correct"]
        return max_score if right else ZERO

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return choice_lines(content, [response["choice"]] if response else [])

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return choice_lines(content, key["correct"])


class MultipleChoice(ItemRules):
    """Any number of the choices: ``{"choices": ["a", "c"]}``, kept in the order of the question.

    Each right choice earns its share of the points and each wrong one costs as much, so that
    ticking everything earns nothing; never less than 0.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = raw.get("choices")
        if given in (None, ""):
            return None
        if isinstance(given, str):
            given = [given]
        if not isinstance(given, Sequence) or len(given) > len(content["choices"]):
            raise BadResponse(UNKNOWN_CHOICE)
        chosen = {known_id(choice, content["choices"]) for choice in given}
        ordered = [choice["id"] for choice in content["choices"] if choice["id"] in chosen]
        return {"choices": ordered} if ordered else None

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        chosen, correct = set(response["choices"] if response else []), set(key["correct"])
        return share(len(chosen & correct) - len(chosen - correct), len(correct), max_score)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return choice_lines(content, response["choices"] if response else [])

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return choice_lines(content, key["correct"])


class TrueFalse(ItemRules):
    """True or false: ``{"value": true}``; a form says ``true`` or ``false``."""

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        value = raw.get("value")
        if value in (None, ""):
            return None
        if not isinstance(value, bool | str) or value not in TRUE_WORDS:
            raise BadResponse(UNKNOWN_CHOICE)
        return {"value": TRUE_WORDS[value]}

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        right = response is not None and response["value"] is key["answer"]
        return max_score if right else ZERO

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [TRUTH_NAMES[response["value"]]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return [TRUTH_NAMES[key["answer"]]]


class ShortAnswer(ItemRules):
    """A few words, compared with the accepted forms after folding: ``{"text": "siaran pers"}``."""

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        return read_text(raw)

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        if response is None:
            return ZERO
        exact = bool(key.get("case_sensitive"))
        accepted = {fold(text, case_sensitive=exact) for text in key["accepted"]}
        return max_score if fold(response["text"], case_sensitive=exact) in accepted else ZERO

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        note = [N_("Huruf besar dan kecil dibedakan.")] if key.get("case_sensitive") else []
        return [*key["accepted"], *note]


class Numerical(ItemRules):
    """A number as the candidate wrote it, with or without the unit: ``{"text": "12,5 jam"}``."""

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        response = read_text(raw)
        if response is not None and not numbers(response["text"], unit_of(content)):
            raise BadResponse(N_("Isi jawaban dengan angka, misalnya 12,5."))
        return response

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        if response is None:
            return ZERO
        value, tolerance = Decimal(key["value"]), Decimal(key.get("tolerance") or 0)
        found = numbers(response["text"], unit_of(content))
        return max_score if any(abs(n - value) <= tolerance for n in found) else ZERO

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        tolerance = str(key.get("tolerance") or "0")
        parts = [str(key["value"]), f"± {tolerance}" if Decimal(tolerance) else ""]
        return [" ".join(part for part in [*parts, unit_of(content)] if part)]


class Matching(ItemRules):
    """A right-hand choice for each left-hand one: ``{"pairs": {"1": "b"}}``.

    A form without script sends one field a row, named ``pairs-1``.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        given = raw.get("pairs")
        if given is None:
            prefix = "pairs-"
            given = {name[len(prefix) :]: raw[name] for name in raw if name.startswith(prefix)}
        if not isinstance(given, Mapping) or len(given) > len(content["left"]):
            raise BadResponse(UNKNOWN_CHOICE)
        pairs = {
            known_id(left, content["left"]): known_id(right, content["right"])
            for left, right in given.items()
            if right not in (None, "")
        }
        ordered = {row["id"]: pairs[row["id"]] for row in content["left"] if row["id"] in pairs}
        return {"pairs": ordered} if ordered else None

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal:
        pairs = response["pairs"] if response else {}
        right = sum(pairs.get(left) == choice for left, choice in key["pairs"].items())
        return share(right, len(key["pairs"]), max_score)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return pair_lines(content, response["pairs"] if response else {})

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return pair_lines(content, key["pairs"])


class Essay(ItemRules):
    """A text of the candidate's own, marked by an assessor: ``{"text": "…"}``."""

    needs_person = True

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        return read_text(raw)

    def score(
        self, content: Content, key: Content, response: Mapping[str, Any] | None, max_score: Decimal
    ) -> Decimal | None:
        return ZERO if response is None else None

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        rubric = [f"{row['aspect']}: {row['points']}" for row in key.get("rubric", [])]
        return [*rubric, *([key["model_answer"]] if key.get("model_answer") else [])]


RULES: dict[ItemType, ItemRules] = {
    ItemType.SINGLE_CHOICE: SingleChoice(),
    ItemType.MULTIPLE_CHOICE: MultipleChoice(),
    ItemType.TRUE_FALSE: TrueFalse(),
    ItemType.SHORT_ANSWER: ShortAnswer(),
    ItemType.NUMERICAL: Numerical(),
    ItemType.MATCHING: Matching(),
    ItemType.ESSAY: Essay(),
}


def known_id(value: object, rows: Sequence[Mapping[str, Any]]) -> str:
    """The id, if one of the rows has it. Raises BadResponse otherwise."""
    if not isinstance(value, str) or all(row["id"] != value for row in rows):
        raise BadResponse(UNKNOWN_CHOICE)
    return value


def read_text(raw: Mapping[str, object]) -> Response | None:
    """The text of a written answer, line ends and composed letters made uniform, None when blank.

    Raises BadResponse for what is no text, is too long, or holds characters no database keeps.
    """
    text = raw.get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        raise BadResponse(N_("Isi jawaban dengan teks."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise BadResponse(
            N_("Jawaban paling banyak %(limit)s karakter; sekarang %(length)s."),
            limit=LONGEST_TEXT,
            length=len(text),
        )
    if any(c == "\x00" or unicodedata.category(c) == "Cs" for c in text):
        raise BadResponse(N_("Jawaban berisi karakter yang tidak bisa disimpan."))
    return {"text": text} if text else None


def share(right: int, of: int, max_score: Decimal) -> Decimal:
    """That share of the points, rounded to four decimals, never below 0."""
    if right <= 0:
        return ZERO
    return (max_score * right / of).quantize(STEP, ROUND_HALF_UP)


def choice_lines(content: Content, ids: Sequence[str]) -> list[str]:
    """The choices with these ids, letter and text, in the order of the question."""
    return [f"{row['id'].upper()}. {row['text']}" for row in content["choices"] if row["id"] in ids]


def pair_lines(content: Content, pairs: Mapping[str, str]) -> list[str]:
    """The pairs in words, in the order of the left-hand side."""
    right = {row["id"]: row["text"] for row in content["right"]}
    return [
        f"{row['text']} → {right[pairs[row['id']]]}"
        for row in content["left"]
        if row["id"] in pairs
    ]


def fold(text: str, *, case_sensitive: bool = False) -> str:
    """A text as it is compared: composed (NFC), white space folded, and case unless it matters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())


def count_words(text: str) -> int:
    """Words of an essay, parted by white space."""
    return len(text.split())


def unit_of(content: Content) -> str:
    """The unit of measure shown beside the question; empty when there is none."""
    return str(content.get("unit") or "")


_NUMBER = re.compile(r"([^0-9.,+-]*)([+-]?)([0-9][0-9.,]*|[.,][0-9]+)(.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(\1[0-9]{3})*")
_PARTED = re.compile(r"(.*)([.,])([0-9]+)")
#: What people write for a unit besides its name.
_SIGNS = {"rupiah": "rp", "persen": "%"}


def numbers(text: str, unit: str = "") -> set[Decimal]:
    """The numbers a text may mean, with the unit or without; empty when it is none.

    ``1.234,5`` and ``1,234.5`` are clear. ``1.234`` is a thousand in Indonesian and a little
    over one in English; both readings are returned, since a candidate should not lose a point
    over the notation. ``Rp`` counts as rupiah and ``%`` as persen.
    """
    found = _NUMBER.fullmatch(re.sub(r"^rp\.", "rp", fold(text).replace("−", "-")))
    if found is None:
        return set()
    before, sign, digits, after = found.groups()
    words = f"{before} {after.removeprefix('-')}".split()
    unit = fold(unit)
    if words and " ".join(words) not in (unit, _SIGNS.get(unit, unit)):
        return set()
    return {Decimal(sign + reading) for reading in _readings(digits.rstrip(".,") or digits)}


def _readings(digits: str) -> set[str]:
    """What digits with full stops and commas may mean, written with a decimal point."""
    readings = set()
    if digits.isdigit() or _GROUPED.fullmatch(digits):
        readings.add(_ungrouped(digits))
    if parted := _PARTED.fullmatch(digits):
        whole, mark, decimals = parted.groups()
        grouped = _GROUPED.fullmatch(whole)
        if not whole or whole.isdigit() or (grouped and grouped[1] != mark):
            readings.add(f"{_ungrouped(whole) or '0'}.{decimals}")
    return readings


def _ungrouped(digits: str) -> str:
    return digits.replace(".", "").replace(",", "")
