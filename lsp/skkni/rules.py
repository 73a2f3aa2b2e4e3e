"""What can be said of unit codes and of how much of a standard is loaded, without a database."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lsp.texts import N_

#: Groups of units in the order of the decree (KEP.39/MEN/II/2008 numbers them 01, 02, 03).
GROUPS = ("umum", "inti", "khusus")

GROUP_NAMES = {
    "umum": N_("Kelompok umum"),
    "inti": N_("Kelompok inti"),
    "khusus": N_("Kelompok khusus"),
    "": N_("Unit"),
}


class Confidence(StrEnum):
    """How sure we are of a unit's code, title and standard."""

    HIGH = "high"
    STANDARD_INFERRED = "standard-inferred"
    MEDIUM = "medium"


CONFIDENCE_NAMES = {
    Confidence.HIGH: N_("Tinggi: kode dan judul terbaca di sumbernya"),
    Confidence.STANDARD_INFERRED: N_(
        "Kode dan judul terbaca di sumbernya; standarnya disimpulkan dari pola kode"
    ),
    Confidence.MEDIUM: N_("Sedang: dari satu sumber kedua, bukan dari keputusannya"),
}


def confidence_name(value: str) -> str:
    """What a confidence means, in words; an LSP's own words stay as they are."""
    try:
        return CONFIDENCE_NAMES[Confidence(value)]
    except ValueError:
        return value


@dataclass(frozen=True)
class UnitCode:
    """A unit code taken apart. ``group`` is empty where the generation has none."""

    #: Year of the standard whose units are coded this way: 2008, 2016 or 2022.
    generation: int
    group: str
    sequence: int
    version: int


_PATTERNS = {
    # KOM.PR02.014.01: sector, sub-sector and group, sequence in the group, version.
    2008: re.compile(r"[A-Z]{3}\.[A-Z]{2}(?P<group>0[123])\.(?P<seq>\d{3})\.(?P<version>\d{2})"),
    # S.941000.019.02: KBLI category, six digits, sequence, version.
    2016: re.compile(r"[A-Z]\.\d{6}\.(?P<seq>\d{3})\.(?P<version>\d{2})"),
    # M.70HMS00.031.3: KBLI category, two digits, field, two digits, sequence, version.
    2022: re.compile(r"[A-Z]\.\d{2}[A-Z]{3}\d{2}\.(?P<seq>\d{3})\.(?P<version>\d)"),
}


def read_code(code: str) -> UnitCode | None:
    """Take a unit code of one of the three generations apart; None for any other code.

    None is no refusal: a decree may code its units as it likes, and the code is kept as text.
    """
    for generation, pattern in _PATTERNS.items():
        found = pattern.fullmatch(code)
        if found:
            parts = found.groupdict()
            group = GROUPS[int(parts["group"]) - 1] if "group" in parts else ""
            return UnitCode(generation, group, int(parts["seq"]), int(parts["version"]))
    return None


def slug_of(text: str) -> str:
    """A name for addresses: lower case, letters and digits joined by single hyphens.

    Raises ValueError for a text without a letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if not slug:
        raise ValueError("a slug needs at least one letter or digit")
    return slug


def unit_slug(code: str | None, title: str) -> str:
    """Where a unit is found: by its code, or by its title while the code is not established."""
    return slug_of(code or title)


@dataclass(frozen=True)
class Count:
    """Units loaded, of those the decree announces (None when that is not established)."""

    loaded: int
    announced: int | None

    @property
    def missing(self) -> int | None:
        """Units still to be loaded; None when the decree's number is not established."""
        return None if self.announced is None else max(0, self.announced - self.loaded)


#: Words of a search that are looked at, so that a long text cannot make a long query.
MOST_WORDS = 6


def search_words(query: str) -> list[str]:
    """The words of a search, lower case, at most ``MOST_WORDS`` of 60 characters each."""
    return [word[:60] for word in query.lower().split()[:MOST_WORDS]]
