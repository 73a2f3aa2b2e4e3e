"""Texts that are written where no request is at hand, and translated where there is one."""

from typing import Any


def N_(text: str) -> str:  # noqa: N802 -- gettext's own name for "marked, not yet translated"
    """Mark an Indonesian text for translation and leave it as it is."""
    return text


class Refusal(Exception):
    """A service says no, for a reason the person in front of the screen can understand.

    ``text`` is an Indonesian text marked by ``N_`` with ``%(name)s`` places, filled from
    ``values`` after translation. The web turns it into an error message and loses nothing.
    """

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


class NotFound(Exception):
    """The object does not exist for this person; the web answers 404 either way."""
