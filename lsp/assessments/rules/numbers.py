"""Patterns of the LSP's own running numbers; ``n`` comes from a locked counter, by year."""

#: Number of an application in the register, given on acceptance.
REGISTRATION_PATTERN = "REG/{n:04}/APL-01/{year}"

#: Number of the minutes (berita acara) of a committee's decision.
MINUTES_PATTERN = "BA/{n:03}/PLENO/{year}"
