"""One ``<question>`` while it is written."""

import base64
import re
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote

from lxml import etree

from lsp.exams.formats.package import Media, NotCarried, ReadItem
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup
from lsp.texts import N_, Refusal

_SRC = re.compile(r'src="media:([^"]*)"')
#: What XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Target:
    """Builds the elements of a question and remembers what they could not hold."""

    def __init__(self, item: ReadItem, media: Mapping[str, Media]) -> None:
        self.item = item
        self.element = etree.Element("question")
        self.notes: list[NotCarried] = []
        self._media = media

    def note(self, what: str, why: Refusal) -> None:
        """Name something of this question that is not written, once."""
        if not any((n.what, str(n.why)) == (what, str(why)) for n in self.notes):
            self.notes.append(NotCarried(self.item.identifier, what, why))

    # --- Elements -------------------------------------------------------------------------------

    def child(self, tag: str, parent: etree._Element | None = None) -> etree._Element:
        """A new element at the end of another, or of the question."""
        return etree.SubElement(self.element if parent is None else parent, tag)

    def value(self, tag: str, text: str, parent: etree._Element | None = None) -> etree._Element:
        """An element with a text in it."""
        element = self.child(tag, parent)
        if _UNWRITABLE.search(text):
            self.note(N_("Karakter"), Refusal(N_("Sebuah karakter tidak dapat ditulis di XML.")))
            text = _UNWRITABLE.sub("\ufffd", text)
        # As Moodle writes it, and as people can read it.
        element.text = etree.CDATA(text) if "<" in text and "]]>" not in text else text
        return element

    def plain(self, tag: str, text: str, **attributes: str) -> etree._Element:
        """An element with words that have no tags."""
        element = self.child(tag)
        for name, value in attributes.items():
            element.set(name, value)
        element.set("format", "plain_text")
        self.value("text", text, element)
        return element

    def html(self, tag: str, html: str, **attributes: str) -> etree._Element:
        """An element with HTML and the pictures it shows."""
        element = self.child(tag)
        for name, value in attributes.items():
            element.set(name, value)
        element.set("format", "html")
        self.value("text", _SRC.sub(_linked, html), element)
        for picture in dict.fromkeys(unescape(name) for name in _SRC.findall(html)):
            self.file(element, picture)
        return element

    def words(self, tag: str, text: str, **attributes: str) -> etree._Element:
        """An element with words of the question, in its markup."""
        if self.item.markup is Markup.HTML:
            return self.html(tag, text, **attributes)
        return self.plain(tag, text, **attributes)

    def replace(self, tag: str, text: str) -> None:
        """Put other words in an element that is there."""
        text_element = self.element.find(f"{tag}/text")
        if text_element is not None:
            parent = text_element.getparent()
            if parent is not None:
                parent.replace(text_element, self.value("text", _SRC.sub(_linked, text), parent))

    def file(self, parent: etree._Element, name: str) -> etree._Element:
        """A picture beside a text."""
        element = self.child("file", parent)
        for attribute, value in (("name", name), ("path", "/"), ("encoding", "base64")):
            element.set(attribute, value)
        media = self._media.get(name)
        if media is None:
            self.note(N_("Gambar"), Refusal(N_("Gambar %(name)s tidak ada."), name=name[:80]))
        else:
            element.text = base64.b64encode(media.content).decode("ascii")
        return element

    # --- Answers --------------------------------------------------------------------------------

    def inline(self, text: str) -> str:
        """Words of the question where Moodle takes plain text only."""
        return wording.plain(text, self.item.markup)

    def accepted(self, key: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
        """The accepted forms of a short answer as Moodle writes them, with their shares.

        The best come first: Moodle takes the first that fits.
        """
        shares = key.get("shares") or {}
        rows = [
            (
                text if key.get("wildcards") else text.replace("*", "\\*"),
                Decimal(shares.get(text, 1)),
            )
            for text in key["accepted"]
        ]
        return sorted(rows, key=lambda row: -row[1])

    def numbers(self, key: Mapping[str, Any]) -> list[tuple[str, str, Decimal]]:
        """The accepted numbers, the best first: value, how far off an answer may be, share."""
        if "ranges" not in key:
            return [(key["value"], key.get("tolerance") or "0", Decimal(1))]
        rows = []
        for row in key["ranges"]:
            low, high = Decimal(row["low"]), Decimal(row["high"])
            middle, margin = (low + high) / 2, (high - low) / 2
            share = Decimal(row["share"])
            rows.append((f"{middle.normalize():f}", f"{margin.normalize():f}", share))
        return sorted(rows, key=lambda row: -row[2])


def _linked(found: re.Match[str]) -> str:
    """A picture as Moodle names the files beside a text."""
    return f'src="@@PLUGINFILE@@/{quote(unescape(found[1]))}"'


def percent(share: Decimal) -> str:
    """A share in percent, as Moodle writes a fraction."""
    return f"{(share * 100).normalize():f}"
