"""The arithmetic of certificates: standing, expiry, numbers, check codes. Pure functions."""

import base64
import calendar
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lsp.texts import N_


class StatusKind(StrEnum):
    """What happened to a certificate. Expiry is not among them: the date tells it."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """What a certificate is worth today."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


#: The word a reader sees for each standing.
VERDICTS = {
    Standing.VALID: N_("BERLAKU"),
    Standing.EXPIRED: N_("KEDALUWARSA"),
    Standing.SUSPENDED: N_("DIBEKUKAN"),
    Standing.WITHDRAWN: N_("DICABUT"),
}

#: Reasons the public may read, by class (lsp-process.md section 9, grounds of suspension).
REASONS = {
    "scope": N_("Dipakai di luar ruang lingkup"),
    "reputation": N_("Merugikan LSP"),
    "forgery": N_("Pemalsuan atau perubahan sertifikat"),
    "unlawful": N_("Penggunaan yang melanggar hukum"),
    "surveillance": N_("Kewajiban surveilans belum dipenuhi"),
    "request": N_("Permintaan pemegang"),
    "appeal": N_("Banding dikabulkan"),
    "remedied": N_("Penyebabnya sudah diselesaikan"),
}

#: Which change may follow which last event.
MOVES = {
    StatusKind.SUSPENDED: {StatusKind.ISSUED, StatusKind.RESTORED},
    StatusKind.RESTORED: {StatusKind.SUSPENDED},
    StatusKind.WITHDRAWN: {StatusKind.ISSUED, StatusKind.RESTORED, StatusKind.SUSPENDED},
}

#: Letters and digits that are hard to mix up when read aloud or copied by hand (Crockford).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def standing(last_event: StatusKind, expires_on: date, today: date) -> Standing:
    """What the certificate is worth on ``today``: its last day still counts as valid.

    Withdrawal outlasts everything; a suspended certificate whose term is over is expired.
    """
    if last_event is StatusKind.WITHDRAWN:
        return Standing.WITHDRAWN
    if today > expires_on:
        return Standing.EXPIRED
    return Standing.SUSPENDED if last_event is StatusKind.SUSPENDED else Standing.VALID


def may_follow(last_event: StatusKind, change: StatusKind) -> bool:
    """Whether this change is possible after the last one."""
    return last_event in MOVES.get(change, set())


def expiry(issued_on: date, years: int) -> date:
    """The last valid day: the same day of the month, years later, by the calendar.

    29 February becomes the 28th where the year has none. ``years`` times 365 days would be a day
    short whenever a leap day lies between.
    """
    year = issued_on.year + years
    last_of_month = calendar.monthrange(year, issued_on.month)[1]
    return date(year, issued_on.month, min(issued_on.day, last_of_month))


def check_code(number: str, secret: str) -> str:
    """Six characters (30 bits of HMAC-SHA-256) printed beside the number, like ``7KQ-2MX``.

    They prove that whoever asks holds the paper: numbers can be counted, the code cannot.
    """
    digest = hmac.new(secret.encode(), f"check code {number}".encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest[:4]) >> 2
    letters = "".join(ALPHABET[(bits >> shift) & 31] for shift in range(25, -1, -5))
    return f"{letters[:3]}-{letters[3:]}"


def same_check_code(given: str, expected: str) -> bool:
    """Compare what somebody typed: case, spaces and hyphens do not matter, nor O for 0, I for 1."""
    return hmac.compare_digest(_plain(given).encode(), _plain(expected).encode())


def plain_number(number: str) -> str:
    """A certificate number without what people leave out or add when they type it."""
    return "".join(c for c in number.upper() if c.isalnum())


def _plain(code: str) -> str:
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.replace("O", "0").replace("I", "1").replace("L", "1")


def public_code(random_bytes: bytes) -> str:
    """The 16 characters of the QR code's address from 10 random bytes (80 bits)."""
    if len(random_bytes) != 10:
        raise ValueError("a public code is made of 10 random bytes")
    return base64.b32encode(random_bytes).decode()


def fill_pattern(pattern: str, *, number: int, year: int) -> str:
    """A number by the LSP's pattern: ``{number:07d} {year}`` gives ``0000042 2026``.

    Patterns are settings, because each LSP has its own (lsp-process.md 8.1). Raises ValueError
    when the pattern lacks one of the two or asks for something else.
    """
    try:
        filled = pattern.format(number=number, year=year)
        others = [
            pattern.format(number=number + 1, year=year),
            pattern.format(number=number, year=year + 1),
        ]
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"number pattern {pattern!r}: {error}") from None
    if filled in others:
        raise ValueError(f"number pattern {pattern!r} must hold {{number}} and {{year}}")
    return filled


@dataclass(frozen=True)
class PrintedUnit:
    """One line of the back page."""

    code: str
    title: str


@dataclass(frozen=True)
class Printed:
    """Everything that stands on the paper, word for word, frozen with the certificate."""

    number: str
    registration_number: str
    holder_name: str
    field_id: str
    field_en: str
    scheme_number: str
    scheme_title: str
    scheme_title_en: str
    is_demonstration: bool
    standards: tuple[str, ...]
    units: tuple[PrintedUnit, ...]
    issued_on: date
    expires_on: date
    validity_years: int
    lsp_name: str
    lsp_licence: str
    city: str
    director: str
    certification_manager: str
    check_address: str
    check_code: str


def number_words(n: int) -> tuple[str, str]:
    """A small number in words, Indonesian and English, as certificates spell the years."""
    words = {
        1: ("satu", "one"),
        2: ("dua", "two"),
        3: ("tiga", "three"),
        4: ("empat", "four"),
        5: ("lima", "five"),
    }
    return words.get(n, (str(n), str(n)))


def wrap(words: Iterable[str], width: float, measure: Callable[[str], float]) -> list[str]:
    """Break words into lines no wider than ``width``; a word wider than that stands alone."""
    lines: list[str] = []
    for word in words:
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and measure(candidate) <= width:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines
